"""The parts of a summary in words: each is a dict for `documents/summary.html`."""

from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from babel.dates import format_date, format_skeleton
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext, pgettext

from reports.columns import BOOLEAN
from reports.kinds import Spec
from reports.kinds.document import rows_in_words
from reports.kinds.formats import MISSING, Formats
from reports.kinds.summary.charts import Mark, bars, over_time

_EXACT = Context(prec=200)
# Average of whole numbers, too.
AVERAGE_DECIMALS = 2
# A longer table goes on on the next page.
MOST_WHOLE_LINES = 25


@dataclass(frozen=True)
class Facts:
    """What `gather` found, and how the reader reads it."""

    spec: Spec
    formats: Formats
    found: dict

    @property
    def measure(self) -> str:
        """What is added up, in words."""
        return self.spec.options["measure"] or gettext("Rows")

    @property
    def total(self) -> Decimal:
        return Decimal(self.found["total"] or 0)

    def number(self, column: str, text: str | None, decimals: int = 0) -> str:
        if text is None:
            return MISSING
        return self.formats.number(Decimal(text), max(decimals, self.found["decimals"].get(column, 0)))

    def amount(self, text: str | None) -> str:
        """A value of the measure in print."""
        return self.number(self.spec.options["measure"], text)

    def share(self, amount: Decimal) -> str:
        return self.formats.percent(amount / self.total) if self.total > 0 and amount >= 0 else MISSING


def key_figures(facts: Facts) -> dict:
    figures = facts.found["figures"]
    large = [(gettext("Rows"), facts.formats.number(facts.found["rows"]))]
    of = gettext("Sum of %(column)s")
    large += [(of % {"column": figure["column"]}, facts.number(figure["column"], figure["sum"])) for figure in figures]
    longest = max(len(words) for _name, words in large)
    table = {
        "heads": [gettext("Figure"), gettext("Sum"), gettext("Average"), gettext("Smallest"), gettext("Largest")],
        "rows": [
            {
                "cells": [
                    figure["column"],
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
            as_length(amount),
            facts.amount(str(amount)),
            year="" if interval == "year" else str(start.year),
        )
        for start, amount in points
    ]
    section["claim"] = claim
    if len(points) > 1:
        section["chart"] = mark_safe(over_time(marks, alt=f"{section['title']}. {claim}", locale=facts.formats.locale))  # noqa: S308
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


def breakdown(facts: Facts, found: dict) -> dict:
    lines = _lines(facts, found)
    title = gettext("%(measure)s by %(column)s") % {"measure": facts.measure, "column": found["column"]}
    claim = _claim_of_the_first(facts, found, lines[0])
    marks = [
        Mark(_one_line(line.label), as_length(line.amount), _beside(facts, line), is_rest=line.is_rest)
        for line in lines
    ]
    chart = mark_safe(bars(marks, alt=f"{title}. {claim}", locale=facts.formats.locale))  # noqa: S308
    return {
        "title": title,
        "claim": claim,
        "chart": chart,
        "table": _table(facts, found["column"], lines),
        "whole": True,
    }


def ranking(facts: Facts, found: dict) -> dict:
    lines = _lines(facts, found)
    shown = [line for line in lines if not line.is_rest]
    title = gettext("%(column)s: the first %(count)s") % {
        "column": found["column"],
        "count": facts.formats.number(len(shown)),
    }
    together = sum((line.amount for line in shown), Decimal(0))
    share = facts.share(together)
    claim = ngettext(
        "%(count)s of %(all)s makes up %(share)s of the total",
        "%(count)s of %(all)s make up %(share)s of the total",
        len(shown),
    ) % {
        "count": facts.formats.number(len(shown)),
        "all": facts.formats.number(found["distinct"]),
        "share": share,
    }
    return {
        "title": title,
        "claim": "" if share == MISSING else claim,
        "table": _table(facts, found["column"], lines, ranked=True),
        "whole": len(lines) <= MOST_WHOLE_LINES,
    }


@dataclass(frozen=True)
class Line:
    """One part, or all the others together."""

    label: str
    rows: int
    amount: Decimal
    is_rest: bool = False


def _lines(facts: Facts, found: dict) -> list[Line]:
    cell = facts.formats.truth if found["type"] == BOOLEAN else facts.formats.text
    lines = [
        Line(
            pgettext("a row without a value", "none") if part["label"] is None else cell(part["label"]),
            part["rows"],
            Decimal(part["value"] or 0),
        )
        for part in found["parts"]
    ]
    others = found["distinct"] - len(lines)
    if others > 0:
        label = ngettext("%(number)s other", "%(number)s others", others) % {"number": facts.formats.number(others)}
        rows = facts.found["rows"] - sum(line.rows for line in lines)
        amount = facts.total
        for line in lines:
            amount = _EXACT.subtract(amount, line.amount)
        lines.append(Line(label, rows, amount, is_rest=True))
    return lines


def _claim_of_the_first(facts: Facts, found: dict, first: Line) -> str:
    if (share := facts.share(first.amount)) != MISSING:
        sentence = gettext("%(label)s has the largest share: %(share)s")
        return sentence % {"label": _one_line(first.label), "share": share}
    sentence = gettext("%(label)s has the most: %(value)s")
    return sentence % {"label": _one_line(first.label), "value": facts.amount(str(first.amount))}


def _beside(facts: Facts, line: Line) -> str:
    share = facts.share(line.amount)
    amount = facts.amount(str(line.amount))
    return amount if share == MISSING else f"{amount}  ·  {share}"


def _table(facts: Facts, column: str, lines: list[Line], *, ranked: bool = False) -> dict:
    """Where rows are counted, there is no second column of numbers."""
    counted = not facts.spec.options["measure"]
    heads = [column, gettext("Rows"), *([] if counted else [facts.measure]), gettext("Share")]
    total = Line(gettext("Total"), facts.found["rows"], facts.total)

    def cells(line: Line) -> list[str]:
        amounts = [] if counted else [facts.amount(str(line.amount))]
        return [line.label, facts.formats.number(line.rows), *amounts, facts.share(line.amount)]

    return {
        "heads": heads,
        "rows": [
            {"rank": None if line.is_rest else place, "cells": cells(line)} for place, line in enumerate(lines, 1)
        ],
        "total": cells(total),
        "ranked": ranked,
    }


def as_length(amount: Decimal) -> float:
    return float(amount) if amount.is_finite() else 0.0


def _one_line(text: str) -> str:
    return " ".join(text.split())
