"""A bucket: what is sent and brought, what its troubles are called, and that a fork has connections of its own."""

import logging
import os
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from django.core.files.storage import default_storage

from portal import stores
from reports import storage
from reports.storage import cache, check, local
from reports.storage.bucket import Bucket
from tests.processes import free_port
from tests.storage import proxy
from tests.storage.test_storage import FOLDER, put, read


@pytest.fixture(autouse=True)
def _bucket(bucket):
    return bucket


def forget_copies() -> None:
    """As on another machine."""
    with storage.scratch() as folder:
        storage.path_of(FOLDER).parents[3].rename(folder / "cache")


def at(settings, url: str) -> None:
    settings.STORAGES = settings.STORAGES | {"default": stores.at(url, settings.DATA_DIR)}


def test_what_lies_in_the_bucket_is_brought_once_and_whole(object_store, bucket):
    put(FOLDER, report="pages", receipt="rows")
    assert object_store.keys_in(bucket) == [f"files/{FOLDER}/receipt.txt", f"files/{FOLDER}/report.txt"]
    forget_copies()
    assert storage.path_of(f"{FOLDER}/report.txt").read_text() == "pages"
    object_store.client.delete_object(Bucket=default_storage.bucket_name, Key=f"files/{FOLDER}/receipt.txt")
    assert (storage.path_of(FOLDER) / "receipt.txt").read_text() == "rows"


def test_what_is_streamed_is_not_kept_here():
    put(FOLDER, report="pages")
    forget_copies()
    assert read(f"{FOLDER}/report.txt") == b"pages" and storage.opened(f"{FOLDER}/report.txt").size == 5
    assert not cache.path_of(FOLDER).exists()


def test_put_sends_what_has_not_come_whole(object_store):
    key = f"files/{FOLDER}/report.txt"
    object_store.client.put_object(Bucket=default_storage.bucket_name, Key=key, Body=b"pa")
    put(FOLDER, report="pages")
    forget_copies()
    assert read(f"{FOLDER}/report.txt") == b"pages"


def test_a_fork_speaks_to_the_store_by_itself():
    put(FOLDER, report="pages")
    forget_copies()
    before = default_storage.connection
    child = os.fork()
    if child == 0:
        own = default_storage.connection is not before and read(f"{FOLDER}/report.txt") == b"pages"
        os._exit(0 if own else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert default_storage.connection is before and read(f"{FOLDER}/report.txt") == b"pages"


def test_a_file_is_put_where_there_is_none(tmp_path):
    (tmp_path / "one").write_text("one")
    assert default_storage.put_new(tmp_path / "one", "sales.pdf")
    assert not default_storage.put_new(tmp_path / "one", "sales.pdf")


def test_of_two_who_put_a_file_at_the_same_time_one_does(monkeypatch, tmp_path):
    (tmp_path / "one").write_text("one")
    monkeypatch.setattr(Bucket, "exists", lambda self, key: False)
    assert [default_storage.put_new(tmp_path / "one", "sales.pdf") for _ in range(2)] == [True, False]


def test_a_large_file_that_was_never_sent_whole_is_forgotten(object_store):
    place = {"Bucket": default_storage.bucket_name, "Key": "files/originals/large"}
    upload = object_store.client.create_multipart_upload(**place)["UploadId"]
    object_store.client.list_parts(**place, UploadId=upload)
    storage.clear_scratch(older_than=3600)  # moto says of each that it began in 2010
    with pytest.raises(ClientError):
        object_store.client.list_parts(**place, UploadId=upload)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("s3://key:secret@no-such?endpoint={endpoint}", "the object store has no bucket no-such"),
        ("s3://key:secret@files?endpoint=http://127.0.0.1:{port}", "does not answer (EndpointConnectionError)"),
    ],
)
def test_a_store_that_cannot_be_used_is_a_fault_in_words_and_warned_of(settings, object_store, caplog, address, words):
    at(settings, address.format(endpoint=object_store.endpoint, port=free_port()))
    began = datetime.now(UTC)
    assert words in storage.fault()
    assert datetime.now(UTC) - began < timedelta(seconds=5)
    with pytest.raises(storage.Unreachable):
        storage.opened(f"{FOLDER}/report.txt")
    with pytest.raises(storage.Unreachable):
        storage.path_of(FOLDER)
    with caplog.at_level(logging.ERROR):
        check.warn()
    assert words in caplog.text and "STORAGE_URL" in caplog.text and "secret" not in caplog.text


def test_what_cannot_be_deleted_now_is_no_error(settings):
    at(settings, f"s3://key:secret@files?endpoint=http://127.0.0.1:{free_port()}")
    storage.delete(FOLDER)


def test_a_bucket_that_may_only_be_read_is_a_fault_in_words(settings, object_store, bucket):
    put(FOLDER, report="pages")
    forget_copies()
    with proxy.before(object_store.endpoint) as store:
        at(settings, f"s3://key:secret@{default_storage.bucket_name}/files?endpoint={store.endpoint}")
        store.trouble = "read-only"
        assert "does not let this key do that" in storage.fault()
        assert read(f"{FOLDER}/report.txt") == b"pages"


@pytest.mark.parametrize("trouble", ["broken", "cut"])
def test_a_store_that_answers_badly_gives_nobody_half_a_file(settings, object_store, trouble):
    put(FOLDER, report="pages" * 1000)
    forget_copies()
    with proxy.before(object_store.endpoint) as store:
        at(settings, f"s3://key:secret@{default_storage.bucket_name}/files?endpoint={store.endpoint}")
        store.trouble = trouble
        with pytest.raises(storage.Unreachable):
            storage.path_of(FOLDER)
        with pytest.raises(storage.Unreachable):
            read(f"{FOLDER}/report.txt")
        assert not cache.path_of(FOLDER).exists() and list(local.scratch_root().iterdir()) == []
        store.trouble = ""
        assert (storage.path_of(FOLDER) / "report.txt").read_bytes() == b"pages" * 1000


def test_the_operators_own_keys_are_used(settings, monkeypatch, bucket):
    for name, value in (("AWS_ACCESS_KEY_ID", "theirs"), ("AWS_SECRET_ACCESS_KEY", "secret")):
        monkeypatch.setenv(name, value)
    at(settings, bucket.replace("key:s%2Fcret@", ""))
    credentials = default_storage.connection.meta.client._get_credentials()
    assert credentials.access_key == "theirs" and isinstance(default_storage._session, boto3.Session)
