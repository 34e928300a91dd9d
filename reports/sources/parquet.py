"""Parquet: typed already, by more types than ours."""

import re

import duckdb

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, TEXT
from reports.problems import Problem
from reports.sources.engine import connect, identifier, literal
from reports.sources.headers import MAX_COLUMNS
from reports.sources.stage import Original, Stage, Staged, listed, note

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
ZONED = "TIMESTAMP WITH TIME ZONE"
# NaN and infinities are not values that one could print or add, and calendars end with the year 9999.
FINITE = "CASE WHEN isfinite({c}) THEN {c} END"
DATED = "CASE WHEN year({c}) BETWEEN 1 AND 9999 THEN {c} END"
NATIVE = {
    "BOOLEAN": (BOOLEAN, "{c}"),
    **dict.fromkeys(INTEGERS, (INTEGER, "CAST({c} AS BIGINT)")),
    # By way of its characters, 0.1 stays 0.1.
    "FLOAT": (DECIMAL, "CAST(CAST(" + FINITE + " AS VARCHAR) AS DOUBLE)"),
    "DOUBLE": (DECIMAL, FINITE),
    "DATE": (DATE, DATED),
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", ZONED), (DATETIME, "CAST(" + DATED + " AS TIMESTAMP)")
    ),
    "TIMESTAMP_NS": (DATETIME, "CAST({c} AS TIMESTAMP)"),
    "BLOB": (TEXT, "coalesce(try(decode({c})), CAST({c} AS VARCHAR))"),
}
# Wider than our integers: their characters are read like those of any other number.
WIDE = ("UBIGINT", "HUGEINT", "UHUGEINT")
NESTED = re.compile(r"(STRUCT|MAP|UNION)\(|.*\]$")
EXACT = re.compile(r"DECIMAL\(\d+,\d+\)$")


def stage(original: Original) -> Stage:
    """Raises Problem `parquet_damaged`, `file_columns`."""
    file = f"read_parquet({literal(str(original.path))})"
    try:
        with connect(original.path, folder=original.folder) as connection:
            described = connection.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()  # noqa: S608
    except duckdb.Error as error:
        raise Problem("parquet_damaged") from error
    if len(described) > MAX_COLUMNS:
        raise Problem("file_columns", found=len(described), limit=MAX_COLUMNS)
    # The names in the file are anybody's.
    columns = ", ".join(f"{identifier(name)} AS c{place}" for place, (name, *_rest) in enumerate(described))
    zoned = [name for name, kind, *_rest in described if kind == ZONED]
    original.report(1.0)
    return Stage(
        f"(SELECT {columns} FROM {file})",  # noqa: S608
        [_staged(name, kind, f"c{place}") for place, (name, kind, *_rest) in enumerate(described)],
        _damaged,
        notes=[note("note_times_converted", columns=listed(zoned))] if zoned else [],
        first_row=1,
    )


def _damaged(refusal: Exception) -> Stage:
    raise Problem("parquet_damaged") from refusal


def _staged(name: str, kind: str, column: str) -> Staged:
    text = f"CAST({column} AS VARCHAR)"
    if NESTED.match(kind):
        text = f"CAST(to_json({column}) AS VARCHAR)"
    if kind in WIDE:
        return Staged(name, text, plain=True)
    if EXACT.match(kind):
        return Staged(name, text, (DECIMAL, column), plain=True)
    native, sql = NATIVE.get(kind, (TEXT, f"nullif({text}, '')"))
    return Staged(name, text, (native, sql.replace("{c}", column)))
