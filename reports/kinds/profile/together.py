"""What only several columns together show: rows that repeat, and numbers that rise and fall together."""

from collections.abc import Sequence
from itertools import combinations
from math import inf, sqrt

from duckdb import DuckDBPyConnection

from reports.columns import NUMERIC, Column
from reports.kinds.profile.counting import position
from reports.kinds.rows import quoted

# Each column with each other one: of more columns there are too many pairs.
MOST_COLUMNS = 20
# A pair is told of when half of it can hardly be chance: this correlation, over so many rows, and so many times its
# standard error.
STRONG, FEWEST_ROWS, SURE = 0.5, 10, 4
# Beyond this the square of a number is none.
LARGEST = 1e150


def repeated_rows(connection: DuckDBPyConnection, columns: Sequence[Column], rows: int) -> int:
    """How many rows are equal to an earlier one.  They are compared by a 64-bit hash."""
    names = ", ".join(quoted(column.name) for column in columns)
    sql = f"SELECT count(*) FROM (SELECT DISTINCT hash({names}) FROM rows)"  # noqa: S608
    return rows - connection.execute(sql).fetchone()[0]


def correlations(connection: DuckDBPyConnection, columns: Sequence[Column], found: list[dict]) -> dict:
    """{pairs: how many were looked at, left_out: how many columns were not, strong: [{one, other, r, rows}]}: Pearson's
    r over the rows in which both columns have a value, the strongest first.  A column of one value goes with none."""
    numeric = [c for c, facts in zip(columns, found, strict=True) if c.type in NUMERIC and facts["distinct"] > 1]
    pairs = list(combinations(numeric[:MOST_COLUMNS], 2))
    if not pairs:
        return {"pairs": 0, "left_out": 0, "strong": []}
    sql = ", ".join(f"corr({_value(one)}, {_value(other)}), {_rows_with(one, other)}" for one, other in pairs)
    answers = connection.execute(f"SELECT {sql} FROM rows").fetchone()  # noqa: S608
    strong = [
        {"one": one.name, "other": other.name, "r": round(r, 4), "rows": rows}
        for (one, other), r, rows in zip(pairs, answers[::2], answers[1::2], strict=True)
        if _means_something(r, rows)
    ]
    strong.sort(key=lambda pair: -abs(pair["r"]))
    return {"pairs": len(pairs), "left_out": len(numeric[MOST_COLUMNS:]), "strong": strong}


def _value(column: Column) -> str:
    place = position(column)
    return f"CASE WHEN abs({place}) < {LARGEST} THEN {place} END"


def _rows_with(one: Column, other: Column) -> str:
    return f"count_if({quoted(one.name)} IS NOT NULL AND {quoted(other.name)} IS NOT NULL)"


def _means_something(r: float | None, rows: int) -> bool:
    if r is None or r != r or rows < FEWEST_ROWS or abs(r) < STRONG:
        return False
    unexplained = 1 - r * r
    return (abs(r) * sqrt((rows - 2) / unexplained) if unexplained > 0 else inf) >= SURE
