"""One pass over the rows: how many values each column has, about how many differ, and from where to where they go."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from duckdb import DuckDBPyConnection

from reports.columns import BOOLEAN, NUMERIC, TEMPORAL, TEXT, Column
from reports.kinds.rows import quoted

# DuckDB works out so many columns in one query.
TOGETHER = 40
# Characters that are kept of a text; one may hold a whole document.
KEPT = 200
NUMBER = r"[-+]?[0-9]+(?:[., ][0-9]+)*(?:[eE][-+]?[0-9]+)?%?"
DAY = r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T].*)?"
# Quotation marks that were left over, and characters that nobody sees.
ODD_ENDS = r"^[\p{Cc}\p{Cf}'\"=]|[\p{Cc}\p{Cf}'\"]$"


def counted(connection: DuckDBPyConnection, columns: Sequence[Column]) -> tuple[int, list[dict]]:
    """The number of rows, and for each column the first facts; see `gather.described`.

    Besides, and for the other modules: `low` and `high`, the ends as `position` gives them, and of texts how many look
    like `numbers`, like `days`, and have `odd_ends`.
    """
    rows, found = connection.execute("SELECT count(*) FROM rows").fetchone()[0], []
    for some in batched(columns):
        asked = [_facts(column) for column in some]
        sql = ", ".join(f"{sql}" for facts in asked for sql in facts.values())
        answers = iter(connection.execute(f"SELECT {sql} FROM rows").fetchone())  # noqa: S608
        for column, facts in zip(some, asked, strict=True):
            known = {fact: plain(next(answers)) for fact in facts}
            found.append({"name": column.name, "type": column.type, **known})
    return rows, found


def batched(columns: Sequence) -> Iterator[Sequence]:
    return (columns[start : start + TOGETHER] for start in range(0, len(columns), TOGETHER))


def _facts(column: Column) -> dict[str, str]:
    name = quoted(column.name)
    facts = {"filled": f"count({name})", "distinct": f"approx_count_distinct({name})"}
    if column.type == TEXT:
        return facts | {
            "least": f"min(left({name}, {KEPT}))",
            "greatest": f"max(left({name}, {KEPT}))",
            "shortest": f"min(length({name}))",
            "longest": f"max(length({name}))",
            "numbers": f"count_if(regexp_full_match({name}, '{NUMBER}'))",
            "days": f"count_if(regexp_full_match({name}, '{DAY}'))",
            "odd_ends": f"count_if(regexp_matches({name}, '{_literal(ODD_ENDS)}'))",
        }
    if column.type == BOOLEAN:
        return facts
    place = position(column)
    return facts | {
        "least": f"min({name})",
        "greatest": f"max({name})",
        "low": f"min({place})",
        "high": f"max({place})",
    }


def _literal(pattern: str) -> str:
    return pattern.replace("'", "''")


def position(column: Column) -> str:
    """SQL: where a value of this column stands on a line, as a floating-point number; dates in seconds."""
    name = quoted(column.name)
    return f"CAST({name} AS DOUBLE)" if column.type in NUMERIC else f"epoch(CAST({name} AS TIMESTAMP))"


def plain(value):
    """A value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def has_places(column: Column) -> bool:
    return column.type in NUMERIC or column.type in TEMPORAL
