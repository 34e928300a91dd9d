"""Rows of Python values, with the types that a database names, become a stage."""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, TEXT
from reports.problems import Problem
from reports.sources.delimited import scan_copy, writer_of
from reports.sources.stage import Stage, Staged, give_up

# A type for numbers of a database that does not say whether they are exact.
ANY = "any"
NATIVE = {
    INTEGER: "CAST({c} AS BIGINT)",
    DECIMAL: "CAST({c} AS DOUBLE)",
    DATE: "CAST({c} AS DATE)",
    DATETIME: "CAST({c} AS TIMESTAMP)",
    BOOLEAN: "CAST({c} AS BOOLEAN)",
    TEXT: "{c}",
}


@dataclass(frozen=True)
class Named:
    """A column as the database names it.  type: one of columns.TYPES; ANY: its values say.  exact: a decimal that is
    no floating-point number."""

    name: str
    type: str
    exact: bool = False


def stage(
    columns: list[Named],
    batches: Iterable[list[tuple]],
    copy: Path,
    *,
    most_rows: int,
    most_bytes: int,
    time_zone: str,
    report: Callable[[int], None],
) -> tuple[Stage, int]:
    """The stage, and its number of rows, which `report` hears, too; `copy` is written.

    Raises Problem `source_rows`, `source_bytes`.
    """
    rows, zone = 0, ZoneInfo(time_zone)
    with copy.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = writer_of(file)
        for batch in batches:
            rows += len(batch)
            if rows > most_rows:
                raise Problem("source_rows", limit=most_rows)
            writer.writerows([_written(value, zone) for value in row] for row in batch)
            if file.tell() > most_bytes:
                raise Problem("source_bytes", limit=most_bytes >> 20)
            report(rows)
    relation = scan_copy(copy, len(columns))
    staged = [_staged(column, f"c{place}") for place, column in enumerate(columns)]

    def wider(refusal: Exception) -> Stage:
        """A whole number that is none of ours: their characters say what they are."""
        loose = [
            Staged(one.header, one.text, plain=True) if one.native and one.native[0] == INTEGER else one
            for one in staged
        ]
        return Stage(relation, loose, give_up, first_row=1)

    return Stage(relation, staged, wider, first_row=1), rows


def _staged(column: Named, text: str) -> Staged:
    if column.type == ANY:
        return Staged(column.name, text)
    if column.exact:
        return Staged(column.name, text, plain=True)
    return Staged(column.name, text, (column.type, NATIVE[column.type].replace("{c}", f"nullif({text}, '')")))


def _written(value: object, zone: ZoneInfo) -> str:
    """As DuckDB reads it; "" is no value."""
    writer = _WRITERS.get(type(value))
    return writer(value, zone) if writer else _other(value)


def _text(value: str, _zone) -> str:
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in value else value


def _float(value: float, _zone) -> str:
    return repr(value) if math.isfinite(value) else ""


def _decimal(value: Decimal, _zone) -> str:
    return format(value, "f") if value.is_finite() else ""


def _datetime(value: datetime, zone: ZoneInfo) -> str:
    return (value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value).isoformat(" ")


def _bytes(value: bytes, _zone) -> str:
    try:
        return _text(value.decode(), None)
    except UnicodeDecodeError:
        return value.hex()


def _other(value: object) -> str:
    """What no column of ours is: nested values as JSON, others as they show themselves."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


_WRITERS: dict[type, Callable] = {
    type(None): lambda value, zone: "",
    str: _text,
    bool: lambda value, zone: "true" if value else "false",
    int: lambda value, zone: str(value),
    float: _float,
    Decimal: _decimal,
    datetime: _datetime,
    date: lambda value, zone: value.isoformat(),
    bytes: _bytes,
    memoryview: lambda value, zone: _bytes(bytes(value), zone),
}
