"""A measure over time, in intervals that a chart can show."""

from datetime import date, timedelta
from decimal import Context, Decimal

from duckdb import DuckDBPyConnection

from reports.columns import DATETIME
from reports.kinds import Spec
from reports.kinds.rows import Sums, aggregated, column_named, quoted, where

INTERVALS = ("day", "week", "month", "quarter", "year")
# The longest span, in days, for which an interval is chosen by itself; beyond the last one it is years.
FITTING_DAYS = {"day": 31, "week": 183, "month": 1_500, "quarter": 5_500}
# No chart has room for more points: a shorter interval than fits is not used.
MOST_POINTS = 400
# Python's calendar ends with the year 9999.
LAST_START = date(9999, 1, 1)
_EXACT = Context(prec=200)


def series_of(connection: DuckDBPyConnection, spec: Spec, value) -> dict:
    """See `gather` for the shape; an interval without rows is a point with the value 0."""
    days, undated, rest = _days(connection, spec, value)
    if not days:
        return {"interval": "day", "points": [], "undated": undated, "rest": str(rest)}
    first, last = min(days), max(days)
    interval = _fitting(spec.options["interval"], first, last)
    points = dict.fromkeys(_starts(interval, first, last), Decimal(0))
    for day, amount in days.items():
        start = start_of(interval, day)
        points[start] = _EXACT.add(points[start], amount)
    return {
        "interval": interval,
        "points": [{"start": start.isoformat(), "value": str(amount)} for start, amount in points.items()],
        "undated": undated,
        "rest": str(rest),
    }


def _days(connection: DuckDBPyConnection, spec: Spec, value) -> tuple[dict[date, Decimal], int, Decimal]:
    """The value of each day; how many rows have no date, and their value."""
    column = column_named(spec, spec.options["date"])
    day = f"CAST({quoted(column.name)} AS DATE)" if column.type == DATETIME else quoted(column.name)
    condition, parameters = where(connection, spec)

    def query(sums: Sums) -> str:
        return f"SELECT {day}, count(*), {value(sums)[0]} FROM rows WHERE {condition} GROUP BY 1"  # noqa: S608

    rows = aggregated(connection, query, parameters)
    amounts = {day: (count, Decimal(amount or 0)) for day, count, amount in rows}
    undated, rest = amounts.pop(None, (0, Decimal(0)))
    return {day: amount for day, (_count, amount) in amounts.items()}, undated, rest


def _fitting(wanted: str, first: date, last: date) -> str:
    span = (last - first).days
    if wanted == "auto":
        wanted = next((name for name, most in FITTING_DAYS.items() if span <= most), "year")
    days = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
    possible = [name for name in INTERVALS[INTERVALS.index(wanted) :] if span / days[name] <= MOST_POINTS]
    return possible[0] if possible else "year"


def start_of(interval: str, day: date) -> date:
    """The first day of the interval that a day belongs to; weeks begin on Monday."""
    if interval == "week":
        return day - timedelta(days=day.weekday()) if day.toordinal() > day.weekday() else day
    if interval == "month":
        return day.replace(day=1)
    if interval == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if interval == "year" else day


def _starts(interval: str, first: date, last: date) -> list[date]:
    """The start of every interval from one day to the other."""
    starts = [start_of(interval, first)]
    while (following := _next(interval, starts[-1])) and following <= last:
        starts.append(following)
    return starts


def _next(interval: str, start: date) -> date | None:
    if start >= LAST_START:
        return None
    if interval in ("day", "week"):
        return start + timedelta(days=7 if interval == "week" else 1)
    months = {"month": 1, "quarter": 3, "year": 12}[interval]
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)
