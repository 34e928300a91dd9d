"""Days that are missing among the dates of a column.

Dates come in a rhythm: in months (all on the same day of the month), weeks (all on the same day of the week), working
days (none at a weekend) or days.  Where at least `DENSE` of a rhythm's places between the first and the last date have
one, the others are gaps; where fewer have one, there is no rhythm that anything could be missing in.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from duckdb import DuckDBPyConnection

from reports.columns import Column
from reports.kinds.profile.frequent import counted

DENSE = 0.5
FEWEST_DAYS, MOST_DAYS = 5, 100_000
MOST_SHOWN = 3
SATURDAY = 5


def gaps_of(connection: DuckDBPyConnection, column: Column, facts: dict) -> dict | None:
    """{rhythm: month, week, working_day or day, missing: how many places, gaps: the longest ones [[the date before, the
    date after, missing]]}; None when there is no rhythm."""
    found = connection.execute(
        f"SELECT DISTINCT CAST(value AS DATE) FROM {counted(column, facts)} "  # noqa: S608
        f"WHERE value IS NOT NULL ORDER BY 1 LIMIT {MOST_DAYS + 1}"
    ).fetchall()
    days = [day for (day,) in found]
    if not FEWEST_DAYS <= len(days) <= MOST_DAYS:
        return None
    rhythm, place = _rhythm_of(days)
    if len(days) < DENSE * (place(days[-1]) - place(days[0]) + 1):
        return None
    steps = ((before, after, place(after) - place(before) - 1) for before, after in pairwise(days))
    gaps = [step for step in steps if step[2]]
    longest = sorted(gaps, key=lambda gap: (-gap[2], gap[0]))[:MOST_SHOWN]
    return {
        "rhythm": rhythm,
        "missing": sum(missing for *_ends, missing in gaps),
        "gaps": [[before.isoformat(), after.isoformat(), missing] for before, after, missing in longest],
    }


def _rhythm_of(days: Sequence[date]) -> tuple[str, Callable[[date], int]]:
    """Its name, and what numbers its places."""
    if len({day.day for day in days}) == 1:
        return "month", lambda day: day.year * 12 + day.month
    if len({day.weekday() for day in days}) == 1:
        return "week", lambda day: day.toordinal() // 7
    if all(day.weekday() < SATURDAY for day in days):
        return "working_day", lambda day: (day.toordinal() - day.weekday()) // 7 * SATURDAY + day.weekday()
    return "day", date.toordinal
