"""A real HTTP server of this machine that answers as a test says, also badly."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Request(BaseHTTPRequestHandler):
    """One request; what a test says is called with it."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(length)
        self.server.asked.append(self)
        answer = self.server.answers.get(self.path.partition("?")[0])
        if answer:
            answer(self)
        else:
            self.say(b"nothing here", status=404)

    do_GET = do_POST = answer  # noqa: N815 (the library's names)

    def say(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """`headers`: written with _ for -."""
        self.begin(status, Content_Length=str(len(body)), **headers)
        self.wfile.write(body)

    def begin(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        """A part of a body that was begun with `Transfer_Encoding="chunked"`; the empty one is the last."""
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *args) -> None:
        """A test asks `asked`."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Request)
        # Wakes answers that wait for the end of the test.
        self.ended = threading.Event()
        self.forget()

    def forget(self) -> None:
        self.answers: dict[str, Callable[[Request], None]] = {}
        self.asked: list[Request] = []

    def handle_error(self, request, client_address) -> None:
        """Clients that hang up are what is tested."""

    @property
    def port(self) -> int:
        return self.server_address[1]

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        scheme = "https" if isinstance(self.socket, ssl.SSLSocket) else "http"
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Server]:
    """`certificate`: a file of `write_certificate`; the server then speaks HTTPS."""
    server = Server()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def write_certificate(path: Path, *names: str, ended: bool = False) -> Path:
    """A certificate, signed by itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    subjects = [x509.DNSName(name) for name in names if not name[0].isdigit()]
    subjects += [x509.IPAddress(ip_address(name)) for name in names if name[0].isdigit()]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 9 * DAY)
        .not_valid_after(now - DAY if ended else now + DAY)
        .add_extension(x509.SubjectAlternativeName(subjects), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(written)
    return path
