"""The rows of a report by the values of a column, and who gets what."""

import duckdb
import pytest

from reports.pipeline import split
from reports.pipeline.split import Mapping
from reports.problems import Problem
from tests.kinds.making import quiet, snapshot, spec_for

SALES = """
    SELECT * FROM (VALUES
        (1, 'South', 1.00, DATE '2025-01-31'),
        (2, 'north', 2.00, DATE '2025-02-01'),
        (3, NULL, 3.00, NULL),
        (4, 'North', 4.00, DATE '2025-02-28'),
        (5, 'A/B', 5.00, DATE '2025-01-31')
    ) AS sales("No", "Region", "Total", "Day")
"""
PEOPLE = """
    SELECT * FROM (VALUES
        ('NORTH', 'Ana@example.org; bia@example.org'),
        ('North', 'ana@example.org'),
        ('South', 'nobody'),
        ('West', 'caio@example.org'),
        (NULL, 'davi@example.org')
    ) AS people("Region", "Address")
"""


def mapping(folder, query=PEOPLE) -> Mapping:
    home = folder / "mapping"
    home.mkdir()
    return Mapping(snapshot(home, query), "Region", "Address")


def found(folder, query=SALES, column="Region", *, most=100, people=None, language="en", **options) -> dict:
    parquet, target = snapshot(folder, query), folder / "split"
    target.mkdir()
    spec = spec_for(parquet, "listing", options, language=language)
    return split.split(spec, column, most, people, parquet, target, quiet)


def values_in(facts: dict) -> list[tuple]:
    return [(value["value"], value["rows"]) for part in facts["parts"] for value in part]


def rows_of(folder, number: int) -> list[tuple]:
    return duckdb.connect().execute(f'SELECT * FROM "{folder}/split/{number}.parquet"').fetchall()


def test_values_that_a_filter_takes_for_the_same_are_one_and_rows_without_a_value_are_the_last(tmp_path):
    facts = found(tmp_path)
    assert values_in(facts) == [("A/B", 1), ("north", 2), ("South", 1), (None, 1)]
    assert [value["name"] for value in facts["parts"][0]] == ["A/B", "north", "South", "(empty)"]
    assert facts["rows"] == 5


def test_the_rows_of_a_value_are_as_they_are_in_the_snapshot(tmp_path):
    found(tmp_path)
    assert [row[0] for row in rows_of(tmp_path, 0)] == [5, 2, 4, 1, 3]
    assert [path.name for path in (tmp_path / "split").iterdir()] == ["0.parquet"]
    of_part = duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{tmp_path}/split/0.parquet'").fetchall()
    assert of_part == duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{tmp_path}/data.parquet'").fetchall()


def test_only_rows_that_pass_the_filters_have_a_value(tmp_path):
    facts = found(tmp_path, filters=["Day >= 2025-02-01"])
    assert values_in(facts) == [("north", 2)]


def test_without_rows_there_is_no_value(tmp_path):
    assert found(tmp_path, filters=["No > 9"]) == {"rows": 0, "parts": [], "notes": []}


def test_parts_have_so_many_values_or_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(split, "PART_VALUES", 2)
    assert [len(part) for part in found(tmp_path)["parts"]] == [2, 2]
    assert [row[0] for row in rows_of(tmp_path, 1)] == [1, 3]


def test_a_value_with_many_rows_has_a_part_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(split, "PART_ROWS", 2)
    assert [[value["value"] for value in part] for part in found(tmp_path)["parts"]] == [
        ["A/B"],
        ["north"],
        ["South", None],
    ]


@pytest.mark.parametrize(
    ("column", "language", "value", "name"),
    [("Day", "pt-br", "2025-01-31", "31/01/2025"), ("No", "en", "1", "1")],
)
def test_a_value_is_named_in_the_language_of_the_report(tmp_path, column, language, value, name):
    facts = found(tmp_path, column=column, language=language)
    assert (facts["parts"][0][0]["value"], facts["parts"][0][0]["name"]) == (value, name)


@pytest.mark.parametrize(
    ("query", "column", "code"),
    [
        (SALES, "Nowhere", "burst_column"),
        (SALES, "Total", "burst_column"),
        ('SELECT 1 AS "No", repeat(\'x\', 201) AS "Region"', "Region", "burst_long_value"),
        ('SELECT i AS "No", \'r\' || i AS "Region" FROM range(101) AS numbers(i)', "Region", "burst_too_many"),
    ],
)
def test_what_cannot_be_split_says_why(tmp_path, query, column, code):
    with pytest.raises(Problem) as caught:
        found(tmp_path, query, column)
    assert caught.value.code == code
    if code == "burst_too_many":
        assert caught.value.params == {"column": "Region", "count": 101, "most": 100}


def test_each_value_has_its_recipients_once(tmp_path):
    facts = found(tmp_path, people=mapping(tmp_path))
    recipients = {value["value"]: value["recipients"] for value in facts["parts"][0]}
    assert recipients == {"A/B": [], "north": ["ana@example.org", "bia@example.org"], "South": [], None: []}


def test_what_is_no_address_and_who_has_no_rows_is_named(tmp_path):
    notes = found(tmp_path, people=mapping(tmp_path))["notes"]
    assert notes == [
        {"code": "burst_no_address", "params": {"value": "South", "address": "nobody"}},
        {"code": "burst_no_value", "params": {"values": "West"}},
    ]


def test_many_wrong_addresses_are_counted(tmp_path):
    query = "SELECT 'South' AS \"Region\", 'nobody' || i AS \"Address\" FROM range(25) AS numbers(i)"
    notes = found(tmp_path, people=mapping(tmp_path, query))["notes"]
    assert len(notes) == 21
    assert notes[-1] == {"code": "burst_more_addresses", "params": {"count": 5}}


def test_a_mapping_may_have_the_values_in_another_type(tmp_path):
    query = 'SELECT 4 AS "Region", \'ana@example.org\' AS "Address"'
    facts = found(tmp_path, column="No", people=mapping(tmp_path, query))
    assert [value["recipients"] for value in facts["parts"][0]][3] == ["ana@example.org"]
