"""A report as a file in the folder, or in the bucket, that the operator has set aside for it (`DELIVERY_FOLDER`).

The recipient of a delivery is the path in there; nothing that is there already is touched.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.files.storage import storages

from reports import storage
from reports.delivery.names import check, filled_path, tame
from reports.models import Delivery, Report
from reports.models.delivery import MOST_RECIPIENT
from reports.problems import Problem
from reports.storage import local
from reports.storage.bucket import Bucket

MOST_PATTERN = 120
# A file that is being written.  One that is older was left by an attempt that was killed: none takes so long.
PREFIX, OLD_SECONDS = ".prelo-", 3600


def path_for(pattern: str, report: Report) -> str:
    """The path of a report by a pattern such as `sales/{title}-{date}.pdf`.  Raises Problem."""
    check_pattern(pattern)
    path = "/".join(tame(part) for part in filled_path(pattern.removesuffix(".pdf"), report).split("/")) + ".pdf"
    if len(path) > MOST_RECIPIENT:
        raise Problem("path_long", length=len(path), most=MOST_RECIPIENT)
    return path


def check_pattern(pattern: str) -> None:
    """Raises Problem when it leads out of the folder, has a part that no file may be called, or a place that nothing
    fills."""
    check(pattern)
    if len(pattern) > MOST_PATTERN or any(part != tame(part) or not part for part in pattern.split("/")):
        raise Problem("path_unclear", path=pattern)


def report_to_send(delivery: Delivery) -> Callable[[], str]:
    """What writes it and returns nothing to say.  Raises Problem, and so does what is returned."""
    if not settings.DELIVERY_FOLDER:
        raise Problem("no_folder")
    key, path = delivery.report.pdf, delivery.recipient
    if "deliveries" in settings.STORAGES:
        return lambda: _send(storage.path_of(key), storages["deliveries"], path)
    return lambda: _write(storage.path_of(key), Path(settings.DELIVERY_FOLDER), path)


def _send(source: Path, bucket: Bucket, path: str) -> str:
    """The same as `_write` for a bucket."""
    if not bucket.put_new(source, path):
        with bucket.stream(path) as there:
            digest = file_digest(there, "sha256").digest()
        if digest != _digest(source):
            raise Problem("file_taken", path=path)
    return ""


def _write(source: Path, folder: Path, path: str) -> str:
    """Whole or not at all; raises OSError for the disk.  A file that is the same has come from an attempt before."""
    root = folder.resolve()
    target = root / path
    # Somebody may have put a link there that leads elsewhere.
    if not target.parent.resolve().is_relative_to(root):
        raise Problem("path_unclear", path=path)
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear(target.parent)
    with NamedTemporaryFile(dir=target.parent, prefix=PREFIX) as file, source.open("rb") as pdf:
        shutil.copyfileobj(pdf, file)
        file.flush()
        local.flush(Path(file.name))
        Path(file.name).chmod(0o644)
        try:
            target.hardlink_to(file.name)
        except FileExistsError:
            if target.is_symlink() or _digest(target) != _digest(source):
                raise Problem("file_taken", path=path) from None
    return ""


def _clear(folder: Path) -> None:
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):
            if left.is_file() and left.stat().st_mtime < time.time() - OLD_SECONDS:
                left.unlink()


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()
