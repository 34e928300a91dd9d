"""The receipt: drawn up from the data, compared with what was printed."""

import pytest

from reports.columns import Column
from reports.kinds import receipt
from reports.kinds.database import opened
from reports.kinds.formats import Formats
from reports.kinds.tally import Tally
from reports.problems import Problem
from tests.kinds.making import SALES, snapshot, spec_for

ENGLISH = Formats("en", "UTC")


def sums(folder, query: str, options: dict | None = None, decimals: dict | None = None) -> dict:
    parquet = snapshot(folder, query)
    spec = spec_for(parquet, "listing", options)
    with opened(parquet, folder) as connection:
        return receipt.sums_of(connection, spec, spec.columns, decimals or {})


def test_every_numeric_column_is_added_up_exactly(tmp_path):
    assert sums(tmp_path, SALES) == {
        "No": {"filled": 5, "sum": "25"},
        "Total": {"filled": 4, "sum": "1243.31"},
    }


def test_only_rows_that_pass_the_filters_count(tmp_path):
    assert sums(tmp_path, SALES, {"filters": "Region = North"})["Total"] == {"filled": 2, "sum": "12.75"}


def test_floating_point_numbers_are_added_up_as_they_are_printed(tmp_path):
    query = "SELECT unnest([0.1, 0.2, 1e-9, 2.34567, NULL, 'inf'])::DOUBLE AS \"F\""
    assert sums(tmp_path, query, decimals={"F": 3})["F"] == {"filled": 5, "sum": "2.646000001"}


def test_sums_beyond_every_decimal_are_exact(tmp_path):
    query = "SELECT ('9' || repeat('9', 37))::DECIMAL(38, 0) AS \"D\" FROM range(3)"
    assert sums(tmp_path, query)["D"] == {"filled": 3, "sum": "2" + "9" * 37 + "7"}


def drawn_up(**values) -> dict:
    column = {"name": "Total", "place": 1, "decimals": 2, "filled": 2, "sum": "10.50"} | values
    return {"rows": 2, "columns": [column]}


def printed(*cells: str):
    tally = Tally(receipt.places_of(drawn_up()), ENGLISH)
    for cell in cells:
        tally.add(["x", cell])
    return tally


def test_what_was_printed_and_what_was_gathered_agree():
    receipt.compare(drawn_up(), printed("10.00", "0.50"))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["10.50"], "receipt_rows"),
        (["10.00", "0.50", "0.00"], "receipt_rows"),
        (["10.00", "0.51"], "receipt_sum"),
        (["10.50", "–"], "receipt_sum"),
    ],
)
def test_a_row_or_a_value_more_or_less_is_a_problem(cells, code):
    with pytest.raises(Problem) as caught:
        receipt.compare(drawn_up(), printed(*cells))
    assert caught.value.code == code


def test_a_figure_is_found_whatever_spaces_are_in_it():
    receipt.find_figures({"figures": ["1 234,50", "7"]}, ["Sum 1\u00a0234,50", "7 rows"])
    with pytest.raises(Problem) as caught:
        receipt.find_figures({"figures": ["1,234.50"]}, ["Sum 1,234.60"])
    assert caught.value.params == {"figure": "1,234.50"}


def test_the_receipt_in_words():
    columns = [Column("Name", "text"), Column("Total", "decimal")]
    made = receipt.of_listing(1200, columns, {"Total": {"filled": 3, "sum": "1234.50"}}, {"Total": 2})
    assert receipt.in_words(made, ENGLISH) == (
        "Complete: 1,200 rows gathered, 1,200 printed. "
        "Control totals, the same in the data and on these pages: Total 1,234.50."
    )
    assert receipt.as_metadata(made) == "rows=1200; Total=1234.50"
    assert receipt.in_words({"rows": 1, "figures": []}, ENGLISH) == "Complete: the figures are those of 1 row."
