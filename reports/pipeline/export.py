"""The data of a report as CSV or XLSX, however long it is."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path

import xlsxwriter
from duckdb import DuckDBPyConnection

from reports.columns import DATE, DATETIME, NUMERIC, TEXT, Column
from reports.kinds import Spec
from reports.kinds.database import opened, write_csv
from reports.kinds.registry import kind_named
from reports.kinds.rows import quoted
from reports.problems import Problem
from reports.sandbox import Reporter

FETCHED = 1_000
# What a sheet has room for, the header included; and a cell.
MOST_SHEET_ROWS, MOST_CELL_CHARACTERS = 1_048_576, 32_767
# A spreadsheet's numbers have 15 digits; a longer one is written as text, which keeps them.
MOST_DIGITS = 15
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = r"^[=+\-@\t\r]"
_FORMATS = {DATE: "yyyy-mm-dd", DATETIME: "yyyy-mm-dd hh:mm:ss"}


def export(spec: Spec, format_: str, snapshot: Path, folder: Path, progress: Reporter) -> dict:
    """Write `data.csv` or `data.xlsx` into `folder`; returns {"rows", "bytes"}."""
    target = folder / f"data.{format_}"
    with opened(snapshot, folder) as connection:
        query, parameters = kind_named(spec.kind).data_query(connection, spec)
        connection.execute(f"CREATE TABLE data AS {query}", parameters)
        rows = connection.execute("SELECT count(*) FROM data").fetchone()[0]
        write = {"csv": _write_csv, "xlsx": _write_xlsx}[format_]
        write(connection, _columns(connection, spec), target, rows, progress)
    return {"rows": rows, "bytes": target.stat().st_size}


def _columns(connection: DuckDBPyConnection, spec: Spec) -> list[Column]:
    types = {column.name: column.type for column in spec.columns}
    described = connection.execute("DESCRIBE data").fetchall()
    return [Column(name, types.get(name, NUMERIC[0])) for name, *_rest in described]


def _write_csv(connection: DuckDBPyConnection, columns: list[Column], target: Path, rows: int, progress) -> None:
    cells = ", ".join(f"{_harmless(column)} AS {quoted(_harmless_name(column.name))}" for column in columns)
    write_csv(connection, f"SELECT {cells} FROM data", target)  # noqa: S608
    progress(rows, rows)


def _harmless(column: Column) -> str:
    """SQL: a text that a spreadsheet would run as a formula has an apostrophe before it; a number stays a number."""
    name = quoted(column.name)
    if column.type != TEXT:
        return name
    return f"CASE WHEN regexp_matches({name}, '{FORMULA}') THEN '''' || {name} ELSE {name} END"


def _harmless_name(name: str) -> str:
    return f"'{name}" if name[:1] in "=+-@\t\r" else name


def _write_xlsx(connection: DuckDBPyConnection, columns: list[Column], target: Path, rows: int, progress) -> None:
    """Row by row, in a memory that does not grow with them.  Raises Problem `sheet_full`."""
    if rows >= MOST_SHEET_ROWS:
        raise Problem("sheet_full", rows=rows, limit=MOST_SHEET_ROWS - 1)
    options = {"constant_memory": True, "tmpdir": str(target.parent)}
    with xlsxwriter.Workbook(str(target), options) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.name[:MOST_CELL_CHARACTERS], bold)
        writers = [_writer(workbook, sheet, column) for column in columns]
        for number, row in zip(count(1), _rows(connection), strict=False):
            for place, (write, value) in enumerate(zip(writers, row, strict=True)):
                if value is not None:
                    write(number, place, value)
            progress(number, rows)


def _rows(connection: DuckDBPyConnection) -> Iterator[tuple]:
    cursor = connection.execute("SELECT * FROM data")
    while some := cursor.fetchmany(FETCHED):
        yield from some


def _writer(workbook: xlsxwriter.Workbook, sheet, column: Column) -> Callable:
    """What writes a cell; a text is never taken for a formula or a link."""
    if column.type in NUMERIC:
        return lambda row, place, value: _write_number(sheet, row, place, value)
    if column.type in _FORMATS:
        form = workbook.add_format({"num_format": _FORMATS[column.type]})
        return lambda row, place, value: _write_moment(sheet, row, place, value, form)
    if column.type == TEXT:
        return lambda row, place, value: sheet.write_string(row, place, value[:MOST_CELL_CHARACTERS])
    return sheet.write_boolean


def _write_number(sheet, row: int, place: int, value: int | float | Decimal) -> None:
    """What a spreadsheet would round, or has no number for, is text."""
    number = Decimal(value)
    is_exact = isinstance(value, float) or len(number.normalize().as_tuple().digits) <= MOST_DIGITS
    if number.is_finite() and is_exact:
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, str(value))


def _write_moment(sheet, row: int, place: int, value, form) -> None:
    """A spreadsheet's calendar begins with 1900."""
    if value.year < 1900:
        sheet.write_string(row, place, value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat())
    else:
        sheet.write_datetime(row, place, value, form)
