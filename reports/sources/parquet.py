"""Parquet: typed already, by more types than ours."""

import re

import duckdb

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, TEXT
from reports.problems import Problem
from reports.sources.engine import connect, identifier, literal
from reports.sources.examine import row_bytes
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
# What the values of a file may take once they are unpacked, judging by the first rows; a number takes a few bytes.
MOST_UNPACKED, CELL_BYTES = 16 << 30, 8
NESTED = re.compile(r"(STRUCT|MAP|UNION)\(|.*\]$")
EXACT = re.compile(r"DECIMAL\(\d+,\d+\)$")


def stage(original: Original) -> Stage:
    """Raises Problem `parquet_damaged`, `parquet_unpacks`, `file_columns`."""
    try:
        with connect(original.path, folder=original.folder) as connection:
            stage = _staged_file(connection, original)
            _refuse_bomb(connection, original, stage)
    except duckdb.Error as error:
        raise Problem("parquet_damaged") from error
    original.report(1.0)
    return stage


def _staged_file(connection: duckdb.DuckDBPyConnection, original: Original) -> Stage:
    file = f"read_parquet({literal(str(original.path))})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()  # noqa: S608
    if len(described) > MAX_COLUMNS:
        raise Problem("file_columns", found=len(described), limit=MAX_COLUMNS)
    # The names in the file are anybody's.
    columns = ", ".join(f"{identifier(name)} AS c{place}" for place, (name, *_rest) in enumerate(described))
    zoned = [name for name, kind, *_rest in described if kind == ZONED]
    return Stage(
        f"(SELECT {columns} FROM {file})",  # noqa: S608
        [_staged(name, kind, f"c{place}") for place, (name, kind, *_rest) in enumerate(described)],
        _damaged,
        notes=[note("note_times_converted", columns=listed(zoned))] if zoned else [],
        first_row=1,
    )


def _refuse_bomb(connection: duckdb.DuckDBPyConnection, original: Original, stage: Stage) -> None:
    """A value that repeats takes no room in a file of a few bytes, however long it is and however many rows have it."""
    metadata = f"parquet_file_metadata({literal(str(original.path))})"
    (rows,) = connection.execute(f"SELECT num_rows FROM {metadata}").fetchone()  # noqa: S608
    if rows and rows * (row_bytes(connection, stage) + CELL_BYTES * len(stage.columns)) > MOST_UNPACKED:
        raise Problem("parquet_unpacks", rows=rows, limit=MOST_UNPACKED >> 30)


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
