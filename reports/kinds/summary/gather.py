"""The document."""

from pathlib import Path

from reports.kinds import Spec


def gather(connection, spec: Spec, folder: Path, progress) -> dict:
    raise NotImplementedError
