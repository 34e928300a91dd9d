"""What stands before an object store, and passes on what is asked, or answers badly, as a test says."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

CODES = {"broken": (500, "InternalError"), "read-only": (403, "AccessDenied")}


class Proxy(ThreadingHTTPServer):
    """trouble: "" (none), "broken", "read-only", "cut" (half of what one asks for comes), or "silent"."""

    daemon_threads = True
    trouble = ""

    def __init__(self, endpoint: str):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = urlsplit(endpoint).netloc
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"
        self.ended = threading.Event()

    def go_on(self) -> None:
        """Those that were told nothing are now."""
        self.ended.set()
        self.ended = threading.Event()

    def handle_error(self, request, client_address) -> None:
        """Clients that hang up are what is tested."""


@contextmanager
def before(endpoint: str) -> Iterator[Proxy]:
    proxy = Proxy(endpoint)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.ended.set()
        proxy.shutdown()
        proxy.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        trouble = self.server.trouble
        if trouble == "silent":
            self.server.ended.wait()
        elif trouble == "broken" or (trouble == "read-only" and self.command != "GET"):
            status, code = CODES[trouble]
            self.say(status, [], f"<Error><Code>{code}</Code></Error>".encode())
        else:
            self.pass_on(body, cut=trouble == "cut" and self.command == "GET" and "?" not in self.path)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815 (the library's names)

    def handle_expect_100(self) -> bool:
        return True

    def pass_on(self, body: bytes, *, cut: bool) -> None:
        store = http.client.HTTPConnection(self.server.store)
        store.request(self.command, self.path, body, dict(self.headers))
        answer = store.getresponse()
        content = answer.read()
        self.say(answer.status, answer.getheaders(), content, cut=cut)
        store.close()

    def say(self, status: int, headers: list, body: bytes, *, cut: bool = False) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        length = dict(headers).get("Content-Length", len(body)) if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = cut

    def log_message(self, *args) -> None:
        """Nobody reads it."""
