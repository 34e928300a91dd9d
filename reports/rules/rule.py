"""A rule as it is written, and the local times that it names; what clocks make of them is `moments`' part."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cronsim import CronSim, CronSimError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS_FOR_DAYS = ("last", "first-working", "last-working")
# Periods in which a day is chosen -> how many months they have.
MONTHS = {"month": 1, "quarter": 3}
MOST_TIMES = 24
_DAY = timedelta(days=1)


class RuleError(ValueError):
    """A text is no rule, or one that never comes round.  `part`: "times", "on", "cron" or "every", which is wrong."""

    def __init__(self, part: str):
        super().__init__(part)
        self.part = part


@dataclass(frozen=True)
class Plain:
    """every: day, weekday, week, month, quarter or year.  on: which day of it, as the text of a rule names it."""

    every: str
    on: str
    times: tuple[time, ...]

    def __str__(self) -> str:
        days = f"{self.every} {self.on}".strip()
        return f"{days} at {','.join(format(moment, '%H:%M') for moment in self.times)}"

    def local_times(self, after: datetime) -> Iterator[datetime]:
        """Without a time zone, in order, all of them later than `after`."""
        day = after.date()
        while True:
            if self._is_on(day):
                yield from (moment for clock in self.times if (moment := datetime.combine(day, clock)) > after)
            day += _DAY

    def _is_on(self, day: date) -> bool:
        match self.every:
            case "day":
                return True
            case "weekday":
                return day.weekday() < 5
            case "week":
                return WEEKDAYS[day.weekday()] in self.on.split(",")
            case "year":
                month, number = map(int, self.on.split("-"))
                return day == _day_of(day.year, month, number)
            case _:
                return day == _chosen(self.on, day, MONTHS[self.every])


@dataclass(frozen=True)
class Cron:
    expression: str
    every = "cron"

    def __str__(self) -> str:
        return f"cron {self.expression}"

    def local_times(self, after: datetime) -> Iterator[datetime]:
        return CronSim(self.expression, after)


Rule = Plain | Cron


def parse(text: str) -> Rule:
    """Raises RuleError."""
    every, _space, rest = " ".join(text.split()).partition(" ")
    if every == "cron":
        return _cron(rest)
    on, at, times = f" {rest}".partition(" at ")
    if not at:
        raise RuleError("times")
    return Plain(every, _on(every, on.strip()), _times(times))


def _cron(expression: str) -> Cron:
    try:
        if len(expression.split()) != 5:
            raise RuleError("cron")
        # It may be well written and come round never, as the 30th of February.
        next(CronSim(expression, datetime(2000, 1, 1)))
    except (CronSimError, StopIteration):
        raise RuleError("cron") from None
    return Cron(expression.upper())


def _on(every: str, on: str) -> str:
    match every:
        case "day" | "weekday":
            is_right = not on
        case "week":
            named = set(on.split(","))
            is_right = named <= set(WEEKDAYS)
            on = ",".join(day for day in WEEKDAYS if day in named)
        case "month" | "quarter":
            is_right = on in WORDS_FOR_DAYS or (re.fullmatch("[0-9]{1,2}", on) is not None and 1 <= int(on) <= 31)
        case "year":
            is_right = _is_date(on)
        case _:
            raise RuleError("every")
    if not is_right:
        raise RuleError("on")
    return on


def _is_date(on: str) -> bool:
    """Whether a leap year has it."""
    if not re.fullmatch("[0-9]{2}-[0-9]{2}", on):
        return False
    month, number = map(int, on.split("-"))
    return 1 <= month <= 12 and 1 <= number <= calendar.monthrange(2000, month)[1]


def _times(text: str) -> tuple[time, ...]:
    found = set()
    for written in text.replace(" ", "").split(","):
        match = re.fullmatch("([0-9]{1,2})[:h]([0-9]{2})", written)
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            raise RuleError("times")
        found.add(time(int(match[1]), int(match[2])))
    if len(found) > MOST_TIMES:
        raise RuleError("times")
    return tuple(sorted(found))


def _day_of(year: int, month: int, number: int) -> date:
    """The last day of a month that is shorter."""
    return date(year, month, min(number, calendar.monthrange(year, month)[1]))


def _chosen(on: str, day: date, months: int) -> date:
    """The day that `on` names of the period, of one month or three, in which a day lies."""
    month = (day.month - 1) // months * months + 1
    end = month + months - 1
    match on:
        case "last":
            return _day_of(day.year, end, 31)
        case "first-working":
            return _working(date(day.year, month, 1), _DAY)
        case "last-working":
            return _working(_day_of(day.year, end, 31), -_DAY)
        case _:
            return _day_of(day.year, month, int(on))


def _working(day: date, step: timedelta) -> date:
    while day.weekday() > 4:
        day += step
    return day
