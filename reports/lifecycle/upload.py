"""Bring a file to a dataset, or have it read again with corrections."""

import logging
from pathlib import Path
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Max

from portal import logs
from reports import artifacts, storage
from reports.lifecycle.dispatch import dispatch
from reports.models import Dataset, Snapshot

logger = logging.getLogger(__name__)


def bring_file(
    dataset: Dataset, file: File, file_name: str, *, client_token: UUID | None = None, inline: bool = False
) -> Snapshot:
    """Keep the file as it came and ask for a snapshot of it.

    `file_name` is a label.  Bringing twice with the same token gives the same snapshot.  An `inline` snapshot is
    queued for the caller, who reads it in its own process.  Raises Dataset.DoesNotExist when the dataset was deleted
    meanwhile.
    """
    original, size = keep(file)
    snapshot = ask_for_snapshot(
        dataset,
        inline=inline,
        original=original,
        file_name=Path(file_name).name[-255:],
        file_bytes=size,
        client_token=client_token,
    )
    if snapshot.original != original:
        storage.delete(original)
    return snapshot


def read_again(snapshot: Snapshot, *, types: dict[str, str], sheet: str, client_token: UUID | None = None) -> Snapshot:
    """A new snapshot of the same file, or source, with column types corrected or from another sheet.

    Asking twice with the same token gives the same snapshot.  Raises Dataset.DoesNotExist, as `bring_file` does.
    """
    return ask_for_snapshot(
        snapshot.dataset,
        original=snapshot.original,
        file_name=snapshot.file_name,
        file_bytes=snapshot.file_bytes,
        source_code=snapshot.source_code,
        settings=snapshot.settings,
        types=types,
        sheet=sheet,
        client_token=client_token,
    )


def keep(file: File) -> tuple[str, int]:
    """The storage key of a copy, and its bytes.  Takes long for a large file, so no transaction may be open."""
    original = artifacts.new_original()
    with storage.scratch() as folder:
        copy = folder / "original"
        with copy.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        size = copy.stat().st_size
        storage.put(copy, original)
    return original, size


def ask_for_snapshot(dataset: Dataset, *, client_token: UUID | None, inline: bool = False, **fields) -> Snapshot:
    """A new snapshot, or the one that was asked for with the same token before."""
    try:
        with transaction.atomic():
            # The row lock makes the next number ours (SQLite locks as a whole).
            Dataset.objects.select_for_update().get(pk=dataset.pk)
            last = dataset.snapshots.aggregate(last=Max("number"))["last"] or 0
            snapshot = Snapshot.objects.create(
                dataset=dataset, owner=dataset.owner, number=last + 1, client_token=client_token, **fields
            )
            with logs.about(**snapshot.in_logs):
                logger.info("Asked for")
            if inline:
                snapshot.queue()
            else:
                transaction.on_commit(dispatch)
            return snapshot
    except IntegrityError:
        asked = Snapshot.objects.filter(owner=dataset.owner, client_token=client_token).first()
        if client_token is None or asked is None:
            raise
        return asked
