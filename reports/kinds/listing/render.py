"""The document of a listing, and beside it its rows in words: a long table is never in memory."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext
from duckdb import DuckDBPyConnection

from reports.columns import Column
from reports.kinds import Spec, receipt
from reports.kinds.brand import tones_of
from reports.kinds.cells import Printer, printer_of
from reports.kinds.database import opened, write_csv
from reports.kinds.document import frame
from reports.kinds.formats import Formats
from reports.kinds.listing.gather import printed_columns
from reports.kinds.listing.layout import MOST_COLUMNS, Layout, lay_out
from reports.kinds.listing.measure import needs_of, with_room
from reports.kinds.listing.table import Line, Table, css_class, grouped
from reports.kinds.listing.tally import carries, keep, labels
from reports.kinds.looks import looks_of
from reports.kinds.rows import column_named, quoted

FETCHED = 1_000
_encode = json.JSONEncoder(ensure_ascii=False).encode


def render(spec: Spec, gathered: Path, folder: Path, progress) -> dict:
    facts = json.loads((gathered / "facts.json").read_text())
    formats = Formats(spec.language, spec.time_zone)
    columns = printed_columns(spec)
    table = Table(_printers(spec, columns, facts, formats), facts["totals"], formats)
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


def _printers(spec: Spec, columns: list[Column], facts: dict, formats: Formats) -> list[Printer]:
    looks = looks_of(spec.options)
    return [printer_of(column, formats, facts["decimals"].get(column.name, 0), looks) for column in columns]


def _layout(connection: DuckDBPyConnection, spec: Spec, table: Table, facts: dict) -> Layout:
    some = slice(MOST_COLUMNS)
    sums = [
        [table.sum_in_words(i, text) for text in facts["widest"].get(column.name, [])]
        for i, column in enumerate(table.columns[some])
    ]
    face = spec.brand.type
    needs = needs_of(connection, table.printers[some], sums, face)
    place = table.place_of_label
    if carries(spec) and place and place[0] < len(needs):
        needs = with_room(needs, *place, labels(), face)
    return lay_out(needs, spec.options["orientation"], paper=spec.paper, asked=len(table.columns))


def _document(spec: Spec, table: Table, layout: Layout, drawn_up: dict) -> str:
    context = {
        **frame(spec, table.formats, receipt=drawn_up, orientation=layout.orientation),
        "label": table.label,
        "size": str(layout.size),
        "padding": str(layout.padding / 2),
        "width": str(round(sum(layout.widths), 2)),
        "columns": [
            {"name": printer.look.name, "css_class": css_class(printer.column), "width": str(width)}
            for printer, width in zip(table.printers, layout.widths, strict=True)
        ],
        "tones": ",".join(f"{tone} {colour}" for tone, colour in tones_of(spec.brand).items()),
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
        (printer,) = _printers(spec, [group], facts, table.formats)
        with (gathered / "groups.jsonl").open() as groups:
            yield from grouped(table, rows, groups, printer, place)
    else:
        yield from table.rows(rows)
    if facts["totals"]:
        yield from table.sums(gettext("Total"), facts["totals"], "total")


def _all(connection: DuckDBPyConnection) -> Iterator[tuple]:
    rows = connection.execute("SELECT * FROM rows")
    while chunk := rows.fetchmany(FETCHED):
        yield from chunk
