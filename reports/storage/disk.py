"""Storage in a folder of this machine."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import FileSystemStorage

from reports.storage import local
from reports.storage.errors import Unreachable


class Disk(FileSystemStorage):
    def local(self, key: str) -> Path:
        return Path(self.path(key))

    def opened(self, key: str) -> BinaryIO:
        try:
            return self.local(key).open("rb")
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Unreachable(error.errno, error.strerror) from error

    def signed(self, key: str, name: str, type_: str) -> str:
        return ""

    def prepare(self, folder: Path, keys: Mapping[str, str]) -> None:
        """A row must never name a file whose bytes a power cut could take away; flushing a gigabyte takes time."""
        local.flush(folder)

    def put(self, source: Path, key: str) -> None:
        """`source` is on the same disk."""
        local.flush(source)
        target = self.local(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        _flush_names(target.parent)

    def delete(self, key: str) -> None:
        local.remove(self.local(key))

    def names_in(self, key: str, older_than: float, depth: int) -> list[str]:
        folder = self.local(key)
        if not folder.is_dir():
            return []
        if depth == 1:
            return local.names_in(folder, older_than)
        below = ((name, self.names_in(f"{key}/{name}", older_than, depth - 1)) for name in local.names_in(folder, 0))
        return [f"{name}/{inner}" for name, names in below for inner in names]

    def try_to_write(self) -> None:
        with local.scratch() as folder:
            (folder / "trial").write_bytes(b"trial")

    def clear(self, older_than: float) -> None:
        """Nothing half-done lies here."""


def _flush_names(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
