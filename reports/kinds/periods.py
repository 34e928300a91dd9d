"""Periods that today decides: `last_month` is another one each month.

Weeks begin on Monday, as in ISO 8601; the last 7 days are today and the six before it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

PERIODS = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "this_week": _("this week"),
    "last_week": _("last week"),
    "this_month": _("this month"),
    "last_month": _("last month"),
    "this_quarter": _("this quarter"),
    "last_quarter": _("last quarter"),
    "this_year": _("this year"),
    "last_year": _("last year"),
    "last_7_days": _("the last 7 days"),
    "last_30_days": _("the last 30 days"),
}
# Those that are one day: a date can be equal to them.
DAYS = ("today", "yesterday")
_DAY = timedelta(days=1)


def bounds(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of one of PERIODS."""
    if period.endswith("_days"):
        return today - int(period.split("_")[1]) * _DAY + _DAY, today
    if period in DAYS:
        day = today - DAYS.index(period) * _DAY
        return day, day
    which, unit = period.split("_")
    first = _FIRST[unit](today)
    if which == "last":
        return _FIRST[unit](first - _DAY), first - _DAY
    # Far enough into the next one, however long this one is.
    return first, _FIRST[unit](first + _LONGEST[unit]) - _DAY


def _first_of_week(day: date) -> date:
    return day - day.weekday() * _DAY


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _first_of_quarter(day: date) -> date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _first_of_year(day: date) -> date:
    return day.replace(month=1, day=1)


_FIRST: dict[str, Callable[[date], date]] = {
    "week": _first_of_week,
    "month": _first_of_month,
    "quarter": _first_of_quarter,
    "year": _first_of_year,
}
_LONGEST = {"week": 7 * _DAY, "month": 31 * _DAY, "quarter": 92 * _DAY, "year": 366 * _DAY}


def period_named(text: str) -> str:
    """The code of a period that somebody wrote in one of the portal's languages, or as its code; "" for none."""
    return _spellings().get(" ".join(text.casefold().replace("_", " ").split()), "")


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    spellings = {code.replace("_", " "): code for code in PERIODS}
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            spellings |= {str(label).casefold(): code for code, label in PERIODS.items()}
    return spellings
