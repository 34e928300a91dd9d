"""Where files are kept.  A key is a relative path with forward slashes; nothing of it comes from a person."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.storage import default_storage


def path_of(key: str) -> Path:
    return Path(default_storage.path(key))


def exists(key: str) -> bool:
    return path_of(key).exists()


def put(source: Path, key: str) -> None:
    """Move a finished file or folder into storage, whole or not at all; `source` is on the same disk."""
    flush(source)
    target = path_of(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    _flush(target.parent)


def flush(path: Path) -> None:
    """A row must never name a file whose bytes a power cut could take away; nothing to do the second time."""
    for part in [path, *path.rglob("*")]:
        _flush(part)


def delete(key: str) -> None:
    """Delete a file or a folder with all that is in it; nothing happens when it is not there."""
    path = path_of(key)
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def names_in(key: str, older_than: float = 0) -> list[str]:
    """The names of what is in a folder and has not been touched for `older_than` seconds."""
    folder = path_of(key)
    return _names_in(folder, older_than) if folder.is_dir() else []


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for work in progress, on the disk of the storage, gone at the end."""
    with TemporaryDirectory(dir=_scratch_root(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def try_to_write() -> None:
    """Raises OSError when nothing can be written: the disk is full, or not there."""
    with scratch() as folder:
        (folder / "trial").write_bytes(b"trial")


def free_bytes() -> int:
    """The room that is left on the disk."""
    return shutil.disk_usage(_scratch_root()).free


def clear_scratch(older_than: float) -> None:
    """Delete work, and uploads, in progress whose process was killed before it could clean up."""
    for name in _names_in(_scratch_root(), older_than):
        path = _scratch_root() / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _scratch_root() -> Path:
    """Where Django keeps uploads that are under way, too."""
    return Path(settings.FILE_UPLOAD_TEMP_DIR)


def _names_in(folder: Path, older_than: float) -> list[str]:
    horizon = time.time() - older_than
    names = []
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):  # somebody else was faster
            if entry.stat().st_mtime <= horizon:
                names.append(entry.name)
    return names


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
