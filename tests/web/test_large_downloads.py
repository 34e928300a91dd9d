"""A large PDF passes through a real web server in little memory, and slow readers keep nobody waiting."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal import env, stores
from reports import storage
from reports.storage import cache
from tests import processes
from tests.delivery.sending import ready_report

pytestmark = [pytest.mark.thorough, pytest.mark.django_db(transaction=True)]

MEGABYTE = 1 << 20
SIZE = 300 * MEGABYTE
# What a web process may take more at its worst, while it sends such a file.
MOST_BYTES = 24 * MEGABYTE
SLOW_READERS = 6


class Portal:
    def __init__(self, process, address: str):
        self.process, self.address = process, urlsplit(address)
        self.client = Client()

    def worker(self) -> int:
        (pid,) = processes.descendants(self.process.pid)
        return pid

    def most_bytes(self) -> int:
        status = Path(f"/proc/{self.worker()}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def asked(self, path: str) -> socket.socket:
        cookie = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        head = f"GET {path} HTTP/1.1\r\nHost: {self.address.netloc}\r\nConnection: close\r\n"
        head += f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie.value}\r\n" if cookie else ""
        connection = socket.create_connection((self.address.hostname, self.address.port), timeout=60)
        connection.sendall(f"{head}\r\n".encode())
        return connection


@pytest.fixture(params=["disk", "bucket"])
def portal(request, django_db_setup, object_store, settings) -> Iterator[Portal]:
    url = object_store.bucket() if request.param == "bucket" else ""
    if url:
        settings.STORAGES = settings.STORAGES | {"default": stores.at(url, env.DATA_DIR)}
    with processes.web(STORAGE_URL=url, DEBUG="True") as (process, match):
        yield Portal(process, match[1])


@pytest.fixture
def path(portal) -> str:
    report = ready_report(bytes=SIZE)
    portal.client.force_login(report.owner)
    with storage.scratch() as folder:
        with (folder / "report.pdf").open("wb") as file:
            file.truncate(SIZE)
        storage.delete(report.artifacts["write_pdf"])
        storage.put(folder, report.artifacts["write_pdf"])
    cache.forget(report.artifacts["write_pdf"])
    return reverse("report_pdf", args=[report.pk])


def read(connection: socket.socket) -> int:
    """The bytes of an answer, without its head."""
    head, total = b"", 0
    with connection:
        while chunk := connection.recv(MEGABYTE):
            if b"\r\n\r\n" not in head:
                head += chunk
                total = len(head.partition(b"\r\n\r\n")[2])
            else:
                total += len(chunk)
    assert head.startswith(b"HTTP/1.1 200"), head[:500]
    return total


def test_a_pdf_of_300_megabytes_is_sent_in_little_memory(portal, path):
    read(portal.asked("/healthz"))
    before = portal.most_bytes()
    assert read(portal.asked(path)) == SIZE
    assert portal.most_bytes() - before < MOST_BYTES


def test_those_who_read_slowly_keep_nobody_waiting(portal, path):
    """Each of them takes a thread, of which the one process here has eight."""
    with ExitStack() as slow:
        readers = [slow.enter_context(portal.asked(path)) for _ in range(SLOW_READERS)]
        assert all(reader.recv(1) for reader in readers)
        began = time.monotonic()
        read(portal.asked("/healthz"))
        assert time.monotonic() - began < 2
        with suppress(BlockingIOError):
            assert all(reader.recv(1, socket.MSG_DONTWAIT) for reader in readers)
