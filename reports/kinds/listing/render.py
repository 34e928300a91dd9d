"""The document of a listing, and beside it its rows in words: a long table is never in memory."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext
from duckdb import DuckDBPyConnection

from reports.kinds import Spec, receipt
from reports.kinds.database import opened, write_csv
from reports.kinds.document import frame
from reports.kinds.formats import Formats
from reports.kinds.listing.gather import printed_columns
from reports.kinds.listing.layout import MOST_COLUMNS, Layout, lay_out
from reports.kinds.listing.measure import needs_of, with_room
from reports.kinds.listing.table import Line, Table, css_class, grouped
from reports.kinds.listing.tally import carries, keep, labels
from reports.kinds.rows import column_named, quoted

FETCHED = 1_000
_encode = json.JSONEncoder(ensure_ascii=False).encode


def render(spec: Spec, gathered: Path, folder: Path, progress) -> dict:
    facts = json.loads((gathered / "facts.json").read_text())
    formats = Formats(spec.language, spec.time_zone)
    columns = printed_columns(spec)
    cells = [formats.cell(column.type, facts["decimals"].get(column.name, 0)) for column in columns]
    table = Table(columns, cells, facts["totals"], formats)
    drawn_up = receipt.of_listing(facts["rows"], columns, facts["sums"], facts["decimals"])
    (folder / receipt.FILE).write_text(json.dumps(drawn_up))
    with opened(gathered / "rows.parquet", folder) as connection:
        if spec.standard == "a-3u":
            names = ", ".join(quoted(column.name) for column in columns)
            write_csv(connection, f"SELECT {names} FROM rows", folder / "data.csv")  # noqa: S608
        layout = _layout(connection, spec, table, facts)
        (folder / "document.html").write_text(_document(spec, table, layout, drawn_up), encoding="utf-8")
        if carries(spec):
            keep(table, folder)
        with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
            for done, line in enumerate(_lines(connection, spec, table, gathered, facts)):
                file.write(_encode(line) + "\n")
                progress(min(done, facts["rows"]), facts["rows"])
    return {"rows": facts["rows"]}


def _layout(connection: DuckDBPyConnection, spec: Spec, table: Table, facts: dict) -> Layout:
    some = slice(MOST_COLUMNS)
    sums = [
        [table.sum_in_words(i, text) for text in facts["widest"].get(column.name, [])]
        for i, column in enumerate(table.columns[some])
    ]
    needs = needs_of(connection, table.columns[some], table.cells[some], sums)
    place = table.place_of_label
    if carries(spec) and place and place[0] < len(needs):
        needs = with_room(needs, *place, labels())
    return lay_out(needs, spec.options["orientation"], paper=spec.paper, asked=len(table.columns))


def _document(spec: Spec, table: Table, layout: Layout, drawn_up: dict) -> str:
    context = {
        **frame(spec, table.formats, receipt=drawn_up, orientation=layout.orientation),
        "label": table.label,
        "size": str(layout.size),
        "padding": str(layout.padding / 2),
        "width": str(round(sum(layout.widths), 2)),
        "columns": [
            {"name": column.name, "css_class": css_class(column), "width": str(width)}
            for column, width in zip(table.columns, layout.widths, strict=True)
        ],
    }
    return render_to_string("documents/listing.html", context)


def _lines(connection: DuckDBPyConnection, spec: Spec, table: Table, gathered: Path, facts: dict) -> Iterator[Line]:
    if not facts["rows"]:
        return
    rows = _all(connection)
    if name := spec.options["group"]:
        group = column_named(spec, name)
        names = [column.name for column in table.columns]
        place = names.index(name) if name in names else len(names)
        cell = table.formats.cell(group.type, facts["decimals"].get(name, 0))
        with (gathered / "groups.jsonl").open() as groups:
            yield from grouped(table, rows, groups, group, place, cell)
    else:
        yield from table.rows(rows)
    if facts["totals"]:
        yield from table.sums(gettext("Total"), facts["totals"], "total")


def _all(connection: DuckDBPyConnection) -> Iterator[tuple]:
    rows = connection.execute("SELECT * FROM rows")
    while chunk := rows.fetchmany(FETCHED):
        yield from chunk
