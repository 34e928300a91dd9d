"""The rows of a listing, in order, and its sums.

Writes `rows.parquet` (the columns to print, then the one to group by when it is not printed), `groups.jsonl` (for
each group, in the order of the rows: how many they are, and their sums) and `facts.json`, where `sums` are for the
receipt.
"""

import json
from decimal import Decimal
from pathlib import Path

from duckdb import DuckDBPyConnection

from reports.columns import Column
from reports.kinds import Spec, receipt
from reports.kinds.listing.tally import carries
from reports.kinds.rows import (
    MOST_DECIMALS,
    Sums,
    aggregated,
    column_named,
    decimals_of,
    order_of,
    quoted,
    unused_name,
    where,
)


def printed_columns(spec: Spec) -> list[Column]:
    """The columns of the table: a group's heading says what its own column would repeat."""
    options = spec.options
    hidden = {options["group"]} - set(options["totals"])
    names = [name for name in options["columns"] if name not in hidden] or options["columns"]
    return [column_named(spec, name) for name in names]


def gather(connection: DuckDBPyConnection, spec: Spec, folder: Path, progress) -> dict:
    columns = printed_columns(spec)
    condition, parameters = where(connection, spec)
    rows = _write_rows(connection, spec, columns, folder / "rows.parquet")
    progress(rows, rows)
    everything = aggregated(connection, lambda sums: _sums(spec, sums, condition), parameters)
    totals = _totals(spec, everything[0])
    widest = _write_groups(connection, spec, folder / "groups.jsonl") if spec.options["group"] else {}
    named = [column for column in spec.columns if column.name in _named(spec)]
    decimals = decimals_of(connection, named, condition, parameters)
    carried = _carried(connection, spec) if carries(spec) else {}
    facts = {
        "rows": rows,
        "decimals": decimals,
        "sums": receipt.sums_of(connection, spec, columns, decimals),
        "totals": totals,
        "widest": {
            name: [text for text in (totals[name], *widest.get(name, []), *carried.get(name, [])) if text]
            for name in totals
        },
    }
    (folder / "facts.json").write_text(json.dumps(facts))
    return {"rows": rows}


def _named(spec: Spec) -> set[str]:
    return {*spec.options["columns"], spec.options["group"]}


def data_query(connection: DuckDBPyConnection, spec: Spec) -> tuple[str, list]:
    """The rows in order, with the columns that were chosen."""
    return _rows_query(connection, spec, spec.options["columns"])


def _write_rows(connection: DuckDBPyConnection, spec: Spec, columns: list[Column], target: Path) -> int:
    group = spec.options["group"]
    names = [column.name for column in columns]
    query, parameters = _rows_query(connection, spec, names if not group or group in names else [*names, group])
    path = str(target).replace("'", "''")
    return connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)", parameters).fetchone()[0]


def _rows_query(connection: DuckDBPyConnection, spec: Spec, names: list[str]) -> tuple[str, list]:
    kept = ", ".join(quoted(column_named(spec, name).name) for name in names)
    condition, parameters = where(connection, spec)
    query = f"SELECT {kept} FROM rows WHERE {condition}"  # noqa: S608
    if keys := _sort_keys(spec):
        place = unused_name(spec.columns)
        # Rows that the keys do not tell apart keep the order of the file.
        numbered = f"SELECT *, row_number() OVER () AS {place} FROM rows WHERE {condition}"  # noqa: S608
        query = f"SELECT {kept} FROM ({numbered}) ORDER BY {', '.join(keys)}, {place}"  # noqa: S608
    return query, parameters


def _directions(spec: Spec) -> dict[str, str]:
    """Column -> direction, in order of importance; a column may itself be called `-something`."""
    names = {column.name for column in spec.columns}
    chosen: dict[str, str] = {}
    for name in spec.options["sort"]:
        known = name in names
        chosen.setdefault(name if known else name.removeprefix("-"), "ASC" if known else "DESC")
    group = spec.options["group"]
    return {group: chosen.pop(group, "ASC"), **chosen} if group else chosen


def _sort_keys(spec: Spec) -> list[str]:
    return [order_of(spec, name, direction) for name, direction in _directions(spec).items()]


def _sums(spec: Spec, sums: Sums, condition: str) -> str:
    selected = ["count(*)", *(sums.of(name) for name in spec.options["totals"])]
    return f"SELECT {', '.join(selected)} FROM rows WHERE {condition}"  # noqa: S608


def _write_groups(connection: DuckDBPyConnection, spec: Spec, target: Path) -> dict[str, list[str]]:
    """Returns the smallest and the largest subtotal of each column: they decide how wide it is."""
    condition, parameters = where(connection, spec)
    group = spec.options["group"]
    tail = f" GROUP BY {quoted(group)} ORDER BY {order_of(spec, group, _directions(spec)[group])}"
    rows = aggregated(connection, lambda sums: _sums(spec, sums, condition) + tail, parameters)
    with target.open("w") as file:
        for row in rows:
            file.write(json.dumps({"rows": row[0], "totals": _totals(spec, row)}) + "\n")
    widest = {}
    for place, name in enumerate(spec.options["totals"], 1):
        sums = [row[place] for row in rows if row[place] is not None] or [0]
        widest[name] = [str(min(sums)), str(max(sums))]
    return widest


def _carried(connection: DuckDBPyConnection, spec: Spec) -> dict[str, list[str]]:
    """The smallest and the largest sum of each column that any of its rows can have: what is carried over a page is
    not wider. Each value may be rounded when it is printed."""
    condition, parameters = where(connection, spec)
    names = spec.options["totals"]

    def query(sums: Sums) -> str:
        return f"SELECT count(*), {', '.join(map(sums.bounds_of, names))} FROM rows WHERE {condition}"  # noqa: S608

    ((rows, *bounds),) = aggregated(connection, query, parameters)
    rounding = rows * Decimal(1).scaleb(-MOST_DECIMALS)
    pairs = zip(names, bounds[::2], bounds[1::2], strict=True)
    return {name: [str((low or 0) - rounding), str((high or 0) + rounding)] for name, low, high in pairs}


def _totals(spec: Spec, row: tuple) -> dict[str, str | None]:
    """Sums as text, which JSON keeps exact."""
    names = spec.options["totals"]
    return {name: None if value is None else str(value) for name, value in zip(names, row[1:], strict=True)}
