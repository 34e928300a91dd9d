"""An upload whose connection breaks off, before a real web server."""

import socket
import struct
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart

from reports.models import Dataset
from tests.factories import PersonFactory
from tests.processes import wait_until

TMP = Path(settings.FILE_UPLOAD_TEMP_DIR)


@pytest.fixture
def left() -> Callable[[], set[Path]]:
    """What lies there that did not before the test."""
    before = set(TMP.iterdir())
    return lambda: set(TMP.iterdir()) - before


@pytest.fixture
def upload(live_portal) -> tuple[str, bytes, bytes]:
    """Where a file is sent to; the head of the request, and its body."""
    client = Client()
    client.force_login(PersonFactory())
    client.get("/datasets/new/")
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    fields = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "client_token": uuid4(), "name": "Orders"}
    file = SimpleUploadedFile("orders.csv", b"a,b\n" + b"1,2\n" * 1_000_000)
    body = encode_multipart(BOUNDARY, {**fields, "file": file})
    head = [
        "POST /datasets/new/ HTTP/1.1",
        f"Host: {urlsplit(live_portal).netloc}",
        f"Cookie: {cookies}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        f"Content-Length: {len(body)}",
    ]
    return live_portal, "\r\n".join([*head, "\r\n"]).encode(), body


def connected(portal: str) -> socket.socket:
    parts = urlsplit(portal)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def test_half_of_a_file_is_no_file(upload, left):
    portal, head, body = upload
    with connected(portal) as connection:
        connection.sendall(head + body[: len(body) // 2])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.1 422")
    assert not Dataset.objects.exists()
    assert not left()


def test_a_connection_that_is_cut_leaves_nothing(upload, left):
    portal, head, body = upload
    with connected(portal) as connection:
        connection.sendall(head + body[: len(body) // 2])
        wait_until(left, "the file begins to be stored")
        # Without a word of farewell.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: not left(), "what had come of the file is gone", 10)
    assert not Dataset.objects.exists()


def test_the_whole_file_is_one(upload, redis_server):
    portal, head, body = upload
    with connected(portal) as connection:
        connection.sendall(head + body)
        assert connection.recv(100).startswith(b"HTTP/1.1 303")
    assert Dataset.objects.get().snapshots.get().file_bytes == 4_000_004
