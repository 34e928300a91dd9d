"""Periods that today decides."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reports.kinds.periods import PERIODS, bounds, period_named


def days(text: str) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, text.split("..")))


@pytest.mark.parametrize(
    ("period", "today", "expected"),
    [
        ("today", "2026-03-31", "2026-03-31..2026-03-31"),
        ("yesterday", "2026-01-01", "2025-12-31..2025-12-31"),
        ("yesterday", "2024-03-01", "2024-02-29..2024-02-29"),
        ("this_week", "2026-11-24", "2026-11-23..2026-11-29"),
        ("this_week", "2026-11-29", "2026-11-23..2026-11-29"),
        ("last_week", "2026-01-01", "2025-12-22..2025-12-28"),
        ("this_month", "2026-01-31", "2026-01-01..2026-01-31"),
        ("this_month", "2024-02-29", "2024-02-01..2024-02-29"),
        ("last_month", "2026-03-31", "2026-02-01..2026-02-28"),
        ("last_month", "2024-03-31", "2024-02-01..2024-02-29"),
        ("last_month", "2026-01-01", "2025-12-01..2025-12-31"),
        ("this_quarter", "2026-05-31", "2026-04-01..2026-06-30"),
        ("last_quarter", "2026-02-28", "2025-10-01..2025-12-31"),
        ("this_year", "2024-02-29", "2024-01-01..2024-12-31"),
        ("last_year", "2024-02-29", "2023-01-01..2023-12-31"),
        ("last_7_days", "2026-01-03", "2025-12-28..2026-01-03"),
        ("last_30_days", "2024-03-01", "2024-02-01..2024-03-01"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period, today, expected):
    assert bounds(period, date.fromisoformat(today)) == days(expected)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_last_of_something_ends_the_day_before_this_one_begins(today):
    for unit in ("week", "month", "quarter", "year"):
        first, last = bounds(f"this_{unit}", today)
        assert first <= today <= last
        assert bounds(f"last_{unit}", today)[1] == first - timedelta(days=1)
        assert bounds(f"this_{unit}", last + timedelta(days=1))[0] == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "code"),
    [("last month", "last_month"), ("last_month", "last_month"), ("Last  Month", "last_month"), ("31/12/2025", "")],
)
def test_a_period_is_known_by_its_name(text, code):
    assert period_named(text) == code


def test_a_period_is_known_by_its_name_in_every_language():
    for language in ("en", "pt-br"):
        with translation.override(language):
            names = [str(label) for label in PERIODS.values()]
        assert [period_named(name) for name in names] == list(PERIODS)
