"""What a summary gathers."""

from datetime import date

import pytest

from reports.kinds.formats import Formats
from reports.kinds.summary.facts import Facts
from reports.kinds.summary.parts import ranking
from reports.kinds.summary.sections import key_figures, period_in_words
from reports.kinds.summary.series import start_of
from tests.kinds.making import SALES, document, facts_in, gathered, snapshot, spec_for


def words_of(tmp_path, options: dict, query: str = SALES) -> Facts:
    parquet = snapshot(tmp_path, query)
    spec = spec_for(parquet, "summary", options)
    return Facts(spec, Formats("en", "UTC"), facts_in(gathered(spec, parquet, tmp_path)[1]))


def test_a_ranking_ends_with_the_others_and_the_total(tmp_path):
    facts = words_of(tmp_path, {"measure": "No", "rankings": "Seller", "top": 2})
    section = ranking(facts, facts.found["rankings"][0])
    assert section["title"] == "Seller: the first 2"
    assert section["claim"] == "2 of 4 make up 84% of the total"
    assert [(row["rank"], row["cells"]) for row in section["table"]["rows"]] == [
        (1, ["Ana", "2", "12", "48%"]),
        (2, ["Davi", "1", "9", "36%"]),
        (None, ["2 others", "2", "4", "16%"]),
    ]
    assert section["table"]["total"] == ["Total", "5", "25", "100%"]


def test_shares_of_what_may_be_negative_are_left_out(tmp_path):
    query = "SELECT unnest(['a', 'b']) AS t, unnest([-5, 3]) AS n"
    facts = words_of(tmp_path, {"measure": "n", "rankings": "t"}, query)
    section = ranking(facts, facts.found["rankings"][0])
    assert section["claim"] == ""
    assert [row["cells"][-1] for row in section["table"]["rows"]] == ["–", "–"]


def test_key_figures_are_as_many_abreast_as_fit(tmp_path):
    facts = words_of(tmp_path, {"measures": "Total,No", "measure": ""})
    section = key_figures(facts)
    assert section["figures"] == [("Rows", "5"), ("Sum of Total", "1,243.31"), ("Sum of No", "25")]
    assert section["across"] == 4
    assert section["table"]["rows"][1]["cells"] == ["No", "25", "5.00", "1", "9"]


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ("day", "18 Aug 2025"),
        ("week", "the week of 18 Aug 2025"),
        ("month", "August 2025"),
        ("quarter", "Q3 2025"),
        ("year", "2025"),
    ],
)
def test_periods_have_names(interval, words):
    assert period_in_words(Formats("en", "UTC"), interval, date(2025, 8, 18)) == words


def facts_of(tmp_path, options: dict, query: str = SALES, **asked) -> dict:
    parquet = snapshot(tmp_path, query)
    return facts_in(gathered(spec_for(parquet, "summary", options, **asked), parquet, tmp_path)[1])


def test_key_figures_are_exact(tmp_path):
    facts = facts_of(tmp_path, {"measures": "Total", "measure": "Total"})
    assert facts["rows"] == 5
    assert facts["total"] == "1243.31"
    figure = {"column": "Total", "filled": 4, "sum": "1243.31", "least": "-4.00", "greatest": "1234.56"}
    assert facts["figures"] == [{**figure, "average": "310.8275"}]


def test_huge_numbers_are_drawn_and_written(tmp_path):
    query = "SELECT unnest(['a', 'a', 'b']) AS t, unnest([1.7e308, 1.7e308, 2.5])::DOUBLE AS n"
    parquet = snapshot(tmp_path, query)
    spec = spec_for(parquet, "summary", {"measure": "n", "measures": "n", "breakdowns": "t"})
    html = document(spec, parquet, tmp_path)
    # In the bar's words and in the table, for the part and for the total.
    assert html.count("3.4e+308") >= 4
    assert "Infinity" not in html


def test_filters_hold_for_every_figure(tmp_path):
    options = {"measures": "Total", "measure": "Total", "breakdowns": "Region", "filters": "Region = North"}
    facts = facts_of(tmp_path, options)
    assert (facts["rows"], facts["total"], facts["figures"][0]["sum"]) == (2, "12.75", "12.75")
    assert facts["breakdowns"][0]["parts"] == [{"label": "North", "rows": 2, "value": "12.75"}]
    assert facts["series"]["points"][0]["value"] == "10.50"


def test_parts_are_sorted_by_what_is_added_up(tmp_path):
    facts = facts_of(tmp_path, {"measure": "Total", "breakdowns": "Region"})
    assert [part["label"] for part in facts["breakdowns"][0]["parts"]] == ["South", "North", None]


def test_without_a_measure_rows_are_counted(tmp_path):
    facts = facts_of(tmp_path, {"measure": "", "rankings": "Seller", "top": 2})
    ranking = facts["rankings"][0]
    assert facts["total"] == "5"
    assert ranking["distinct"] == 4
    assert [(part["label"], part["value"]) for part in ranking["parts"]] == [("Ana", "2"), ("Bia", "1")]


def test_missing_texts_are_one_part(tmp_path):
    facts = facts_of(tmp_path, {"breakdowns": "t", "measure": ""}, "SELECT unnest(['a', NULL, NULL, NULL]) AS t")
    found = facts["breakdowns"][0]
    assert found["distinct"] == 2
    assert [(part["label"], part["rows"]) for part in found["parts"]] == [(None, 3), ("a", 1)]


def test_columns_may_be_called_as_in_our_sql(tmp_path):
    query = "SELECT * FROM (VALUES ('x', DATE '2025-01-01', 1), ('y', DATE '2025-01-01', 2)) AS t(label, day, rows)"
    facts = facts_of(tmp_path, {"breakdowns": "label", "measure": "rows", "date": "day"}, query)
    assert [part["value"] for part in facts["breakdowns"][0]["parts"]] == ["2", "1"]
    assert facts["series"]["points"] == [{"start": "2025-01-01", "value": "3"}]


def test_a_month_without_rows_is_a_point(tmp_path):
    series = facts_of(tmp_path, {"measure": "Total", "date": "Day", "interval": "month"})["series"]
    assert series["undated"] == 1
    assert [(point["start"], float(point["value"])) for point in series["points"]] == [
        ("2025-01-01", 10.5),
        ("2025-02-01", 1236.81),
        ("2025-03-01", 0.0),
        ("2025-04-01", -4.0),
    ]


def test_a_time_counts_on_the_day_that_it_names(tmp_path):
    query = "SELECT TIMESTAMP '2025-03-01 01:00:00' AS at"
    series = facts_of(tmp_path, {"date": "at", "interval": "month"}, query, zone="America/Sao_Paulo")["series"]
    assert series["points"] == [{"start": "2025-03-01", "value": "1"}]


@pytest.mark.parametrize(
    ("days", "interval"), [(10, "day"), (100, "week"), (400, "month"), (3000, "quarter"), (9000, "year")]
)
def test_an_interval_fits_the_span(tmp_path, days, interval):
    query = f"SELECT DATE '2000-01-01' + i::INTEGER AS d FROM range(0, {days}, 5) AS numbers(i)"
    assert facts_of(tmp_path, {"date": "d"}, query)["series"]["interval"] == interval


def test_no_series_has_more_points_than_a_chart(tmp_path):
    query = "SELECT unnest([DATE '0001-01-01', DATE '9999-12-31']) AS d"
    series = facts_of(tmp_path, {"date": "d", "interval": "day"}, query)["series"]
    assert series["interval"] == "year"
    assert series["points"][-1] == {"start": "9999-01-01", "value": "1"}


@pytest.mark.parametrize(
    ("interval", "start"),
    [
        ("day", date(2025, 8, 20)),
        ("week", date(2025, 8, 18)),
        ("month", date(2025, 8, 1)),
        ("quarter", date(2025, 7, 1)),
        ("year", date(2025, 1, 1)),
    ],
)
def test_intervals_begin_where_calendars_say(interval, start):
    assert start_of(interval, date(2025, 8, 20)) == start
