"""First rows, for somebody who looks whether a source is right."""

from pathlib import Path

from reports.columns import TEXT
from reports.sources.engine import connect, identifier, literal

# Characters that a page shows of a cell; a cell may hold a whole document.
MOST_CHARACTERS = 200


def shorten(whole: Path, target: Path, columns: list[dict], time_zone: str) -> list[dict]:
    """Write a Parquet file without long texts beside another one; returns its columns [{name, type}]."""
    cells = ", ".join(_shortened(**column) for column in columns)
    with connect(whole, target, time_zone=time_zone) as connection:
        rows = f"SELECT {cells} FROM read_parquet({literal(str(whole))})"  # noqa: S608 (names are quoted)
        connection.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT parquet)")
    return columns


def _shortened(name: str, type: str) -> str:
    cell = identifier(name)
    return f"left({cell}, {MOST_CHARACTERS}) AS {cell}" if type == TEXT else cell
