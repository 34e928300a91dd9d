"""A sheet of an Excel workbook.

Formulas give the values that were saved with them, errors such as #DIV/0! give none.  Numbers have the 15 digits that
a spreadsheet shows.  Empty rows and columns before the table are skipped; its first row is the header.
"""

import datetime
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from pathlib import Path

import python_calamine
from python_calamine import CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from reports.problems import Problem
from reports.sources.delimited import scan_copy, writer_of
from reports.sources.headers import MAX_COLUMNS
from reports.sources.stage import Original, Stage, Staged, give_up, note
from reports.sources.workbook import Extent, extents

ROWS_PER_REPORT = 1000
NUMBERS = (int, float)
# Numbers with more digits than this are written with an exponent.
LONGEST_PLAIN = 30


def stage(original: Original) -> Stage:
    """Raises Problem, also for a sheet of more than `max_cells` cells."""
    found = extents(original.path, lambda share: original.report(share / 2))
    try:
        with python_calamine.load_workbook(original.path) as workbook:
            visible = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            name = _chosen(original.sheet, workbook.sheet_names, visible, found)
            extent = found.get(name, Extent())
            _check_size(name, extent, original.max_cells)
            sheet = workbook.get_sheet_by_name(name)
    except python_calamine.PasswordError as error:
        raise Problem("xlsx_password") from error
    except python_calamine.CalamineError as error:
        raise Problem("xlsx_damaged") from error
    if not sheet.start:
        raise Problem("sheet_empty", sheet=name)
    copy = original.folder / "sheet.csv"
    columns = _write(sheet, copy, lambda share: original.report(0.5 + share / 2))
    return Stage(
        scan_copy(copy, len(columns)),
        columns,
        give_up,
        notes=[note("note_cell_errors", cells=extent.errors)] if extent.errors else [],
        first_row=sheet.start[0] + 2,
        sheets=visible if len(visible) > 1 else [],
        sheet=name,
    )


def _chosen(wanted: str | None, names: list[str], visible: list[str], found: dict[str, Extent]) -> str:
    if wanted:
        if wanted not in names:
            raise Problem("sheet_unknown", sheet=wanted, sheets=", ".join(visible))
        return wanted
    by_rows = sorted(visible, key=lambda name: -min(found.get(name, Extent()).rows, 2))
    if not by_rows:
        raise Problem("xlsx_damaged")
    return by_rows[0]


def _check_size(name: str, extent: Extent, max_cells: int) -> None:
    if extent.columns > MAX_COLUMNS:
        raise Problem("file_columns", found=extent.columns, limit=MAX_COLUMNS)
    if extent.cells > max_cells:
        raise Problem("sheet_cells", sheet=name, cells=extent.cells, limit=max_cells)
    # The reader keeps a place for every cell between the first and the last.
    if extent.rows * extent.columns > max_cells:
        raise Problem("sheet_reach", sheet=name, rows=extent.rows, columns=extent.columns, limit=max_cells)


def _write(sheet: CalamineSheet, target: Path, report: Callable[[float], None]) -> list[Staged]:
    """Write the rows below the header as text and return the columns."""
    # The rows above the table are given, the columns before it are not.
    rows = islice(sheet.iter_rows(), sheet.start[0], None)
    header = [_text(value) for value in next(rows)]
    numeric: set[int] = set()
    with target.open("w", encoding="utf-8", newline="") as copy:
        writer = writer_of(copy)
        for number, cells in enumerate(rows):
            numeric.update(place for place, value in enumerate(cells) if type(value) in NUMBERS)
            writer.writerow([value if type(value) is str else _text(value) for value in cells])
            if not number % ROWS_PER_REPORT:
                report(number / sheet.height)
    return [Staged(name, f"c{place}", plain=place in numeric) for place, name in enumerate(header)]


def _text(value) -> str:
    return WRITERS[type(value)](value)


def _number(value: float) -> str:
    digits = Decimal(f"{value:.15g}")
    return f"{digits:f}" if abs(digits.adjusted()) < LONGEST_PLAIN else str(digits)


def _duration(value: datetime.timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


WRITERS: dict[type, Callable] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _number,
    datetime.date: datetime.date.isoformat,
    datetime.datetime: datetime.datetime.isoformat,
    datetime.time: datetime.time.isoformat,
    datetime.timedelta: _duration,
}
