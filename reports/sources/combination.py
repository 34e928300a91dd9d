"""SQL over other datasets, each of them a table of its own name, in a DuckDB that reaches nothing else."""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from reports.problems import Problem
from reports.sources import Limits, file
from reports.sources.engine import MEMORY, connect, identifier, literal
from reports.sources.excerpt import shorten
from reports.sources.statement import without_end

# Functions that make rows out of nothing; all others that stand after FROM read something.
ROWS_OF_NOTHING = {"range", "generate_series", "unnest"}
# What they tell is about the machine.
TELLING = {"current_setting", "getenv"}
MOST_TABLES = 100
MOST_SPILLED = "16GB"
# For the first rows: about half of what `look` lets their process have.
FIRST_MEMORY = "256MB"
REASON_SHOWN = 300
# DuckDB's types that Parquet would keep as floating-point numbers, and what they become instead.
WIDE = ("HUGEINT", "UHUGEINT")
WIDE_AS = ("BIGINT", "DECIMAL(38, 0)")


def tables_in(sql: str) -> set[str]:
    """The tables that a query names and does not define itself (WITH): those that must be datasets.

    Raises Problem when it is not one SELECT over tables alone.
    """
    named = set()
    for node, defined in _nodes(_parsed(sql)):
        if node.get("type") == "BASE_TABLE":
            if node["schema_name"] or node["catalog_name"]:
                raise Problem("combination_unknown", names=f"{node['schema_name']}.{node['table_name']}")
            if _folded(node["table_name"]) not in defined:
                named.add(node["table_name"])
        elif node.get("type") == "TABLE_FUNCTION":
            _check(node["function"].get("function_name", ""), node["function"]["function_name"] in ROWS_OF_NOTHING)
        elif node.get("class") == "FUNCTION":
            _check(node["function_name"], node["function_name"].lower() not in TELLING)
    if len(named) > MOST_TABLES:
        raise Problem("combination_tables", limit=MOST_TABLES)
    return named


def _parsed(sql: str) -> dict:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise Problem("query_refused", reason=_shortened(error)) from error
    if not statements:
        raise Problem("query_empty")
    if len(statements) > 1:
        raise Problem("query_many")
    with duckdb.connect() as connection:
        (text,) = connection.execute("SELECT json_serialize_sql(?)", [statements[0].query]).fetchone()
    try:
        tree = json.loads(text)
    except RecursionError:
        raise Problem("combination_deep") from None
    if tree["error"]:
        raise Problem("combination_select")
    return tree


def _nodes(tree: dict) -> Iterator[tuple[dict, frozenset[bytes]]]:
    """Each with the names that WITH defines where it stands.

    Where a name may not be known yet to DuckDB, it is not to us either: it would mean another table there.
    """
    waiting: list[tuple[object, frozenset[bytes]]] = [(tree, frozenset())]
    while waiting:
        node, defined = waiting.pop()
        if isinstance(node, list):
            waiting += [(part, defined) for part in node]
        if not isinstance(node, dict):
            continue
        yield node, defined
        for common in node.get("cte_map", {}).get("map", []):
            waiting.append((common["value"], defined))
            defined |= {_folded(common["key"])}
        for name, part in node.items():
            if name == "right" and node.get("type") == "RECURSIVE_CTE_NODE":
                waiting.append((part, defined | {_folded(node["cte_name"])}))
            elif name != "cte_map":
                waiting.append((part, defined))


def _folded(name: str) -> bytes:
    """As DuckDB compares names: of the capital letters, only those of ASCII are the same as small ones."""
    return name.encode().lower()


def _check(function: str, is_allowed: bool) -> None:
    if not is_allowed:
        raise Problem("combination_function", name=function)


def read(
    settings: dict,
    target: Path,
    *,
    progress: Callable[[int, int | None], None],
    limits: Limits,
    types: dict[str, str],
    time_zone: str,
    files: dict[str, Path],
) -> dict:
    """settings: {"sql"}; `files`: the Parquet file of each table that it names.

    Raises Problem; see `reports.sources`.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".reading-") as scratch:
        folder = Path(scratch)
        combined = folder / "combined.parquet"
        with _tables(files, folder, limits.seconds, time_zone) as connection:
            rows = _copy(connection, settings["sql"], limits.rows + 1, combined)
        if rows > limits.rows:
            raise Problem("source_rows", limit=limits.rows)
        return _typed(combined, rows, target, types, progress, time_zone)


def first_rows(
    settings: dict, *, target: Path, files: dict[str, Path], count: int, seconds: float, time_zone: str
) -> list[dict]:
    """Those of a query into `target`, a Parquet file without long texts; returns its columns [{name, type}].

    Scratch files stand beside `target`.  Raises Problem, MemoryError, OSError.
    """
    combined, whole = target.parent / "combined.parquet", target.parent / "whole.parquet"
    # The query spills nothing: it may write one file.
    with _tables(files, None, seconds, time_zone, memory=FIRST_MEMORY, target=combined) as connection:
        rows = _copy(connection, settings["sql"], count, combined)
    facts = _typed(combined, rows, whole, {}, lambda *_: None, time_zone)
    return shorten(whole, target, facts["columns"], time_zone)


def _typed(combined: Path, rows: int, target: Path, types: dict, progress: Callable, time_zone: str) -> dict:
    """As `file.read` does it.  Raises Problem."""
    if not rows:
        raise Problem("query_no_rows")
    return file.read(
        combined,
        "",
        target,
        sheet=None,
        types=types,
        progress=lambda *_: progress(rows, rows),
        max_cells=0,
        time_zone=time_zone,
    )


@contextmanager
def _tables(
    files: dict[str, Path],
    folder: Path | None,
    seconds: float,
    time_zone: str,
    *,
    memory: str = MEMORY,
    target: Path | None = None,
) -> Iterator[DuckDBPyConnection]:
    """`folder` may be filled, or `target` written.  Raises Problem for what DuckDB says, MemoryError and OSError."""
    limits = {"memory": memory, "most_spilled": MOST_SPILLED}
    with connect(*files.values(), *filter(None, [target]), folder=folder, time_zone=time_zone, **limits) as connection:
        timer = threading.Timer(seconds, connection.interrupt)
        timer.start()
        try:
            for name, path in files.items():
                parquet = f"read_parquet({literal(str(path))})"
                connection.execute(f"CREATE OR REPLACE VIEW {identifier(name)} AS SELECT * FROM {parquet}")  # noqa: S608
            yield connection
        except duckdb.InterruptException:
            raise Problem("query_slow", seconds=round(seconds)) from None
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise  # about the machine, which `connect` puts in Python's words
        except duckdb.Error as error:
            raise Problem("query_refused", reason=_shortened(error)) from error
        finally:
            timer.cancel()


def _copy(connection: DuckDBPyConnection, sql: str, most_rows: int, target: Path) -> int:
    """How many rows there are, up to a limit.  Sums of whole numbers are wider than Parquet's, and most would fit."""
    query = _statement(sql)
    wide = [name for name, kind in _columns_of(connection, query) if kind in WIDE]
    for narrower in WIDE_AS:
        casts = ", ".join(f"CAST({identifier(name)} AS {narrower}) AS {identifier(name)}" for name in wide)
        replaced = f"REPLACE ({casts})" if wide else ""
        rows = f"SELECT * {replaced} FROM ({query}) LIMIT {int(most_rows)}"  # noqa: S608
        try:
            return connection.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT parquet)").fetchone()[0]
        except duckdb.ConversionException:
            if not wide or narrower == WIDE_AS[-1]:
                raise


def _columns_of(connection: DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    """(name, DuckDB's type) of each.  Raises Problem `query_same_name`."""
    columns = [(name, kind) for name, kind, *_rest in connection.execute(f"DESCRIBE {query}").fetchall()]
    seen: set[str] = set()
    for name, _kind in columns:
        if name.casefold() in seen:
            raise Problem("query_same_name", column=name)
        seen.add(name.casefold())
    return columns


def _statement(sql: str) -> str:
    """As a part of another one: without a semicolon, and with an end to its last comment."""
    return f"{without_end(sql)}\n"


def _shortened(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:REASON_SHOWN]
