"""The document of a profile."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext

from reports.kinds import Spec, receipt
from reports.kinds.document import frame
from reports.kinds.formats import Formats
from reports.kinds.looks import looks_of
from reports.kinds.profile.data import write_csv
from reports.kinds.profile.drawing import histogram
from reports.kinds.profile.findings import findings
from reports.kinds.profile.gather import FILE
from reports.kinds.profile.remarks import remarks
from reports.kinds.profile.words import Profiled
from reports.kinds.values import TYPE_NAMES

# A longer list of columns begins a page.
MOST_ON_A_PAGE = 30


def render(spec: Spec, gathered: Path, folder: Path, progress) -> dict:
    formats = Formats(spec.language, spec.time_zone)
    facts = json.loads((gathered / FILE).read_text())
    rows, looks = facts["rows"], looks_of(spec.options)
    columns = [
        Profiled(found, rows, formats, facts["decimals"].get(found["name"], 0), looks.get(found["name"]))
        for found in facts["columns"]
    ]
    drawn_up = {"rows": rows, "figures": [formats.number(rows), *(column.distinct_in_words() for column in columns)]}
    (folder / receipt.FILE).write_text(json.dumps(drawn_up if rows else {"rows": 0, "figures": []}))
    if spec.standard == "a-3u":
        write_csv(facts, folder / "data.csv")
    context = {
        **frame(spec, formats, receipt=drawn_up),
        "figures": _key_figures(facts, columns, formats),
        "findings": list(findings(facts, columns, formats)) if rows else [],
        "overview": _overview(columns),
        "pairs": list(_pairs(facts, columns, formats)),
        "columns": [_section(place, column, spec) for place, column in enumerate(columns, 1)] if rows else [],
    }
    progress(len(columns), len(columns))
    (folder / "document.html").write_text(render_to_string("documents/profile.html", context), encoding="utf-8")
    return {"sections": len(columns)}


def _key_figures(facts: dict, columns: list[Profiled], formats: Formats) -> list[tuple[str, str]]:
    missing = sum(column.missing for column in columns)
    return [
        (gettext("Rows"), formats.number(facts["rows"])),
        (gettext("Columns"), formats.number(len(columns))),
        (gettext("Missing values"), formats.number(missing)),
        (gettext("Repeated rows"), formats.number(facts["repeated"])),
    ]


def _overview(columns: list[Profiled]) -> dict:
    return {
        "is_short": len(columns) <= MOST_ON_A_PAGE,
        "heads": [gettext("Column"), gettext("Type"), gettext("Missing"), gettext("Different values")],
        "rows": [
            {
                "id": f"column-{place}",
                "name": column.name,
                "cells": [TYPE_NAMES[column.column.type], column.missing_in_words(), column.distinct_in_words()],
            }
            for place, column in enumerate(columns, 1)
        ],
    }


def _pairs(facts: dict, columns: list[Profiled], formats: Formats) -> Iterator[list[str]]:
    names = {column.column.name: column.name for column in columns}
    for pair in facts["correlations"]["strong"]:
        yield [names[pair["one"]], names[pair["other"]], formats.number(pair["r"], 2), formats.number(pair["rows"])]


def _colours(column: Profiled, spec: Spec) -> dict:
    return {"fill": spec.brand.second, "peak": spec.brand.accent if column.has_peak() else ""}


def _section(place: int, column: Profiled, spec: Spec) -> dict:
    section = {
        "id": f"column-{place}",
        "title": column.name,
        "type": TYPE_NAMES[column.column.type],
        "figures": list(column.figures()),
        "top": column.top(),
        "remarks": list(remarks(column)),
    }
    bins = column.facts["bins"]
    if bins and len(bins["counts"]) > 1:
        words = column.spread_in_words()
        alt = gettext("How the values of %(column)s are spread. %(words)s") % {"column": column.name, "words": words}
        chart = histogram(bins["counts"], alt=alt, **_colours(column, spec))
        section |= {"chart": chart, "ends": column.ends(), "spread": words}
    return section
