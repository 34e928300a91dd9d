"""The one step of a snapshot: a person's file, or another source, becomes a typed Parquet file."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from django.conf import settings

from reports.models import Snapshot
from reports.pipeline.given import given
from reports.sandbox import Reporter
from reports.sources import Limits, file


def reading_of(snapshot: Snapshot) -> Callable[[Path | None, Path, Reporter], dict]:
    """Raises Problem."""
    if not snapshot.source_code:
        return partial(_read_file, snapshot.file_name, snapshot.sheet or None, snapshot.types)
    return partial(_read_source, snapshot.source_code, snapshot.settings, snapshot.types, given(snapshot))


def limits() -> Limits:
    return Limits(settings.SOURCE_ROWS, settings.SOURCE_MB << 20, settings.SOURCE_SECONDS)


def _read_file(file_name: str, sheet: str | None, types: dict, source: Path, folder: Path, progress: Reporter) -> dict:
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


def _read_source(code: str, saved: dict, types: dict, given: dict, _file: None, folder: Path, progress: Reporter):
    found = {name: value() if callable(value) else value for name, value in given.items()}
    return import_module(f"reports.sources.{code}").read(
        saved,
        folder / "data.parquet",
        progress=progress,
        limits=limits(),
        types=types,
        time_zone=settings.TIME_ZONE,
        **found,
    )
