"""Storage in a bucket of an object store that speaks S3.

A folder is what its objects have in common at the beginning of their keys.  A row names one only when all of them are
there; what was sent before a process was killed is nobody's, and collected like any orphan.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from reports.storage import cache, local
from reports.storage.errors import Unreachable, understood

# Whoever waits for a page learns within seconds that the store does not answer.
CONNECT_SECONDS, ANSWER_SECONDS, ATTEMPTS = 2, 10, 2
# How long the address of a file can be used.
SIGNED_SECONDS = 60
# A larger file is sent in parts of this size.  By one thread: a step's process has its limits.
TRANSFER = TransferConfig(
    multipart_threshold=64 << 20, multipart_chunksize=64 << 20, num_download_attempts=ATTEMPTS, use_threads=False
)
TRIAL = "trial"
# What a store answers to `put_new` when a file has the key, or is getting it at this moment.
TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}

logger = logging.getLogger(__name__)


class Bucket(S3Storage):
    """`options` are those of S3Storage; `location` is what all keys in the bucket begin with."""

    def __init__(self, **options):
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            signature_version="s3v4",
            # Stores that are not Amazon's own know an address with the bucket in its path, and no newer checksums.
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(client_config=config, transfer_config=TRANSFER, **options)
        self._session, self._lock = None, threading.Lock()
        # A fork must not use its parent's connections.
        os.register_at_fork(after_in_child=self._forget_connections)

    def local(self, key: str) -> Path:
        if not cache.is_there(key):
            self._bring(cache.copy_of(key))
        return cache.path_of(key)

    def opened(self, key: str) -> BinaryIO:
        if cache.is_there(key):
            return cache.path_of(key).open("rb")
        return self.stream(key)

    def stream(self, key: str) -> "Stream":
        """What lies in the bucket, and no copy of it."""
        with understood(self.bucket_name):
            answer = self.bucket.Object(self._normalize_name(key)).get()
        return Stream(answer["Body"], answer["ContentLength"], self.bucket_name)

    def signed(self, key: str, name: str, type_: str) -> str:
        disposition = content_disposition_header(True, name)
        told = {"ResponseContentDisposition": disposition, "ResponseContentType": type_}
        with understood(self.bucket_name):
            self.bucket.Object(self._normalize_name(key)).load()
            return self.url(key, parameters=told, expire=SIGNED_SECONDS)

    def exists(self, key: str) -> bool:
        return any(True for _ in self._objects(key))

    def prepare(self, folder: Path, keys: Mapping[str, str]) -> None:
        """Send everything: `put` then finds it there."""
        for name, key in keys.items():
            for file, there in _files(folder / name, key).items():
                if name or file.relative_to(folder).parts[0] not in keys:
                    self._send(file, there)

    def put(self, source: Path, key: str) -> None:
        """What is there already, and as long, was sent by `prepare`."""
        there = {self._key_of(found): found.size for found in self._objects(key)}
        for file, own in _files(source, key).items():
            if there.get(own) != file.stat().st_size:
                self._send(file, own)
        cache.keep(source, key)

    def put_new(self, source: Path, key: str) -> bool:
        """Whether nothing was there under this key, and the file is now."""
        if self.exists(key):  # not every store knows the condition below
            return False
        with source.open("rb") as content, understood(self.bucket_name):
            try:
                self.bucket.Object(self._normalize_name(key)).put(Body=content, IfNoneMatch="*")
            except ClientError as error:
                if error.response["Error"].get("Code") not in TAKEN:
                    raise
                return False
        return True

    def delete(self, key: str) -> None:
        """One by one: not every store understands how many are deleted at once."""
        cache.forget(key)
        try:
            for found in self._objects(key):
                with understood(self.bucket_name):
                    found.delete()
        except Unreachable as error:
            logger.warning("Left to those who collect orphans: %s (%s)", key, error.strerror)

    def names_in(self, key: str, older_than: float, depth: int) -> list[str]:
        newest: dict[str, float] = {}
        for found in self._objects(key):
            parts = self._key_of(found).removeprefix(f"{key}/").split("/")
            name = "/".join(parts[:depth])
            newest[name] = max(newest.get(name, 0.0), found.last_modified.timestamp())
        horizon = time.time() - older_than
        return [name for name, touched in newest.items() if not older_than or touched <= horizon]

    def try_to_write(self) -> None:
        with local.scratch() as folder:
            (folder / TRIAL).write_bytes(b"trial")
            self._send(folder / TRIAL, TRIAL)

    def clear(self, older_than: float) -> None:
        """Parts of files that were never sent whole, which nobody sees."""
        horizon = datetime.now(UTC) - timedelta(seconds=older_than)
        with understood(self.bucket_name):
            for upload in self.bucket.multipart_uploads.filter(Prefix=f"{self.location}/".lstrip("/")):
                if upload.initiated < horizon:
                    upload.Object().MultipartUpload(upload.id).abort()

    def _bring(self, key: str) -> None:
        """Nothing when there is none."""
        with local.scratch() as folder:
            for found in self._objects(key):
                name = self._key_of(found).removeprefix(key)
                file = folder / f"copy{name}"
                file.parent.mkdir(parents=True, exist_ok=True)
                with understood(self.bucket_name):
                    found.Object().download_file(str(file), Config=TRANSFER)
            if (folder / "copy").exists():
                cache.keep(folder / "copy", key)

    def _send(self, file: Path, key: str) -> None:
        with file.open("rb") as content, understood(self.bucket_name):
            self.bucket.upload_fileobj(content, self._normalize_name(key), Config=TRANSFER)

    def _objects(self, key: str) -> Iterator:
        """That of a file, or those in a folder."""
        own = self._normalize_name(key)
        with understood(self.bucket_name):
            for found in self.bucket.objects.filter(Prefix=own):
                if found.key == own or found.key.startswith(f"{own}/"):
                    yield found

    def _key_of(self, found) -> str:
        return found.key.removeprefix(self.location).lstrip("/")

    @property
    def connection(self):
        """One for each thread.  They may not be made at the same time."""
        with self._lock:
            return super().connection

    @property
    def bucket(self):
        """The one of this thread's connection."""
        return self.connection.Bucket(self.bucket_name)

    def _create_session(self) -> boto3.Session:
        """One for all threads, and for forks: to make another takes a tenth of a second."""
        self._session = self._session or super()._create_session()
        return self._session

    def _forget_connections(self) -> None:
        self._connections, self._lock = threading.local(), threading.Lock()


class Stream(RawIOBase):
    """What an object has in it, as it comes; `size` is in bytes."""

    def __init__(self, body, size: int, bucket: str):
        self.body, self.size, self.bucket = body, size, bucket

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        with understood(self.bucket):
            chunk = self.body.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self.body.close()
        super().close()


def _files(source: Path, key: str) -> dict[Path, str]:
    """A file, or all those in a folder, and their keys."""
    if source.is_file():
        return {source: key}
    return {file: f"{key}/{file.relative_to(source)}" for file in source.rglob("*") if file.is_file()}
