"""A Redis with a password, behind TLS: a report is made through it, and nobody else is let in."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from kombu.exceptions import OperationalError

from portal import run
from portal.celery import app
from reports.models import State
from tests import processes
from tests.brokers import broker_at
from tests.browser.conftest import orders_of
from tests.factories import PersonFactory
from tests.faults.asking import ask
from tests.http_server import write_certificate

pytestmark = pytest.mark.thorough
PASSWORD = "p@ss/word: 7"


@contextmanager
def tls(certificate: Path, target: Path) -> Iterator[int]:
    """The port at which TLS ends, and what comes is handed on to a socket: not every Redis was built with it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=hand_on, args=(listener.accept()[0],), daemon=True).start()

    def hand_on(raw: socket.socket) -> None:
        redis = socket.socket(socket.AF_UNIX)
        with suppress(OSError), closing(redis), closing(context.wrap_socket(raw, server_side=True)) as client:
            redis.connect(str(target))
            threading.Thread(target=copy, args=(redis, client), daemon=True).start()
            copy(client, redis)

    def copy(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while some := source.recv(1 << 16):
                sink.sendall(some)
            sink.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=serve, daemon=True).start()
    with closing(listener):
        yield listener.getsockname()[1]


@pytest.fixture
def address(tmp_path) -> Iterator[str]:
    certificate, path = write_certificate(tmp_path / "ca.pem", "127.0.0.1"), tmp_path / "redis.sock"
    server = [run.redis_server(), "--port", 0, "--unixsocket", path, "--save", "", "--requirepass", PASSWORD]
    redis = processes.running("redis-tls", [*server, "--dir", tmp_path], ready="eady to accept")
    with redis, tls(certificate, path) as port:
        trust = f"ssl_cert_reqs=required&ssl_ca_certs={quote(str(certificate))}"
        yield f"rediss://:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/0?{trust}"


def test_a_report_is_made_through_it(transactional_db, address):
    dataset = orders_of(PersonFactory(), "Orders", 20)
    with processes.worker(name="tls", BROKER_URL=address, RESULT_URL=address), broker_at(address):
        report = ask(dataset)
        processes.wait_until(lambda: not _again(report).is_unfinished, "the report is made")
    assert _again(report).state == State.READY


def _again(report):
    report.refresh_from_db()
    return report


def test_whoever_has_another_password_or_authority_is_not_let_in(address, tmp_path):
    other = write_certificate(tmp_path / "other.pem", "127.0.0.1")
    for wrong in (address.replace(quote(PASSWORD, safe=""), "guess"), address.replace("ca.pem", other.name)):
        with broker_at(wrong), app.connection_for_write() as connection, pytest.raises(OperationalError):
            connection.ensure_connection(max_retries=1, timeout=2)
