"""The data of a report as CSV and XLSX: the rows as they were filtered and sorted, harmless, in little memory."""

import csv
import datetime
import resource
import sys
from decimal import Decimal

import openpyxl
import pytest

from reports import sandbox
from reports.pipeline import export as module
from reports.pipeline.export import export
from reports.problems import Problem
from tests.kinds.making import LIMITS, SALES, quiet, snapshot, spec_for

FORMULAS = """
    SELECT * FROM (VALUES
        ('=1+1', -5, -1.50, 'plain'),
        ('+49 30', 6, 2.25, '=cmd|x'),
        ('-1', 7, 0.00, E'\\tTab'),
        ('@SUM(A1)', 8, 1.00, E'\\rReturn'),
        ('a=b', 9, 1.00, '-')
    ) AS t("=Name", "Count", "Amount", "Note")
"""


def exported(folder, query, format_, kind="listing", options=None):
    parquet = snapshot(folder, query)
    target = folder / "exported"
    target.mkdir()
    facts = export(spec_for(parquet, kind, options), format_, parquet, target, quiet)
    assert facts["bytes"] == (target / f"data.{format_}").stat().st_size
    return facts, target / f"data.{format_}"


def rows_of(path) -> list[list]:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]


OPTIONS = {"columns": ["Seller", "Total", "Day"], "filters": ["Region = North"], "sort": ["-Total"]}


def test_a_csv_has_the_columns_the_filters_and_the_order_of_the_report(tmp_path):
    facts, path = exported(tmp_path, SALES, "csv", options=OPTIONS)
    assert facts["rows"] == 2
    assert rows_of(path) == [["Seller", "Total", "Day"], ["Ana", "10.50", "2025-01-31"], ["Ana", "2.25", "2025-02-28"]]


def test_a_workbook_has_numbers_and_dates_as_such(tmp_path):
    _facts, path = exported(tmp_path, SALES, "xlsx", options=OPTIONS)
    header, first, _second = rows_of(path)
    assert header == ["Seller", "Total", "Day"]
    assert first == ["Ana", 10.5, datetime.datetime(2025, 1, 31)]


def test_a_summary_gives_the_rows_behind_it_and_only_the_columns_that_it_shows(tmp_path):
    options = {"measures": [], "measure": "Total", "date": "", "breakdowns": ["Region"], "rankings": []}
    _facts, path = exported(tmp_path, SALES, "csv", "summary", options)
    assert rows_of(path)[0] == ["Region", "Total"]
    assert len(rows_of(path)) == 6


def test_a_csv_has_nothing_that_a_spreadsheet_would_run(tmp_path):
    _facts, path = exported(tmp_path, FORMULAS, "csv")
    assert rows_of(path) == [
        ["'=Name", "Count", "Amount", "Note"],
        ["'=1+1", "-5", "-1.50", "plain"],
        ["'+49 30", "6", "2.25", "'=cmd|x"],
        ["'-1", "7", "0.00", "'\tTab"],
        ["'@SUM(A1)", "8", "1.00", "'\rReturn"],
        ["a=b", "9", "1.00", "'-"],
    ]


def test_a_workbook_has_no_formula_and_no_link(tmp_path):
    _facts, path = exported(tmp_path, FORMULAS + " UNION ALL SELECT 'https://example.test', 1, 1, 'x'", "xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert {cell.data_type for row in sheet for cell in row} == {"s", "n"}
    assert (sheet["A1"].value, sheet["A2"].value, sheet["B2"].value) == ("=Name", "=1+1", -5)
    assert not any(cell.hyperlink for row in sheet for cell in row)


def test_what_no_spreadsheet_holds_is_text(tmp_path):
    query = """
        SELECT 12345678901234567890::DECIMAL(20,0) AS "Long", DATE '1850-01-02' AS "Old", repeat('y', 40000) AS "Text",
            true AS "Paid", TIMESTAMP '2026-01-02 03:04:05' AS "At", 'NaN'::DOUBLE AS "Odd"
    """
    _facts, path = exported(tmp_path, query, "xlsx")
    long, old, text, paid, at, odd = rows_of(path)[1]
    assert (long, old, len(text), paid) == ("12345678901234567890", "1850-01-02", 32_767, True)
    assert (at, odd) == (datetime.datetime(2026, 1, 2, 3, 4, 5), "nan")


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_no_rows_are_a_file_with_a_header(tmp_path, format_):
    facts, path = exported(tmp_path, SALES, format_, options={"filters": ["Region = Nowhere"]})
    assert facts["rows"] == 0
    assert rows_of(path) == [["No", "Region", "Seller", "Total", "Day"]]


def test_more_rows_than_a_sheet_holds_are_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_SHEET_ROWS", 5)
    with pytest.raises(Problem, match="There are 5 rows, and a sheet has room for 4"):
        exported(tmp_path, SALES, "xlsx")


def test_a_long_workbook_takes_no_more_memory(tmp_path):
    query = 'SELECT i AS "No", \'Shop \' || i AS "Shop", i * 1.5 AS "Total" FROM range({}) t(i)'

    def memory_of(rows: int) -> int:
        folder = tmp_path / str(rows)
        folder.mkdir()
        parquet = snapshot(folder, query.format(rows))
        spec = spec_for(parquet, "listing")

        def work(progress) -> dict:
            facts = export(spec, "xlsx", parquet, folder, progress)
            return {**facts, "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}

        facts = sandbox.run(work, **LIMITS)
        assert facts["rows"] == rows
        return facts["kilobytes"]

    assert sys.platform == "linux"
    assert memory_of(100_000) - memory_of(1_000) < 80_000


def test_a_decimal_keeps_its_digits(tmp_path):
    _facts, path = exported(tmp_path, 'SELECT 1234567890.12::DECIMAL(18,2) AS "Total"', "csv")
    assert Decimal(rows_of(path)[1][0]) == Decimal("1234567890.12")
