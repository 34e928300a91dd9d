"""The disk of this machine, whatever the storage is: work in progress lies there, and how much room is left."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings


@contextmanager
def scratch() -> Iterator[Path]:
    with TemporaryDirectory(dir=scratch_root(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def scratch_root() -> Path:
    """Where Django keeps uploads that are under way, too."""
    return Path(settings.FILE_UPLOAD_TEMP_DIR)


def clear_scratch(older_than: float) -> None:
    for name in names_in(scratch_root(), older_than):
        remove(scratch_root() / name)


def remove(path: Path) -> None:
    """A file or a folder with all that is in it; nothing happens when it is not there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def names_in(folder: Path, older_than: float) -> list[str]:
    horizon = time.time() - older_than
    names = []
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):  # somebody else was faster
            if entry.stat().st_mtime <= horizon:
                names.append(entry.name)
    return names


def flush(path: Path) -> None:
    """Have the disk keep a file, or a folder with all that is in it, through a power cut."""
    for part in [path, *path.rglob("*")]:
        descriptor = os.open(part, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
