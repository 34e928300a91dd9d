"""What a listing gathers, and how its columns are laid out."""

import json
import os
import subprocess
import sys

import duckdb
import pytest

from reports.columns import Column
from reports.kinds.cells import printer_of
from reports.kinds.formats import Formats
from reports.kinds.listing.layout import Needs, lay_out, needs_of_numbers, needs_of_text, page_widths_of
from reports.kinds.listing.table import Table
from reports.problems import Problem
from tests.kinds.making import SALES, facts_in, gathered, snapshot, spec_for


def rows_of(tmp_path, options: dict, query: str = SALES, **asked) -> list[tuple]:
    parquet = snapshot(tmp_path, query)
    facts, folder = gathered(spec_for(parquet, "listing", options, **asked), parquet, tmp_path)
    rows = duckdb.execute(f"FROM '{folder}/rows.parquet'").fetchall()
    assert facts == {"rows": len(rows)}
    return rows


def test_rows_keep_the_order_of_the_file(tmp_path):
    assert [row[0] for row in rows_of(tmp_path, {"columns": "No"})] == [7, 3, 5, 1, 9]


def test_rows_that_a_sort_does_not_tell_apart_keep_their_order(tmp_path):
    query = "SELECT i AS n, i % 3 AS k FROM range(30000) AS numbers(i)"
    rows = rows_of(tmp_path, {"sort": "-k", "columns": "k,n"}, query)
    assert rows == sorted(rows, key=lambda row: (-row[0], row[1]))


def test_missing_values_come_last_in_both_directions(tmp_path):
    for direction, name in enumerate(("Total", "-Total")):
        folder = tmp_path / str(direction)
        folder.mkdir()
        assert rows_of(folder, {"columns": "No", "sort": name})[-1] == (1,)


def test_texts_are_sorted_as_people_do(tmp_path):
    query = "SELECT unnest(['Zoe', 'ana', 'Évora', 'Ana', 'eva']) AS name"
    assert [row[0] for row in rows_of(tmp_path, {"sort": "name"}, query)] == ["Ana", "ana", "eva", "Évora", "Zoe"]


def test_a_column_may_have_the_name_of_our_own(tmp_path):
    query = "SELECT i AS place, -i AS place_ FROM range(5) AS numbers(i)"
    assert rows_of(tmp_path, {"sort": "place_"}, query)[0] == (4, -4)


def test_a_column_may_begin_with_a_minus(tmp_path):
    query = 'SELECT i AS "-n" FROM range(3) AS numbers(i)'
    assert rows_of(tmp_path, {"sort": "-n"}, query) == [(0,), (1,), (2,)]


def test_columns_are_those_chosen_and_the_group_is_a_heading(tmp_path):
    rows = rows_of(tmp_path, {"columns": "Region,Total,No", "group": "Region", "totals": "Total"})
    assert [row[1] for row in rows] == [7, 5, 3, 9, 1]
    assert len(rows[0]) == 3  # total, number, and the group to read its heading from


def test_groups_and_totals_are_exact(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    _, folder = gathered(spec_for(parquet, "listing", {"group": "Region", "totals": "Total,No"}), parquet, tmp_path)
    assert facts_in(folder)["totals"] == {"Total": "1243.31", "No": "25"}
    assert [json.loads(line) for line in (folder / "groups.jsonl").open()] == [
        {"rows": 2, "totals": {"Total": "12.75", "No": "12"}},
        {"rows": 2, "totals": {"Total": "1230.56", "No": "12"}},
        {"rows": 1, "totals": {"Total": None, "No": "1"}},
    ]


def test_a_preview_reads_a_sample(tmp_path):
    assert len(rows_of(tmp_path, {}, sample=2)) == 2


def test_a_preview_shows_rows_that_pass_the_filters(tmp_path):
    query = "SELECT i AS n FROM range(1000) AS numbers(i)"
    assert rows_of(tmp_path, {"filters": "n >= 990"}, query, sample=2) == [(990,), (991,)]


def test_a_column_that_is_gone_is_named(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    spec = spec_for(parquet, "listing", {"columns": "Region"})
    spec.options["columns"] = ["Regiao"]
    with pytest.raises(Problem) as problem:
        gathered(spec, parquet, tmp_path)
    assert problem.value.code == "columns_gone"
    assert "Regiao" in str(problem.value)


def numbers(count: int, width: float) -> list[Needs]:
    return [needs_of_numbers(width, 3.0, 3.0)] * count


def test_few_columns_stand_upright_in_full_size():
    layout = lay_out(numbers(5, 5.0), "auto", asked=5)
    assert (layout.orientation, layout.size) == ("portrait", 9)


def test_more_columns_turn_the_page_before_the_type_gets_too_small():
    layout = lay_out(numbers(12, 5.0), "auto", asked=12)
    assert layout.orientation == "landscape"
    assert layout.size >= 8


def test_an_orientation_that_was_chosen_is_kept():
    assert lay_out(numbers(12, 5.0), "portrait", asked=12).orientation == "portrait"
    assert lay_out(numbers(2, 5.0), "landscape", asked=2).orientation == "landscape"


@pytest.mark.parametrize("count", [1, 4, 9, 17, 20])
def test_columns_never_are_wider_than_the_page(count):
    needs = [*numbers(count, 5.0), needs_of_text(60.0, 20.0, 9.0, 4.0, 4.0)]
    layout = lay_out(needs, "auto", asked=len(needs))
    assert sum(layout.widths) <= page_widths_of("A4")[layout.orientation] + 0.1
    assert all(width >= (need.least) * layout.size for width, need in zip(layout.widths, needs, strict=True))


def test_too_many_columns_say_how_many_fit():
    with pytest.raises(Problem) as problem:
        lay_out(numbers(60, 10.0), "auto", asked=3000)
    fit = problem.value.params["fit"]
    assert problem.value.params["asked"] == 3000
    lay_out(numbers(fit, 10.0), "auto", asked=fit)
    with pytest.raises(Problem):
        lay_out(numbers(fit + 1, 10.0), "auto", asked=fit + 1)


def table_of(*names: str, totals: str) -> Table:
    formats = Formats("en", "UTC")
    columns = [Column(name, "text" if name.islower() else "integer") for name in names]
    return Table([printer_of(column, formats, 0, {}) for column in columns], [totals], formats)


def test_a_sum_stands_below_its_column():
    table = table_of("a", "b", "C", "d", totals="C")
    assert table.label == 2
    assert list(table.sums("Total", {"C": "5"}, "subtotal")) == [["subtotal", "Total", "5", ""]]


def test_a_sum_of_the_first_column_has_its_label_above():
    table = table_of("C", "a", totals="C")
    assert list(table.sums("Total", {"C": "5"}, "total")) == [["group", "Total"], ["total", "5", ""]]


def test_columns_are_as_wide_whatever_order_a_set_has():
    """Of many words that are as long, some are measured: the same ones in each process."""
    code = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()
from reports.kinds.listing.measure import _longest
print(_longest({a + 7 * b for a in "abcMW" for b in "ijlmW"}))"""
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "123"
    }
    assert len(found) == 1
