import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from reports.problems import Problem


def saved(workbook: openpyxl.Workbook) -> bytes:
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def of_rows(*rows, title: str = "Data") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    return saved(workbook)


def rewritten(content: bytes, **parts) -> bytes:
    """The same workbook with some parts replaced by what functions make of them."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            change = parts.get(Path(info.filename).stem, lambda text: text)
            new.writestr(info.filename, change(old.read(info)))
    return output.getvalue()


def test_cells_have_their_types(read):
    snapshot = read(
        of_rows(
            ["text", "whole", "amount", "day", "moment", "flag", "mixed"],
            ["007", 5, 1.25, date(2025, 2, 1), datetime(2025, 2, 1, 10, 30), True, 5],
            ["x", 7.0, 3, date(2025, 12, 31), None, False, "n/a"],
        ),
        "data.xlsx",
    )
    assert list(snapshot.types.values()) == ["text", "integer", "decimal", "date", "datetime", "boolean", "text"]
    assert snapshot.rows == [
        ("007", 5, Decimal("1.25"), date(2025, 2, 1), datetime(2025, 2, 1, 10, 30), True, "5"),
        ("x", 7, Decimal("3.00"), date(2025, 12, 31), None, False, "n/a"),
    ]


def test_numbers_show_the_digits_that_a_spreadsheet_shows(read):
    content = of_rows(["n"], [1], [2])
    long = rewritten(content, sheet1=lambda text: text.replace(b"<v>1</v>", b"<v>0.30000000000000004</v>"))
    assert read(long).column("n") == [Decimal("0.3"), Decimal("2.0")]


def test_large_and_small_numbers_are_numbers(read):
    assert read(of_rows(["n"], [123456789012345], [10**17])).column("n") == [123456789012345, 10**17]
    assert read(of_rows(["n"], [1e20], [5])).column("n") == [Decimal(10**20), Decimal(5)]
    assert read(of_rows(["n"], [1e-200], [1e200])).column("n") == [1e-200, 1e200]


def test_a_number_with_three_decimals_is_not_taken_for_thousands(read):
    snapshot = read(of_rows(["n", "written"], [1.234, "1,5"], [12.345, "2,75"]))
    assert snapshot.rows[0] == (Decimal("1.234"), Decimal("1.50"))


def test_text_that_looks_like_a_date_is_one(read):
    assert read(of_rows(["d"], ["31/12/2025"], ["01/02/2025"])).types == {"d": "date"}


def test_times_and_durations_are_text(read):
    assert read(of_rows(["t"], [time(10, 5)], [timedelta(hours=30)])).column("t") == ["10:05:00", "30:00:00"]


def test_empty_rows_and_columns_around_the_table_do_not_matter(read):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row, values in ((4, ("a", "b")), (5, (1, "x")), (7, (2, None))):
        for column, value in enumerate(values, 3):
            sheet.cell(row, column, value)
    sheet["Z900"].fill = PatternFill("solid", "FF0000")
    content = saved(workbook)
    # A cell that is only coloured takes no place: Z900 would make it 23,400.
    assert read(content, max_cells=50).rows == [(1, "x"), (2, None)]


def test_rows_are_counted_as_the_spreadsheet_does(problem):
    workbook = openpyxl.Workbook()
    for row, value in ((3, "n"), (4, 1), (6, "x")):
        workbook.active.cell(row, 2, value)
    assert problem(saved(workbook), types={"n": "integer"}).params["row"] == 6


def test_cells_with_errors_are_empty_and_counted(read):
    workbook = openpyxl.Workbook()
    workbook.active.append(["n"])
    workbook.active.append([5])
    workbook.active["A3"] = "#DIV/0!"
    workbook.active["A3"].data_type = "e"
    workbook.active["A4"] = 7
    snapshot = read(saved(workbook))
    assert snapshot.column("n") == [5, 7]
    assert snapshot.notes == {"note_cell_errors": {"cells": 1}}


def test_formulas_give_their_saved_values(read):
    content = of_rows(["n"], ["=1+1"])
    cached = rewritten(content, sheet1=lambda text: re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", text))
    assert read(cached).column("n") == [2]


def several() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Cover"
    for name, value in (("Março", 3), ("April", 4)):
        sheet = workbook.create_sheet(name)
        sheet.append(["n"])
        sheet.append([value])
    hidden = workbook.create_sheet("Hidden")
    hidden.append(["n"])
    hidden.append([5])
    hidden.sheet_state = "hidden"
    workbook.create_chartsheet("Chart")
    return saved(workbook)


def test_the_first_sheet_with_rows_is_read(read):
    snapshot = read(several())
    assert (snapshot.rows, snapshot.facts["sheet"]) == ([(3,)], "Março")
    assert snapshot.facts["sheets"] == ["Cover", "Março", "April"]


@pytest.mark.parametrize(("name", "value"), [("April", 4), ("Hidden", 5)])
def test_the_sheet_that_was_asked_for_is_read(read, name, value):
    snapshot = read(several(), sheet=name)
    assert (snapshot.rows, snapshot.facts["sheet"]) == ([(value,)], name)


def test_a_single_sheet_is_no_choice(read):
    assert read(of_rows(["n"], [1])).facts["sheets"] == []


def test_a_sheet_that_is_not_there_is_named(problem):
    error = problem(several(), sheet="May")
    assert (error.code, error.params) == ("sheet_unknown", {"sheet": "May", "sheets": "Cover, Março, April"})


@pytest.mark.parametrize("name", ["Cover", "Chart"])
def test_an_empty_sheet_is_named(problem, name):
    assert (error := problem(several(), sheet=name)).code == "sheet_empty"
    assert error.params == {"sheet": name}


def test_a_header_only_has_no_rows(problem):
    assert problem(of_rows(["a", "b"])).code == "file_no_rows"


def test_too_many_cells_are_refused(problem, read):
    content = of_rows(["a", "b"], [1, 2], [3, 4])
    assert read(content, max_cells=6).rows
    error = problem(content, max_cells=5)
    assert (error.code, error.params) == ("sheet_cells", {"sheet": "Data", "cells": 6, "limit": 5})


def test_cells_far_apart_are_refused_before_they_fill_the_memory(problem):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "n"
    workbook.active["XF1048576"] = 5
    error = problem(saved(workbook), max_cells=20_000_000)
    assert (error.code, error.params["rows"], error.params["columns"]) == ("sheet_reach", 1048576, 630)


def test_only_the_sheet_that_is_read_counts(read):
    workbook = openpyxl.Workbook()
    workbook.active.append(["n"])
    workbook.active.append([1])
    other = workbook.create_sheet("Big")
    for _ in range(20):
        other.append([1] * 20)
    assert read(saved(workbook), max_cells=10).rows == [(1,)]


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_a_truncated_workbook_is_damaged(problem, share):
    content = of_rows(["a", "b"], *([n, "x" * 50] for n in range(500)))
    assert problem(content[: int(len(content) * share)], "data.xlsx").code == "xlsx_damaged"


def test_a_workbook_with_broken_bytes_is_damaged(problem):
    content = bytearray(of_rows(["a", "b"], *([n, f"text {n * 7919}"] for n in range(500))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 100
    content[start : start + 200] = b"\xff" * 200
    assert problem(bytes(content)).code == "xlsx_damaged"


def test_a_workbook_without_parts_is_damaged(problem):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert problem(output.getvalue()).code == "xlsx_damaged"


def bomb(megabytes: int) -> bytes:
    def blown_up(text: bytes) -> bytes:
        return text.replace(b"</worksheet>", b" " * (megabytes << 20) + b"</worksheet>")

    return rewritten(of_rows(["a"], [1]), sheet1=blown_up)


@pytest.fixture
def small_limit(monkeypatch):
    monkeypatch.setattr("reports.sources.workbook.MOST_UNPACKED", 8 << 20)


def test_a_workbook_that_unpacks_to_too_much_is_refused(problem, read, small_limit):
    assert read(bomb(2)).rows == [(1,)]
    error = problem(bomb(20))
    assert (error.code, error.params) == ("xlsx_unpacks", {"limit": 8})


def test_a_directory_that_lies_about_sizes_does_not_help(problem, small_limit):
    content = bomb(20)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        true_size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = content.replace(true_size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with zipfile.ZipFile(io.BytesIO(lie)) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size == 1000
    assert problem(lie).code == "xlsx_unpacks"


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BILLION = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>"


@pytest.mark.parametrize(
    ("part", "sign", "entity"),
    [("workbook", b"<sheets>", b"&l9;"), ("sheet1", b"<sheetData>", b"&l9;"), ("sheet1", b"<sheetData>", b"&file;")],
)
def test_entities_are_not_expanded(read, part, sign, entity):
    kinds = BILLION.replace(b"]>", b'<!ENTITY file SYSTEM "file:///etc/passwd">]>')

    def hostile(text: bytes) -> bytes:
        head, root = text.split(b"?>", 1) if text.startswith(b"<?xml") else (b"<?xml version='1.0'", text)
        return head + b"?>" + kinds + root.replace(sign, entity + sign)

    try:
        snapshot = read(rewritten(of_rows(["a"], ["x"]), **{part: hostile}), "data.xlsx")
    except Problem as problem:
        assert problem.code == "xlsx_damaged"
    else:
        assert snapshot.rows == [("x",)]


def test_an_encrypted_part_asks_for_the_password(problem):
    content = bytearray(of_rows(["a"], [1]))
    # Bit 0 of the flags, in the directory's entries.
    for match in re.finditer(b"PK\x01\x02", bytes(content)):
        content[match.start() + 8] |= 1
    assert problem(bytes(content)).code == "xlsx_password"


def test_other_office_files_say_what_they_are(problem):
    for part, name in (("word/document.xml", "Word"), ("content.xml", "OpenDocument"), ("a.csv", "ZIP")):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.writestr(part, "x")
        error = problem(output.getvalue(), "data.xlsx")
        assert (error.code, error.params) == ("file_other_format", {"format": name})


def test_a_binary_workbook_is_asked_for_as_xlsx(problem):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("xl/workbook.bin", "x")
    assert problem(output.getvalue()).code == "xlsx_binary"
