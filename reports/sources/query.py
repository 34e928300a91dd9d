"""A query of a database, whose rows come with types."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from sqlalchemy import URL, Connection, CursorResult, Row, text

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, TEXT
from reports.problems import Problem
from reports.sources import Limits, typed_rows
from reports.sources.excerpt import shorten
from reports.sources.headers import MAX_COLUMNS
from reports.sources.servers import connected
from reports.sources.snapshot import write
from reports.sources.stage import Meter, Stage
from reports.sources.statement import checked, literal_apart, names_in
from reports.sources.typed_rows import ANY, Named

Values = dict[str, str | int | Decimal | date | bool]

# Rows that are fetched together: few at first, then as many as fit into so many bytes.
FIRST_BATCH, BATCH, BATCH_BYTES = 100, 2000, 16 << 20
# Of first rows; the process that looks at them has less memory than that.
LOOK_BYTES = 512 << 20
# The type codes of PostgreSQL (its catalogue) and of MySQL (its protocol).
POSTGRESQL = {
    **dict.fromkeys((20, 21, 23, 26), INTEGER),
    **dict.fromkeys((700, 701, 1700), DECIMAL),
    **dict.fromkeys((1114, 1184), DATETIME),
    16: BOOLEAN,
    1082: DATE,
}
MYSQL = {
    **dict.fromkeys((1, 2, 3, 8, 9, 13), INTEGER),
    **dict.fromkeys((0, 4, 5, 246), DECIMAL),
    **dict.fromkeys((7, 12), DATETIME),
    10: DATE,
}
EXACT = {"postgresql": {1700}, "mysql": {0, 246}, "mariadb": {0, 246}}
TYPES = {"postgresql": POSTGRESQL, "mysql": MYSQL, "mariadb": MYSQL}


def read(
    settings: dict,
    target: Path,
    *,
    progress: Callable[[int, int | None], None],
    limits: Limits,
    types: dict[str, str],
    time_zone: str,
    url: URL,
    values: Values,
) -> dict:
    """settings: {"sql"}, with parameters such as :region; `url` has the password, `values` is what is bound.

    Raises Problem; see `reports.sources`.
    """
    sql = checked(settings["sql"])
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".reading-") as scratch:
        folder = Path(scratch)
        with (
            connected(url, seconds=limits.seconds, time_zone=time_zone) as connection,
            _asked(connection, sql, values) as result,
        ):
            columns = _columns_of(result, connection.dialect.name)
            stage, rows = typed_rows.stage(
                columns,
                _batches(result, limits.seconds),
                folder / "rows.csv",
                most_rows=limits.rows,
                most_bytes=limits.bytes,
                time_zone=time_zone,
                report=lambda rows: progress(rows, None),
            )
        facts = _typed(stage, rows, columns, folder / "snapshot.parquet", types, progress, time_zone)
        (folder / "snapshot.parquet").replace(target)
    return facts | {"bytes": target.stat().st_size}


def first_rows(
    settings: dict, *, target: Path, url: URL, values: Values, count: int, seconds: float, time_zone: str
) -> list[dict]:
    """Those of a query into `target`, a Parquet file without long texts; returns its columns [{name, type}].

    Scratch files stand beside `target`.  Raises Problem, MemoryError, OSError.
    """
    sql, folder = checked(settings["sql"]), target.parent
    with (
        connected(url, seconds=seconds, time_zone=time_zone) as connection,
        _asked(connection, sql, values) as result,
    ):
        columns = _columns_of(result, connection.dialect.name)
        stage, rows = typed_rows.stage(
            columns,
            [result.fetchmany(count)],
            folder / "rows.csv",
            most_rows=count,
            most_bytes=LOOK_BYTES,
            time_zone=time_zone,
            report=lambda rows: None,
        )
    whole = folder / "whole.parquet"
    facts = _typed(stage, rows, columns, whole, {}, lambda *_: None, time_zone)
    return shorten(whole, target, facts["columns"], time_zone)


def _typed(
    stage: Stage, rows: int, columns: list[Named], target: Path, types: dict, progress: Callable, time_zone: str
) -> dict:
    """Raises Problem `query_no_rows` and those of `snapshot.write`."""
    if not rows:
        raise Problem("query_no_rows")
    exact = {column.name: DECIMAL for column in columns if column.exact}
    told = {"types": exact | types, "meter": Meter(lambda *_: progress(rows, rows), rows), "time_zone": time_zone}
    try:
        return write(stage, target, **told)
    except duckdb.ConversionException as refusal:
        return write(stage.refused(refusal), target, **told)


@contextmanager
def _asked(connection: Connection, sql: str, values: Values) -> Iterator[CursorResult]:
    """What comes of a statement, and nothing that has not been fetched by the end.  Raises Problem."""
    missing = [name for name in names_in(sql) if name not in values]
    if missing:
        raise Problem("query_parameters", names=", ".join(f":{name}" for name in missing))
    suited = _for_sqlite if connection.dialect.name == "sqlite" else lambda value: value
    bound = {name: suited(values[name]) for name in names_in(sql)}
    options = {"stream_results": True, "max_row_buffer": 1}
    result = connection.execution_options(**options).execute(text(literal_apart(sql)), bound)
    if not result.returns_rows:  # SELECT … INTO @variable
        raise Problem("query_writes")
    try:
        yield result
    finally:
        if result.cursor is not None and connection.dialect.name in ("mysql", "mariadb"):
            # Its driver would fetch all the rows that are left before it lets go.
            result.cursor._result.unbuffered_active = False
            connection.invalidate()


def _for_sqlite(value):
    """It has neither dates nor exact numbers."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _columns_of(result: CursorResult, dialect: str) -> list[Named]:
    """Raises Problem `query_same_name`, `file_columns`."""
    described = result.cursor.description or []
    if len(described) > MAX_COLUMNS:
        raise Problem("file_columns", found=len(described), limit=MAX_COLUMNS)
    seen: set[str] = set()
    for name, *_rest in described:
        if name.casefold() in seen:
            raise Problem("query_same_name", column=name)
        seen.add(name.casefold())
    return [_named(name, code, dialect) for name, code, *_rest in described]


def _named(name: str, code: object, dialect: str) -> Named:
    types = TYPES.get(dialect)
    if types is None:  # SQLite: each value has a type of its own
        return Named(name, ANY)
    return Named(name, types.get(code, TEXT), exact=code in EXACT[dialect])


def _batches(result: CursorResult, seconds: float) -> Iterator[list]:
    deadline, size = time.monotonic() + seconds, FIRST_BATCH
    while batch := result.fetchmany(size):
        size = max(1, min(BATCH, BATCH_BYTES // _bytes_of(batch[-1])))
        if time.monotonic() > deadline:
            raise Problem("query_slow", seconds=round(seconds))
        yield batch


def _bytes_of(row: Row) -> int:
    """What the long ones of its values take."""
    return sum(len(value) for value in row if isinstance(value, (str, bytes))) + 1
