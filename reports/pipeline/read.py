"""The one step of a snapshot: a person's file becomes a typed Parquet file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings

from reports.models import Snapshot
from reports.sandbox import Reporter
from reports.sources import file


def reading_of(snapshot: Snapshot) -> Callable[[Path, Path, Reporter], dict]:
    return partial(_read, snapshot.file_name, snapshot.sheet or None, snapshot.types)


def _read(file_name: str, sheet: str | None, types: dict, source: Path, folder: Path, progress: Reporter) -> dict:
    return file.read(
        source,
        file_name,
        folder / "data.parquet",
        sheet=sheet,
        types=types,
        progress=progress,
        max_cells=settings.MAX_XLSX_CELLS,
        time_zone=settings.TIME_ZONE,
    )
