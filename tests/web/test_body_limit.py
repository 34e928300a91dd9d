"""How much one may send.  The clients are strict: the check against other sites reads a form, as in a browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from reports import storage
from reports.models import Dataset
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


@pytest.fixture
def stranger():
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("sign_in"))  # without the cookie that comes with a form, nothing of an answer to it is read
    return client


@pytest.fixture
def alice(stranger):
    stranger.force_login(PersonFactory(username="alice"))
    return stranger


@pytest.fixture
def kept(monkeypatch) -> list[str]:
    """The files that were written to disk on their way in."""
    names, new_file = [], TemporaryFileUploadHandler.new_file
    monkeypatch.setattr(
        TemporaryFileUploadHandler,
        "new_file",
        lambda self, *args, **more: names.append(args[1]) or new_file(self, *args, **more),
    )
    return names


def file_of(megabytes: int) -> dict:
    return {"file": SimpleUploadedFile("sales.csv", b"x" * megabytes * MEGABYTE)}


@pytest.mark.parametrize("page", ["sign_in", "set_language", "admin:login"])
def test_a_stranger_cannot_fill_the_disk(stranger, kept, page):
    answer = stranger.post(reverse(page), file_of(4))
    assert (answer.status_code, kept) == (413, [])
    assert "Nothing was stored." in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_stranger_who_brings_a_file_is_asked_to_sign_in_first(stranger, kept):
    answer = stranger.post(reverse("dataset_new"), file_of(4))
    assert (answer.status_code, kept) == (302, [])


def test_only_a_form_that_takes_a_file_may_be_long(alice, kept):
    assert alice.post(reverse("report_request"), file_of(4)).status_code == 413
    assert kept == []
    assert alice.post(reverse("dataset_new"), file_of(4)).status_code == 403
    assert kept == ["sales.csv"]


def test_a_file_that_is_too_large_is_refused_before_it_is_stored(alice, kept, settings):
    settings.MAX_UPLOAD_BYTES = 4 * MEGABYTE
    answer = alice.post(reverse("dataset_new"), file_of(6))
    assert (answer.status_code, kept) == (413, [])
    assert "A file may have 4.0\xa0MB at most." in answer.content.decode()
    assert not Dataset.objects.exists()


def test_a_file_for_which_there_is_no_room_is_refused_before_it_is_stored(alice, kept, monkeypatch):
    """It is written twice: as it comes in, and to its place."""
    monkeypatch.setattr(storage, "free_bytes", lambda: 7 * MEGABYTE)
    answer = alice.post(reverse("dataset_new"), file_of(4))
    assert (answer.status_code, kept) == (507, [])
    assert "8.0\xa0MB on the portal" in answer.content.decode() and "7.0\xa0MB are free" in answer.content.decode()
    assert alice.post(reverse("dataset_new"), file_of(3)).status_code == 403
    assert kept == ["sales.csv"]


def test_a_form_without_a_file_needs_no_room(alice, monkeypatch):
    monkeypatch.setattr(storage, "free_bytes", lambda: 0)
    assert alice.post(reverse("report_request"), {}).status_code == 403
    assert alice.get(reverse("dataset_new")).status_code == 200


def test_a_request_that_does_not_say_how_long_it_is_counts_as_empty(stranger, kept):
    content, content_type = encode_multipart(BOUNDARY, file_of(4)), MULTIPART_CONTENT
    # So gunicorn hands on what arrives in chunks.
    headers = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = stranger.generic("POST", reverse("sign_in"), content, content_type, **headers)
    assert (answer.status_code, kept) == (403, [])
