"""Where files are kept.  A key is a relative path with forward slashes; nothing of it comes from a person.

Storage is a folder of this machine (`disk`), or a bucket of an object store (`bucket`), by the settings.  What lies
under a key never changes.  Everything here may raise OSError; for a storage that cannot be reached now, which may pass,
it is Unreachable.
"""

import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import default_storage

from reports.storage import local
from reports.storage.errors import Unreachable

__all__ = ["Unreachable"]


def path_of(key: str) -> Path:
    """Where a file or a folder can be read on this machine, or would be if it were there.  It is brought here when it
    lies elsewhere, which takes its time."""
    return default_storage.local(key)


def opened(key: str) -> BinaryIO:
    """The bytes of a file as they come, without a copy here.  What is no file of the system has its `size`.

    Raises FileNotFoundError, Unreachable.
    """
    return default_storage.opened(key)


def address_of(key: str, name: str, type_: str) -> str:
    """Where anybody may fetch a file for a minute, under this name; empty when it is to be had from us alone.

    Raises FileNotFoundError, Unreachable.
    """
    return default_storage.signed(key, name, type_)


def exists(key: str) -> bool:
    return default_storage.exists(key)


def prepare(folder: Path, keys: Mapping[str, str]) -> None:
    """Do what takes long of `put`: of parts of a folder, name -> key, and of all the rest of it, which has no name."""
    default_storage.prepare(folder, keys)


def put(source: Path, key: str) -> None:
    """Move a finished file or folder into storage, whole or not at all; it lies in a `scratch`."""
    default_storage.put(source, key)


def delete(key: str) -> None:
    """Delete a file or a folder with all that is in it; nothing happens when it is not there, and what cannot be
    deleted now is left to those who collect orphans."""
    default_storage.delete(key)


def names_in(key: str, older_than: float = 0, depth: int = 1) -> list[str]:
    """The names of what is in a folder and has not been touched for `older_than` seconds; `depth` folders below it,
    they are paths from there."""
    return default_storage.names_in(key, older_than, depth)


def scratch() -> AbstractContextManager[Path]:
    """A folder of this machine for work in progress, gone at the end."""
    return local.scratch()


def fault() -> str:
    """Why nothing can be written: the disk is full or not there, the bucket is unknown.  Empty when all is well."""
    try:
        default_storage.try_to_write()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def free_bytes() -> int:
    """The room that is left on this machine's disk, where all that comes in lies first."""
    return shutil.disk_usage(local.scratch_root()).free


def clear_scratch(older_than: float) -> None:
    """Delete work, and uploads, in progress whose process was killed before it could clean up."""
    local.clear_scratch(older_than)
    default_storage.clear(older_than)
