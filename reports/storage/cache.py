"""Copies on this machine of what lies in a bucket: those that programs read which want a path.

A copy is a step's folder, or an original, under the key that it has in the bucket.  What lies under a key never
changes, so a copy that is there is right, and it gets its name when it is whole.  When all take more room than
`CACHE_MB`, those that nobody has used for longest are deleted, but none that a step may still read.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from reports.storage import local

# `<area>/<id>/<epoch>/<step>`; an original is `originals/<id>`.
PARTS = 4
# How often one looks whether there are too many.
PAUSE_SECONDS = 60
LOOKED = ".looked"


def copy_of(key: str) -> str:
    """The key of the copy in which that of a file lies."""
    return "/".join(key.split("/")[:PARTS])


def path_of(key: str) -> Path:
    return _root() / key


def is_there(key: str) -> bool:
    """A copy that is asked for is used."""
    try:
        os.utime(path_of(copy_of(key)))
    except FileNotFoundError:
        return False
    return True


def keep(source: Path, key: str) -> None:
    """Make a copy of a file or folder that is complete, and lies in a scratch; nothing when there is one."""
    target = path_of(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.utime(source)
    with suppress(OSError):  # somebody else was faster: a folder does not replace one that has something in it
        source.replace(target)
    _trim_sometimes()


def forget(key: str) -> None:
    """Delete a copy, or all of a job's."""
    with suppress(FileNotFoundError):
        _delete(path_of(key))


def trim() -> None:
    """Delete what takes more room than it may."""
    root, used = _root(), time.time() - 2 * settings.STEP_SECONDS
    copies = sorted((_last_used(path), path) for path in (*root.glob("*/*/*/*"), *root.glob("originals/*")))
    sizes = {path: _bytes_of(path) for _, path in copies}
    too_much = sum(sizes.values()) - (settings.CACHE_MB << 20)
    for last_used, path in copies:
        if too_much <= 0 or last_used > used:
            return
        with suppress(FileNotFoundError):  # somebody else was faster
            _delete(path)
        too_much -= sizes[path]


def _root() -> Path:
    return settings.DATA_DIR / "cache"


def _trim_sometimes() -> None:
    """Whoever brings something looks for all processes of this machine, and after work of theirs that was killed."""
    looked = _root() / LOOKED
    if looked.exists() and _last_used(looked) > time.time() - PAUSE_SECONDS:
        return
    looked.touch()
    trim()
    local.clear_scratch(max(3600, 2 * settings.STEP_SECONDS))


def _delete(path: Path) -> None:
    """Taken away first: nobody sees the half of one."""
    with local.scratch() as folder:
        path.replace(folder / "gone")


def _last_used(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0


def _bytes_of(path: Path) -> int:
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    total = 0
    for file in files:
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total
