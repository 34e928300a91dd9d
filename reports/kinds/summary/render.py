"""The document."""

from pathlib import Path

from reports.kinds import Spec


def render(spec: Spec, gathered: Path, folder: Path, progress) -> dict:
    raise NotImplementedError
