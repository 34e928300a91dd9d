"""The one step of a description: a snapshot is looked into."""

import json
from functools import partial
from pathlib import Path

from reports.columns import Column
from reports.kinds.database import opened
from reports.kinds.profile.gather import FILE, described
from reports.models import Description
from reports.pipeline.step import Work
from reports.sandbox import Reporter


def description_of(description: Description) -> Work:
    return partial(_describe, description.snapshot.typed_columns)


def _describe(columns: tuple[Column, ...], snapshot: Path, folder: Path, progress: Reporter) -> dict:
    with opened(snapshot, folder) as connection:
        facts = described(connection, columns, progress)
    (folder / FILE).write_text(json.dumps(facts))
    return {"rows": facts["rows"]}
