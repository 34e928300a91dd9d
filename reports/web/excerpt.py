"""The first rows of a snapshot, as people read them on a page."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from reports import storage
from reports.columns import NUMERIC, TEXT, Column
from reports.kinds.database import opened
from reports.kinds.formats import Formats
from reports.kinds.rows import decimals_of, quoted
from reports.kinds.values import TYPE_NAMES
from reports.models import Snapshot
from reports.sources.excerpt import MOST_CHARACTERS

MOST_ROWS = 100

logger = logging.getLogger(__name__)


def first_rows(snapshot: Snapshot, columns: Sequence[Column]) -> list[list[str]]:
    """The cells of these columns in the active language; an empty string stands for no value.

    Nothing when the file is missing or damaged: a storage that was restored without it must not take the page down.
    """
    if not columns:
        return []
    try:
        return rows_in(storage.path_of(snapshot.data), columns)
    except (duckdb.Error, OSError) as error:
        logger.warning("Snapshot %s cannot be shown: %s", snapshot.pk, error)
        return []


def rows_in(path: Path, columns: Sequence[Column]) -> list[list[str]]:
    """Those of the file of a snapshot.  Raises duckdb.Error, OSError."""
    with opened(path, sample=MOST_ROWS) as connection:
        cells = ", ".join(map(_shortened, columns))
        rows = connection.execute(f"SELECT {cells} FROM rows").fetchall()  # noqa: S608 (names are quoted)
        writers = _writers(columns, decimals_of(connection, columns))
    return [[write(value) for write, value in zip(writers, row, strict=True)] for row in rows]


def table_of(columns: Sequence[Column], rows: list[list[str]]) -> dict:
    """What `datasets/rows.html` shows: columns as (name, the type in words, whether it has numbers), and rows of
    (whether it is a number, cell)."""
    numbers = [column.type in NUMERIC for column in columns]
    heads = [(column.name, TYPE_NAMES[column.type], number) for column, number in zip(columns, numbers, strict=True)]
    return {"columns": heads, "rows": [list(zip(numbers, row, strict=True)) for row in rows]}


def _shortened(column: Column) -> str:
    name = quoted(column.name)
    return f"left({name}, {MOST_CHARACTERS})" if column.type == TEXT else name


def _writers(columns: Sequence[Column], decimals: dict[str, int]) -> list[Callable]:
    formats = Formats(get_language(), get_current_timezone_name())
    cells = [formats.cell(column.type, decimals.get(column.name, 0)) for column in columns]
    return [lambda value, cell=cell: "" if value is None else cell(value) for cell in cells]
