"""A stage becomes a snapshot: typed columns and rows in a Parquet file."""

from pathlib import Path

import duckdb

from reports.columns import TEXT
from reports.problems import Problem
from reports.sources import headers
from reports.sources.engine import connect, identifier, literal, run
from reports.sources.examine import row_bytes, trimmed, without_values
from reports.sources.stage import Meter, Stage, listed, note
from reports.sources.types import Typed, decide

WHITE_SPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))
# The shares of the whole that reading, examining and writing take, for the progress bar.
READ, EXAMINED, WRITTEN = 0.4, 0.6, 1.0
# DuckDB keeps a row group in memory for each thread.
GROUP_CELLS, GROUP_BYTES = 4_000_000, 64 << 20
MOST_GROUP_ROWS = 122_880
FEWEST_GROUP_ROWS = 2048


def write(stage: Stage, target: Path, *reads: Path, types: dict[str, str], meter: Meter, time_zone: str) -> dict:
    """Write `target` and return what is known about it (`reports.sources`), but for its bytes.

    `reads`: the files of the stage that are not in the folder of `target`, which is scratch.
    """
    with connect(*reads, folder=target.parent, time_zone=time_zone) as connection:
        names = _drop_columns_of_nothing(connection, stage)
        columns, guesses = decide(connection, stage, names, types, meter.part(READ, EXAMINED))
        copy = _copy(stage, columns, row_bytes(connection, stage), target)
        ((rows,),) = run(connection, copy, meter.part(EXAMINED, WRITTEN))
    if not rows:
        raise Problem("file_no_rows")
    return {
        "rows": rows,
        "columns": [{"name": column.name, "type": column.type} for column in columns],
        "sheets": stage.sheets,
        "sheet": stage.sheet,
        "notes": stage.notes + guesses,
    }


def _drop_columns_of_nothing(connection: duckdb.DuckDBPyConnection, stage: Stage) -> list[str]:
    """The names of the columns that stay: those with a header or a value."""
    given = headers.names([staged.header for staged in stage.columns])
    nameless = [place for place, staged in enumerate(stage.columns) if not staged.header.strip()]
    gone = without_values(connection, stage, nameless)
    if len(gone) == len(given):
        raise Problem("file_no_rows")
    given = [name for place, name in enumerate(given) if place not in gone]
    stage.columns = [staged for place, staged in enumerate(stage.columns) if place not in gone]
    changed = headers.changed([staged.header for staged in stage.columns], given)
    if changed:
        stage.notes.append(note("note_headers", columns=listed(changed)))
    return given


def _copy(stage: Stage, columns: list[Typed], row_bytes: int, target: Path) -> str:
    typed = {place for place, column in enumerate(columns) if column.type != TEXT}
    # Level by level, so that nothing is worked out twice.
    raw = ", ".join(f"{column.sql} AS r{place}" for place, column in enumerate(columns))
    bare = ", ".join(f"{_bare(f'r{place}', column)} AS v{place}" for place, column in enumerate(columns))
    values = [f"v{place}" if place in typed else f"nullif(v{place}, '')" for place in range(len(columns))]
    named = ", ".join(f"{value} AS {identifier(column.name)}" for value, column in zip(values, columns, strict=True))
    anything = " OR ".join(f"{value} IS NOT NULL" for value in values)
    return (
        f"COPY (SELECT {named} FROM (SELECT {bare} FROM (SELECT {raw} FROM {trimmed(stage, typed)})) "  # noqa: S608
        f"WHERE {anything}) TO {literal(str(target))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_group_rows(len(columns), row_bytes)})"
    )


def _bare(value: str, column: Typed) -> str:
    """SQL: a value, text without the white space around it.  Trimming is slow, and few values need it."""
    if column.type != TEXT:
        return value
    space = f"[{WHITE_SPACE}]"
    return (
        f"CASE WHEN regexp_matches({value}, {literal(f'^{space}|{space}$')}) "
        f"THEN trim({value}, {literal(WHITE_SPACE)}) ELSE {value} END"
    )


def _group_rows(columns: int, row_bytes: int) -> int:
    """Rows that are held in memory together: fewer of a wide table, and of long texts."""
    return max(FEWEST_GROUP_ROWS, min(MOST_GROUP_ROWS, GROUP_CELLS // columns, GROUP_BYTES // row_bytes))
