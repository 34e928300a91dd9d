"""Filters with ranges and periods, and those that are asked each time."""

from datetime import date

import pytest
from django.http import QueryDict

from reports.columns import Column
from reports.kinds.document import filters_in_words
from reports.kinds.filter_rows import rows_from
from reports.kinds.filters import settled
from reports.kinds.formats import Formats
from reports.kinds.listing.form import ListingForm
from tests.kinds.making import SALES, made

COLUMNS = (Column("Region", "text"), Column("Total", "decimal"), Column("Day", "date"), Column("At", "datetime"))
TODAY = date(2026, 3, 31)


def filter_of(text: str) -> dict:
    """What is kept of a filter in a line of text."""
    (row,) = rows_from({"filters": text}, COLUMNS)
    return row.parse().as_json()


def posted(*rows: dict) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, row in enumerate(rows):
        for part in ("column", "test", "value", "to", "period", "label"):
            data.appendlist(f"filter_{part}", row.get(part, ""))
        data.appendlist("filter_key", str(key))
        if row.get("asked"):
            data.appendlist("filter_asked", str(key))
    return data


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Total between 1.5..20", {"test": "between", "value": "1.5..20"}),
        ("Total between 1.5..", {"test": "between", "value": "1.5.."}),
        ("Total between ..20", {"test": "between", "value": "..20"}),
        ("Day between 01/02/2026..2026-02-28", {"test": "between", "value": "2026-02-01..2026-02-28"}),
        ("Day = last month", {"test": "between", "value": "", "said": "last_month"}),
        ("Day = yesterday", {"test": "equals", "value": "", "said": "yesterday"}),
        ("Day >= this year", {"test": "at_least", "value": "", "said": "this_year"}),
        ("At between last 7 days", {"test": "between", "value": "", "said": "last_7_days"}),
        ("Region = last month", {"test": "equals", "value": "last month"}),
    ],
)
def test_a_filter_is_kept_as_it_was_meant(text, kept):
    assert filter_of(text) == {"column": text.split()[0], **kept}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Total between 20..10", "The range of “Total” ends before it begins."),
        ("Day between 2026-02-01..2026-01-01", "ends before it begins"),
        ("Total between ..", "Write the value"),
        ("Total between a..b", "“a” is not a number."),
        ("Day != last month", "“last month” is more than one day."),
        ("Region between a..b", "cannot be tested with “is between”"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        filter_of(text)


def test_a_date_is_within_a_range_that_begins_at_a_time_of_that_day():
    assert filter_of("At between 2026-01-01 08:00..2026-01-01")["value"] == "2026-01-01T08:00:00..2026-01-01"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Day = last month", "2026-02-01..2026-02-28"),
        ("Day = today", "2026-03-31"),
        ("Day != today", "2026-03-31"),
        ("Day > last month", "2026-02-28"),
        ("Day >= last month", "2026-02-01"),
        ("Day < last month", "2026-02-01"),
        ("Day <= last month", "2026-02-28"),
    ],
)
def test_a_period_becomes_dates_on_the_day_of_the_request(text, value):
    options, answers = settled({"filters": [filter_of(text)]}, TODAY)
    assert (options["filters"][0]["value"], answers) == (value, [])


def test_the_dates_of_a_period_are_found_out_anew_when_it_is_asked_for_again():
    once, _ = settled({"filters": [filter_of("Day = last month")]}, TODAY)
    assert once["filters"][0]["said"] == "last_month"
    form = ListingForm(once, columns=COLUMNS)
    assert form.is_valid(), form.error_lines()
    again, _ = settled(form.options(), date(2026, 4, 30))
    assert again["filters"][0]["value"] == "2026-03-01..2026-03-31"


def test_what_is_asked_and_left_empty_filters_nothing():
    data = posted({"column": "Region", "test": "equals", "asked": True, "label": " The  region "})
    kept = [row.parse().as_json() for row in rows_from(data, COLUMNS)]
    assert kept == [{"column": "Region", "test": "equals", "value": "", "asked": "The region"}]
    options, answers = settled({"filters": kept}, TODAY)
    assert options["filters"] == []
    assert answers == [{"label": "The region", "column": "Region", "test": "equals", "value": ""}]


def test_a_box_that_is_ticked_belongs_to_its_own_row():
    data = posted(
        {"column": "Region", "test": "equals", "value": "North"},
        {"column": "Day", "test": "between", "period": "last_month", "asked": True, "label": "Period"},
    )
    del data["filter_key"]
    data.setlist("filter_key", ["4", "7"])
    data.setlist("filter_asked", ["7"])
    assert [row.asked for row in rows_from(data, COLUMNS)] == [False, True]


def test_two_questions_have_two_names():
    same = {"column": "Region", "test": "equals", "asked": True}
    data = posted(same, same)
    data.update({"columns": "Region", "orientation": "auto", "standard": "ua-1"})
    form = ListingForm(data, columns=COLUMNS)
    assert "Two filters are asked for as “Region”." in form.errors["filters"][0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Day = last month", "Day is within last month (1 Feb 2026 – 28 Feb 2026)"),
        ("Total between 1000..", "Total is at least 1,000"),
        ("Day between ..2026-02-28", "Day is on or before 28 Feb 2026"),
        ("Day > yesterday", "Day is after yesterday (30 Mar 2026)"),
    ],
)
def test_a_filter_says_what_it_is(text, words):
    options, _ = settled({"filters": [filter_of(text)]}, TODAY)
    assert filters_in_words(COLUMNS, options, Formats("en", "UTC")) == [words]


@pytest.mark.parametrize(
    ("text", "sellers"),
    [
        ("Total between 2.25..10.5", ["Ana"]),
        ("Total between ..0", ["Davi"]),
        ("Day between 2025-02-01..2025-02-28", ["Ana", "Bia"]),
        ("Day between 2025-02-28..", ["Ana", "Davi"]),
    ],
)
def test_rows_within_a_range_are_in_the_report(tmp_path, text, sellers):
    pdf = made(tmp_path, SALES, "listing", {"columns": ["Seller"], "filters": [text]})
    body = pdf.partition("Only rows where")[2]
    assert [name for name in ("Ana", "Bia", "Caio", "Davi") if name in body.replace("Ana Souza", "")] == sellers
