"""The sections of a summary about all rows: the key figures, and a measure over time.

A section is a dict for `documents/summary.html`.
"""

from datetime import date
from decimal import Decimal

from babel.dates import format_date, format_skeleton
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext

from reports.kinds.document import rows_in_words
from reports.kinds.formats import Formats
from reports.kinds.summary.charts import Mark, over_time
from reports.kinds.summary.facts import Facts, length_of

# Averages of whole numbers have decimals, too.
AVERAGE_DECIMALS = 2
# Characters of a line that a table has room for in full size.
MOST_CHARACTERS = 80


def key_figures(facts: Facts) -> dict:
    figures = facts.found["figures"]
    large = [(gettext("Rows"), facts.formats.number(facts.found["rows"]))]
    of = gettext("Sum of %(column)s")
    large += [
        (of % {"column": facts.name(figure["column"])}, facts.number(figure["column"], figure["sum"]))
        for figure in figures
    ]
    longest = max(len(words) for _name, words in large)
    table = {
        "heads": [gettext("Figure"), gettext("Sum"), gettext("Average"), gettext("Smallest"), gettext("Largest")],
        "rows": [
            {
                "cells": [
                    facts.name(figure["column"]),
                    facts.number(figure["column"], figure["sum"]),
                    facts.number(figure["column"], figure["average"], AVERAGE_DECIMALS),
                    facts.number(figure["column"], figure["least"]),
                    facts.number(figure["column"], figure["greatest"]),
                ]
            }
            for figure in figures
        ],
    }
    return {
        "title": gettext("Key figures"),
        "figures": large,
        # So many stand side by side that none of them is wider than its place.
        "across": 4 if longest <= 8 else 3 if longest <= 11 else 2 if longest <= 17 else 1,
        "table": table if figures else None,
        "is_dense": any(sum(map(len, row["cells"])) > MOST_CHARACTERS for row in table["rows"]),
    }


def series(facts: Facts) -> dict:
    found = facts.found["series"]
    points = [(date.fromisoformat(point["start"]), Decimal(point["value"])) for point in found["points"]]
    section = {"title": gettext("%(measure)s over time") % {"measure": facts.measure}, "notes": []}
    if found["undated"]:
        without = ngettext("%(rows)s has no date.", "%(rows)s have no date.", found["undated"])
        section["notes"].append(without % {"rows": rows_in_words(facts.formats, found["undated"])})
    if not points:
        return {**section, "claim": gettext("No row has a date.")}
    interval = found["interval"]
    peak, most = max(points, key=lambda point: point[1])
    claim = gettext("Highest in %(period)s: %(value)s") % {
        "period": period_in_words(facts.formats, interval, peak),
        "value": facts.amount(str(most)),
    }
    marks = [
        Mark(
            _axis_label(facts.formats, interval, start),
            length_of(amount),
            facts.amount(str(amount)),
            year="" if interval == "year" else str(start.year),
        )
        for start, amount in points
    ]
    section["claim"] = claim
    if len(points) > 1:
        alt = f"{section['title']}. {claim}"
        chart = over_time(marks, alt=alt, number=facts.on_axis, brand=facts.spec.brand)
        section["chart"] = mark_safe(chart)  # noqa: S308
    return section


def period_in_words(formats: Formats, interval: str, start: date) -> str:
    if interval == "week":
        return gettext("the week of %(date)s") % {"date": formats.date(start)}
    if interval == "day":
        return formats.date(start)
    skeleton = {"month": "yMMMM", "quarter": "yQQQ", "year": "y"}[interval]
    return format_skeleton(skeleton, start, locale=formats.locale)


def _axis_label(formats: Formats, interval: str, start: date) -> str:
    pattern = {"day": "d MMM", "week": "d MMM", "month": "LLL", "quarter": "QQQ", "year": "y"}[interval]
    return format_date(start, pattern, locale=formats.locale)
