"""The questions of a definition."""

from datetime import date

import pytest

from reports.columns import Column
from reports.kinds.filters import settled
from reports.kinds.parameters import ParametersForm, answers_from
from reports.problems import Problem

COLUMNS = (Column("Region", "text"), Column("Total", "decimal"), Column("Day", "date"))
OPTIONS = {
    "columns": ["Total"],
    "filters": [
        {"column": "Day", "test": "between", "value": "", "said": "last_month", "asked": "Period"},
        {"column": "Region", "test": "not_equals", "value": "South"},
        {"column": "Total", "test": "at_least", "value": "10", "asked": "Smallest"},
    ],
}


def form(data=None, **more) -> ParametersForm:
    return ParametersForm(data, options=OPTIONS, columns=COLUMNS, **more)


def answered(**data) -> list[dict]:
    """The filters of a report on the last day of March, after a valid form."""
    filled = form(data)
    assert filled.is_valid(), filled.errors
    return settled(filled.options(), date(2026, 3, 31))[0]["filters"]


def test_only_what_is_asked_is_asked():
    assert [field.label for field in form()] == ["Period", "Smallest"]


def test_an_answer_takes_the_place_of_the_default_and_the_rest_stays():
    filters = answered(answer_0="2026-01-01", answer_0_to="2026-01-15", answer_1="1.234,5")
    assert filters == [
        {"column": "Day", "test": "between", "value": "2026-01-01..2026-01-15"},
        {"column": "Region", "test": "not_equals", "value": "South"},
        {"column": "Total", "test": "at_least", "value": "1234.5"},
    ]


def test_what_is_left_empty_filters_nothing():
    assert answered(answer_1="") == [{"column": "Region", "test": "not_equals", "value": "South"}]


def test_a_period_may_be_answered():
    assert answered(answer_0_period="yesterday")[0] == {
        "column": "Day",
        "test": "between",
        "value": "2026-03-30..2026-03-30",
        "said": "yesterday",
    }


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"answer_1": "much"}, "answer_1", "“much” is not a number."),
        ({"answer_0": "2026-02-30"}, "answer_0", "is not a date that exists"),
        ({"answer_0": "2026-02-03", "answer_0_to": "2026-02-01"}, "answer_0", "ends before it begins"),
        ({"answer_0_period": "doomsday"}, "answer_0", "There is no period “doomsday”."),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_in_words(data, field, sentence):
    assert sentence in form(data).errors[field][0]


def test_what_is_typed_is_answered_by_its_label_and_the_rest_has_its_default():
    filled = ParametersForm(answers_from(form(), {"Period": "last year"}), options=OPTIONS, columns=COLUMNS)
    assert filled.is_valid(), filled.errors
    filters = filled.options()["filters"]
    assert filters[0]["said"] == "last_year"
    assert filters[2]["value"] == "10"
    with pytest.raises(Problem, match="There is no option “Colour”"):
        answers_from(form(), {"Colour": "red"})


def test_earlier_answers_stand_in_the_fields():
    _, answers = settled(OPTIONS, date(2026, 3, 31))
    answers[1]["value"] = "99"
    again = form(answers=answers)
    assert (again["answer_0"].value().period, again["answer_1"].value().value) == ("last_month", "99")
