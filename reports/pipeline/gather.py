"""The first step: a snapshot and the options become the data of the report."""

from pathlib import Path

from reports.kinds import Spec
from reports.kinds.database import opened
from reports.kinds.registry import kind_named
from reports.kinds.rows import keep_sample
from reports.sandbox import Reporter


def gather(spec: Spec, snapshot: Path, folder: Path, progress: Reporter) -> dict:
    """Fill `folder` with what the kind's `render` needs; returns {"rows": how many rows the report is about}."""
    with opened(snapshot, folder) as connection:
        if spec.sample:
            keep_sample(connection, spec)
        return kind_named(spec.kind).gather(connection, spec, folder, progress)
