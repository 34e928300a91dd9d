"""The one step of a burst: the rows of a report, by the values of a column, and who gets what.

Its folder has `<number>.parquet` for each part: the rows of some values, those of a value as they are in the snapshot.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext
from duckdb import DuckDBPyConnection

from reports.columns import BOOLEAN, DATE, INTEGER, TEXT, Column
from reports.kinds import Spec
from reports.kinds.database import opened
from reports.kinds.document import value_in_words
from reports.kinds.filters import listed
from reports.kinds.formats import Formats
from reports.kinds.rows import quoted, where
from reports.models.burst import MOST_CHARACTERS
from reports.problems import Problem

# Columns whose values may have a PDF each: what is measured has as many values as rows.
TYPES = (TEXT, INTEGER, DATE, BOOLEAN)
# A part is printed by one process, and done again when that is lost: some seconds of work.
PART_VALUES, PART_ROWS = 25, 20_000
MOST_NOTES = 20
_BETWEEN_ADDRESSES = re.compile(r"[,;\s]+")


@dataclass(frozen=True)
class Mapping:
    """The Parquet file whose rows name recipients, and the names of two of its columns."""

    parquet: Path
    value: str
    address: str


@dataclass
class Value:
    """One of the column.  key: what is the same of its spellings; value: the first of them, as a canonical text; both
    are None for rows without a value.  name: the same in words."""

    place: int
    key: str | None
    value: str | None
    rows: int
    name: str
    recipients: list[str]

    def as_json(self) -> dict:
        names = ("place", "value", "name", "rows", "recipients")
        return {name: getattr(self, name) for name in names}


def split(spec: Spec, name: str, most: int, mapping: Mapping | None, snapshot: Path, folder: Path, progress) -> dict:
    """Returns {"rows", "parts": of each one its values as `Value.as_json` gives them, "notes": problems that keep
    nothing from being made}.  Raises Problem."""
    column = _column(spec, name)
    with opened(snapshot, folder) as connection:
        rows = _sort(connection, spec, column, folder / "sorted.parquet")
        values = _values(connection, spec, column, most)
        parts = list(_packed(values))
        _write_parts(connection, parts, folder, progress)
    (folder / "sorted.parquet").unlink()
    notes = _assign(values, mapping, folder) if mapping else []
    return {"rows": rows, "parts": [[value.as_json() for value in part] for part in parts], "notes": notes}


def _column(spec: Spec, name: str) -> Column:
    for column in spec.columns:
        if column.name == name and column.type in TYPES:
            return column
    raise Problem("burst_column", column=name)


def key_of(name: str) -> str:
    """SQL: what two values have in common that a filter takes for the same; it knows no capitals."""
    return f"lower(CAST({quoted(name)} AS VARCHAR))"


def _sort(connection: DuckDBPyConnection, spec: Spec, column: Column, target: Path) -> int:
    """The one scan.  The column and its key stand before the others, as `value` and `key` of a row."""
    condition, parameters = where(connection, spec)
    path = str(target).replace("'", "''")
    query = f"""
        SELECT {key_of(column.name)} AS key, CAST({quoted(column.name)} AS VARCHAR) AS value, place, data FROM (
            SELECT rows AS data, {quoted(column.name)}, row_number() OVER () AS place FROM rows WHERE {condition}
        ) ORDER BY key NULLS LAST, place"""  # noqa: S608
    rows = connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)", parameters).fetchone()[0]
    connection.execute(f"CREATE VIEW sorted AS SELECT * FROM read_parquet('{path}')")  # noqa: S608
    return rows


def _values(connection: DuckDBPyConnection, spec: Spec, column: Column, most: int) -> list[Value]:
    """In the order of the rows, those without a value last."""
    query = "SELECT key, arg_min(value, place), count(*) FROM sorted GROUP BY key ORDER BY key NULLS LAST"
    found = connection.execute(f"{query} LIMIT {most + 1}").fetchall()
    if len(found) > most:
        count = connection.execute("SELECT count(DISTINCT key) FROM sorted").fetchone()[0]
        raise Problem("burst_too_many", column=column.name, count=count, most=most)
    if any(value and len(value) > MOST_CHARACTERS for _key, value, _rows in found):
        raise Problem("burst_long_value", column=column.name, most=MOST_CHARACTERS)
    formats = Formats(spec.language, spec.time_zone)
    with translation.override(spec.language):
        return [
            Value(place, key, value, rows, _in_words(column, value, formats), [])
            for place, (key, value, rows) in enumerate(found)
        ]


def _in_words(column: Column, value: str | None, formats: Formats) -> str:
    if value is None:
        return gettext("(empty)")
    words = value if column.type == TEXT else value_in_words(column, formats, "equals", value)
    return formats.text(words)[:MOST_CHARACTERS]


def _packed(values: list[Value]) -> Iterator[list[Value]]:
    part, rows = [], 0
    for value in values:
        if part and (len(part) == PART_VALUES or rows + value.rows > PART_ROWS):
            yield part
            part, rows = [], 0
        part.append(value)
        rows += value.rows
    if part:
        yield part


def _write_parts(connection: DuckDBPyConnection, parts: list[list[Value]], folder: Path, progress) -> None:
    """Each is a range of the sorted rows."""
    start = 0
    for number, part in enumerate(parts):
        count = sum(value.rows for value in part)
        path = str(folder / f"{number}.parquet").replace("'", "''")
        some = f"SELECT unnest(data) FROM (SELECT data FROM sorted LIMIT {count} OFFSET {start})"  # noqa: S608
        connection.execute(f"COPY ({some}) TO '{path}' (FORMAT parquet)")
        start += count
        progress(start, None)


def _assign(values: list[Value], mapping: Mapping, folder: Path) -> list[dict]:
    """Give each value its recipients; returns notes about what cannot be sent."""
    with opened(mapping.parquet, folder) as connection:
        address, value = quoted(mapping.address), quoted(mapping.value)
        rows = connection.execute(
            f"SELECT {key_of(mapping.value)}, CAST({value} AS VARCHAR), CAST({address} AS VARCHAR) "  # noqa: S608
            f"FROM rows WHERE {value} IS NOT NULL AND {address} IS NOT NULL"
        ).fetchall()
    known = {value.key: value for value in values if value.key is not None}
    wrong, strangers = [], {}
    for key, name, text in rows:
        if key not in known:
            strangers.setdefault(key, name)
            continue
        good, bad = _addresses(text)
        known[key].recipients += [address for address in good if address not in known[key].recipients]
        wrong += [Problem("burst_no_address", value=known[key].name, address=address) for address in bad]
    return [problem.as_json() for problem in _notes(wrong, list(strangers.values()))]


def _addresses(text: str) -> tuple[list[str], list[str]]:
    """Those in a cell that are addresses, in small letters, and those that are none."""
    good, bad = [], []
    for address in filter(None, _BETWEEN_ADDRESSES.split(text)):
        try:
            validate_email(address)
            good.append(address.lower())
        except ValidationError:
            bad.append(address)
    return good, bad


def _notes(wrong: list[Problem], strangers: list[str]) -> Iterable[Problem]:
    yield from wrong[:MOST_NOTES]
    if len(wrong) > MOST_NOTES:
        yield Problem("burst_more_addresses", count=len(wrong) - MOST_NOTES)
    if strangers:
        yield Problem("burst_no_value", values=listed(strangers))
