"""The one step of a snapshot: a person's file, or another source, becomes a typed Parquet file."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from django.conf import settings

from reports.models import Snapshot, Source
from reports.problems import Problem
from reports.sandbox import Reporter
from reports.sources import Limits, file

# What the module of a source is given besides its settings: asked before the fork, in the worker.
GIVEN: dict[str, Callable[[Source], dict]] = {}


def reading_of(snapshot: Snapshot) -> Callable[[Path | None, Path, Reporter], dict]:
    """Raises Problem."""
    if not snapshot.source_code:
        return partial(_read_file, snapshot.file_name, snapshot.sheet or None, snapshot.types)
    return partial(_read_source, snapshot.source_code, snapshot.settings, snapshot.types, _given(snapshot))


def limits() -> Limits:
    return Limits(settings.SOURCE_ROWS, settings.SOURCE_MB << 20, settings.SOURCE_SECONDS)


def _given(snapshot: Snapshot) -> dict:
    """A secret goes only where it was meant to go: whoever edits a source begins a reading of its own."""
    source = Source.objects.select_related("connection", "dataset__owner").filter(dataset=snapshot.dataset_id).first()
    if source is None or (source.code, source.pinned) != (snapshot.source_code, snapshot.settings):
        raise Problem("source_changed")
    return GIVEN[source.code](source)


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
    return import_module(f"reports.sources.{code}").read(
        saved,
        folder / "data.parquet",
        progress=progress,
        limits=limits(),
        types=types,
        time_zone=settings.TIME_ZONE,
        **given,
    )
