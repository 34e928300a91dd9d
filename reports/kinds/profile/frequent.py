"""How many values of a column differ, which are the most frequent, and where its quarters end."""

from duckdb import DuckDBPyConnection

from reports.columns import TEXT, Column
from reports.kinds.profile.counting import KEPT, has_places, plain
from reports.kinds.rows import quoted

MOST_SHOWN = 5
# More different values than this are counted one by one only in a table that has not many more rows.
MOST_COUNTED = 1_000_000
# Of more rows than this the quarters are those of about so many of them.
MOST_SORTED = 10_000_000
QUARTERS = (0.25, 0.5, 0.75)


def frequent(connection: DuckDBPyConnection, column: Column, facts: dict, rows: int) -> dict:
    """The facts `distinct`, `is_estimate`, `top` and `quartiles`, and `sample`: they are those of one row in so many.

    Leaves the column's values with their numbers in `counted`; see there.
    """
    is_estimate = rows > MOST_COUNTED and facts["distinct"] > MOST_COUNTED
    if is_estimate:
        step = -(-rows // MOST_SORTED)
        quartiles = _of_rows(connection, column, step) if has_places(column) else None
        return {"is_estimate": True, "top": [], "quartiles": quartiles, "sample": step}
    connection.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {_counted(column, facts)}")
    most = f"SELECT value, n FROM counted ORDER BY n DESC, value LIMIT {MOST_SHOWN}"  # noqa: S608
    return {
        "distinct": connection.execute("SELECT count(*) FROM counted").fetchone()[0],
        "is_estimate": False,
        "top": [[plain(value), rows] for value, rows in connection.execute(most).fetchall()],
        "quartiles": _of_counted(connection, facts["filled"]) if has_places(column) else None,
        "sample": 1,
    }


def counted(column: Column, facts: dict) -> str:
    """SQL, to stand after FROM: the values of the column that `frequent` saw last, and how many rows have each."""
    return "counted" if not facts["is_estimate"] else f"(SELECT {_kept(column)} AS value, 1 AS n FROM rows)"  # noqa: S608


def _counted(column: Column, facts: dict) -> str:
    name = quoted(column.name)
    is_long = column.type == TEXT and (facts["longest"] or 0) > KEPT
    key = f"hash({name})" if is_long else name
    return (
        f"SELECT any_value({_kept(column)}) AS value, count(*) AS n FROM rows WHERE {name} IS NOT NULL GROUP BY {key}"  # noqa: S608
    )


def _kept(column: Column) -> str:
    name = quoted(column.name)
    return f"left({name}, {KEPT})" if column.type == TEXT else name


def _of_counted(connection: DuckDBPyConnection, filled: int) -> list | None:
    ends = ", ".join(f"min(value) FILTER (WHERE upto >= {share * filled})" for share in QUARTERS)
    found = connection.execute(
        f"SELECT {ends} FROM (SELECT value, sum(n) OVER (ORDER BY value) AS upto FROM counted)"  # noqa: S608
    ).fetchone()
    return [plain(value) for value in found] if filled else None


def _of_rows(connection: DuckDBPyConnection, column: Column, step: int) -> list | None:
    """Of about one row in `step`: always the same ones, in whatever order DuckDB reads them."""
    picked = f"FILTER (WHERE hash(*COLUMNS(*)) % {step} = 0)" if step > 1 else ""
    sql = f"SELECT quantile_disc({quoted(column.name)}, {list(QUARTERS)}) {picked} FROM rows"  # noqa: S608
    (found,) = connection.execute(sql).fetchone()
    return found and [plain(value) for value in found]
