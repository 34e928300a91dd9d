"""The figures of a summary.

Writes `facts.json`; sums are text, which JSON keeps exact:
    rows        number of rows
    decimals    {column: decimals to print}
    figures     [{column, filled, sum, average, least, greatest}], a value is None when the column has none
    total       the sum of the measure, or the number of rows
    series      None, or {interval, points: [{start, value}], undated: rows without a date, rest: their value}
    breakdowns  [{column, type, distinct, parts: [{label, rows, value}]}], the largest parts first
    rankings    the same, of text columns
"""

import json
from decimal import Context, Decimal
from pathlib import Path

from duckdb import DuckDBPyConnection

from reports.columns import Column
from reports.kinds import Spec
from reports.kinds.rows import Sums, aggregated, column_named, decimals_of, quoted, where
from reports.kinds.summary.series import series_of
from reports.problems import Problem

_EXACT = Context(prec=200)
# Bars of a chart; the rest is one more.
MOST_PARTS = 8


def gather(connection: DuckDBPyConnection, spec: Spec, folder: Path, progress) -> dict:
    options = spec.options
    numbers = [column_named(spec, name) for name in dict.fromkeys([*options["measures"], options["measure"]]) if name]
    rows, total = _total(connection, spec)
    progress(rows, rows)
    facts = {
        "rows": rows,
        "decimals": decimals_of(connection, numbers, *where(connection, spec)),
        "figures": [_figure(connection, spec, name) for name in options["measures"]],
        "total": total,
        "series": series_of(connection, spec, value_of(spec)) if options["date"] else None,
        "breakdowns": [_parts(connection, spec, name, MOST_PARTS) for name in options["breakdowns"]],
        "rankings": [_parts(connection, spec, name, options["top"]) for name in options["rankings"]],
    }
    _reconcile(facts)
    (folder / "facts.json").write_text(json.dumps(facts))
    return {"rows": rows}


def data_query(connection: DuckDBPyConnection, spec: Spec) -> tuple[str, list]:
    """The rows that were added up, with the columns that the summary shows something of, and no others: who may read
    the report need not be allowed to read the whole dataset.  A summary that only counts rows gives their number."""
    options = spec.options
    named = {*options["measures"], options["measure"], options["date"], *options["breakdowns"], *options["rankings"]}
    shown = [quoted(column.name) for column in spec.columns if column.name in named]
    condition, parameters = where(connection, spec)
    return f"SELECT {', '.join(shown) or 'count(*) AS rows'} FROM rows WHERE {condition}", parameters  # noqa: S608


def _reconcile(facts: dict) -> None:
    """What was added up part by part is what was added up at once.  Raises Problem."""
    series = facts["series"]
    if series and facts["total"] is not None:
        _must_make(facts["total"], "series", [*(point["value"] for point in series["points"]), series["rest"]])
    for found in (*facts["breakdowns"], *facts["rankings"]):
        if found["distinct"] == len(found["parts"]) and facts["total"] is not None:
            _must_make(facts["total"], found["column"], [part["value"] for part in found["parts"]])


def _must_make(total: str, name: str, parts: list[str | None]) -> None:
    together = Decimal(0)
    for part in parts:
        together = _EXACT.add(together, Decimal(part or 0))
    if together != Decimal(total):
        raise Problem("receipt_sum", column=name, printed=str(together), gathered=total)


def value_of(spec: Spec):
    """What is added up: sums -> (SQL of the value, SQL that sorts by it)."""
    measure = spec.options["measure"]
    if not measure:
        return lambda sums: ("count(*)", "count(*)")
    column_named(spec, measure)
    return lambda sums: (sums.of(measure), sums.rank_of(measure))


def as_text(value: int | Decimal | float | None) -> str | None:
    return None if value is None else repr(value) if isinstance(value, float) else str(value)


def _total(connection: DuckDBPyConnection, spec: Spec) -> tuple[int, str | None]:
    condition, parameters = where(connection, spec)
    value = value_of(spec)
    rows = aggregated(
        connection,
        lambda sums: f"SELECT count(*), {value(sums)[0]} FROM rows WHERE {condition}",  # noqa: S608
        parameters,
    )
    return rows[0][0], as_text(rows[0][1])


def _figure(connection: DuckDBPyConnection, spec: Spec, name: str) -> dict:
    condition, parameters = where(connection, spec)
    column = quoted(column_named(spec, name).name)

    def query(sums: Sums) -> str:
        figures = f"count({column}), min({column}), max({column}), {sums.of(name)}"
        return f"SELECT {figures} FROM rows WHERE {condition}"  # noqa: S608

    filled, least, greatest, total = aggregated(connection, query, parameters)[0]
    average = None if total is None else Decimal(total) / filled
    figures = {"sum": total, "average": average, "least": least, "greatest": greatest}
    return {"column": name, "filled": filled, **{key: as_text(value) for key, value in figures.items()}}


def _parts(connection: DuckDBPyConnection, spec: Spec, name: str, most: int) -> dict:
    """The largest parts; rows without a value are one."""
    column: Column = column_named(spec, name)
    label = quoted(name)
    condition, parameters = where(connection, spec)
    value = value_of(spec)

    def query(sums: Sums) -> str:
        amount, rank = value(sums)
        return (
            f"SELECT {label}, count(*), {amount} FROM rows WHERE {condition} "  # noqa: S608
            f"GROUP BY 1 ORDER BY {rank} DESC NULLS LAST, 1 NULLS LAST LIMIT {int(most)}"
        )

    distinct = f"SELECT count(DISTINCT {label}), count(*) > count({label}) FROM rows WHERE {condition}"  # noqa: S608
    known, any_empty = connection.execute(distinct, parameters).fetchone()
    parts = aggregated(connection, query, parameters)
    return {
        "column": name,
        "type": column.type,
        "distinct": known + bool(any_empty),
        "parts": [{"label": part, "rows": rows, "value": as_text(amount)} for part, rows, amount in parts],
    }
