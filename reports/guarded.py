"""Asking other people's servers over HTTP, at addresses that other people chose.

The name of a host is resolved once, all its addresses are checked (reports/networks.py), and the connection goes to
one of those that were checked: a name that means something else a moment later changes nothing.  TLS still asks for
the name.  Redirects are followed one by one, each as careful as the first address.  No proxy, cookie or password of
the environment has a part in it.  Everything has a time-out, and an answer a largest size, also unpacked.
"""

import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from threading import Timer

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError
from urllib3.response import HTTPResponse
from urllib3.util import Url

from reports.networks import checked, led_to, origin_of, port_of, read_address, resolve, without
from reports.problems import Problem

# Its warnings name addresses, in which a secret may be.
logging.getLogger("urllib3").setLevel(logging.ERROR)

MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 1 << 16
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# Headers that say where a request goes and where it ends: nobody else may write them.
OWN_HEADERS = {"host", "connection", "content-length", "transfer-encoding", "expect", "te", "trailer", "upgrade"}
MEGABYTE = 1 << 20
# What OpenSSL calls a certificate that has expired, and one of another host.
EXPIRED, OTHER_NAMES = 10, {62, 64}


@dataclass(frozen=True)
class Limits:
    """Seconds for a connection, for each piece of an answer, and for all of it with its redirects; bytes, unpacked."""

    connect: float = 10
    read: float = 30
    total: float = 300
    most_bytes: int = 100 * MEGABYTE


class Answer:
    """What a server answered.  `address`: where redirects led; `headers` know neither upper nor lower case."""

    def __init__(self, response: HTTPResponse, target: Url, limits: Limits, clock: "_Clock"):
        self.status, self.headers = response.status, response.headers
        self.address, self.host = target.url, target.host
        self._response, self._limits, self._clock = response, limits, clock

    def chunks(self) -> Iterator[bytes]:
        """The body, unpacked, as it comes in.  Raises Problem `http_large` and those of `ask`."""
        size = 0
        while chunk := self._read():
            size += len(chunk)
            if size > self._limits.most_bytes:
                raise Problem("http_large", host=self.host, megabytes=self._limits.most_bytes // MEGABYTE)
            yield chunk

    def body(self) -> bytes:
        """All of it."""
        return b"".join(self.chunks())

    def expect_success(self) -> None:
        """Raises Problem `http_denied`, `http_busy`, `http_failed`, `http_status`."""
        if 200 <= self.status < 300:
            return
        code = {401: "http_denied", 403: "http_denied", 429: "http_busy", 503: "http_busy"}.get(self.status)
        code = code or ("http_failed" if self.status >= 500 else "http_status")
        raise Problem(code, host=self.host, status=str(self.status))

    def _read(self) -> bytes:
        with _in_words(self.host, self._limits, self._clock):
            return self._response.read1(CHUNK)


@contextmanager
def ask(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    secret_parameters: Mapping[str, str] | None = None,
    body: bytes | None = None,
    limits: Limits | None = None,
    resolve: Callable[[str, int], list[str]] = resolve,
) -> Iterator[Answer]:
    """Ask a server; the answer is read inside the `with`.  An answer of any status is an answer: `expect_success`.

    `headers` are sent wherever redirects lead, `secrets` (headers, too) to the scheme, host and port of the address
    only.  `secret_parameters` are in the address already; a redirect to elsewhere loses them, for servers like to
    repeat what they were asked.  Redirects of a GET are followed; another method would have to be repeated.

    Raises Problem `http_address`, `http_credentials`, `http_header`, `http_header_own`, `http_name`, `http_closed`,
    `http_port`, `http_unreachable`, `http_certificate`, `http_certificate_expired`, `http_certificate_name`,
    `http_tls`, `http_time`, `http_total`, `http_broken`, `http_onward`, `http_redirects`.
    """
    limits = limits or Limits()
    clock = _Clock(limits.total)
    target = read_address(address)
    home = origin_of(target)
    expect_headers({**(headers or {}), **(secrets or {})})
    sent = {"User-Agent": "Prelo", "Accept-Encoding": "gzip, deflate", **(headers or {}), **(secrets or {})}
    for _hop in range(MOST_REDIRECTS + 1):
        with _exchange(method, target, sent, body, limits, clock, resolve) as answer:
            onward = answer.headers.get("Location") if method == "GET" and answer.status in REDIRECTS else None
            if onward is None:
                yield answer
                return
        target = led_to(target.url, onward)
        if origin_of(target) != home:
            sent = {name: value for name, value in sent.items() if name not in (secrets or {})}
            target = without(target, secret_parameters or {})
    raise Problem("http_redirects", host=target.host, limit=MOST_REDIRECTS)


def expect_headers(headers: Mapping[str, str]) -> None:
    """Raises Problem `http_header`, `http_header_own` when one of them cannot be sent."""
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            raise Problem("http_header", name=name)
        if name.lower() in OWN_HEADERS:
            raise Problem("http_header_own", name=name)


class _Clock:
    """Counts the time in all, and cuts the connection when it is over: a server that sends a byte now and then would
    never meet another time-out."""

    def __init__(self, seconds: float):
        self.end, self.over = time.monotonic() + seconds, False

    def left(self) -> float:
        return max(self.end - time.monotonic(), 0.001)

    @contextmanager
    def running(self, connection: HTTPConnection) -> Iterator[None]:
        timer = Timer(self.left(), self._cut, [connection.sock])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self, connected: socket.socket) -> None:
        self.over = True
        try:
            # TLS's own shutdown is not for two threads.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)
        except OSError:  # it has been closed
            return


@contextmanager
def _exchange(method, target: Url, headers: dict, body, limits: Limits, clock: _Clock, resolve) -> Iterator[Answer]:
    connection = _connect(target, limits, clock, checked(target, min(limits.connect, clock.left()), resolve))
    try:
        with clock.running(connection):
            with _in_words(target.host, limits, clock):
                connection.timeout = limits.read
                connection.request(
                    method, target.request_uri, body, {"Host": target.netloc, **headers}, preload_content=False
                )
                response = connection.getresponse()
            yield Answer(response, target, limits, clock)
    finally:
        connection.close()


def _connect(target: Url, limits: Limits, clock: _Clock, addresses: list[str]) -> HTTPConnection:
    """To the first of the addresses that accepts a connection."""
    for place, address in enumerate(addresses, 1):
        connection = _connection(target, address, min(limits.connect, clock.left()))
        try:
            with _in_words(target.host, limits, clock):
                connection.connect()
            return connection
        except Problem as problem:
            connection.close()
            if place == len(addresses) or problem.code not in ("http_unreachable", "http_time"):
                raise
    raise Problem("http_name", host=target.host)


def _connection(target: Url, address: str, seconds: float) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(address, port_of(target), timeout=seconds)
    name = target.host.strip("[]")
    # Trusts whom the machine trusts; SSL_CERT_FILE names others.
    return HTTPSConnection(
        address, port_of(target), timeout=seconds, server_hostname=name, ssl_context=ssl.create_default_context()
    )


@contextmanager
def _in_words(host: str, limits: Limits, clock: _Clock) -> Iterator[None]:
    """Turns what may happen on the way into Problems; around nothing but the connection itself."""
    try:
        yield
    except (HTTPError, HTTPException, OSError) as error:
        raise _total(host, limits) if clock.over else _problem(error, host, limits) from error
    if clock.over:
        raise _total(host, limits)


def _total(host: str, limits: Limits) -> Problem:
    return Problem("http_total", host=host, seconds=limits.total)


def _problem(error: Exception, host: str, limits: Limits) -> Problem:
    match error:
        # It is a ConnectTimeoutError, too.
        case NewConnectionError():
            return Problem("http_unreachable", host=host)
        case ConnectTimeoutError():
            return Problem("http_time", host=host, seconds=limits.connect)
        case ReadTimeoutError() | TimeoutError():
            return Problem("http_time", host=host, seconds=limits.read)
        case ssl.SSLCertVerificationError(verify_code=code):
            expired, other = code == EXPIRED, code in OTHER_NAMES
            which = "http_certificate_expired" if expired else "http_certificate_name" if other else "http_certificate"
            return Problem(which, host=host)
        case ssl.SSLError():
            return Problem("http_tls", host=host)
    return Problem("http_broken", host=host)
