"""Asking servers at addresses that people chose: real servers, and addresses that must never be asked."""

import gzip
import socket
import sys
import time
import zlib
from contextlib import ExitStack
from itertools import cycle

import pytest

from reports.guarded import Limits, ask
from reports.problems import Problem
from tests import http_server

# Addresses to which this process has begun a connection since the test began.
_connected = []
sys.addaudithook(lambda event, args: _connected.append(args[1]) if event == "socket.connect" else None)


@pytest.fixture(autouse=True)
def _nothing_is_connected_yet(server):
    _connected.clear()


@pytest.fixture
def secure(tmp_path, settings, monkeypatch):
    """Starts a server of HTTPS whose certificate the machine trusts."""
    settings.ALLOWED_NETWORKS = ["127.0.0.1"]
    with ExitStack() as started:

        def start(*names: str, ended: bool = False, trusted: bool = True):
            certificate = http_server.write_certificate(tmp_path / "server.pem", *names, ended=ended)
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            server = started.enter_context(http_server.running(certificate))
            server.answers["/"] = lambda request: request.say(b"secret figures")
            return server

        yield start


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def body_of(address: str, **more) -> bytes:
    with ask("GET", address, **more) as answer:
        answer.expect_success()
        return answer.body()


def problem_of(address: str, **more) -> Problem:
    with pytest.raises(Problem) as caught:
        body_of(address, **more)
    return caught.value


def test_an_answer_with_what_was_asked(server):
    server.answers["/data"] = lambda request: request.say(b"1,2", ETag='"a"')
    with ask(
        "POST", server.at("/data?q=1"), headers={"X-Name": "é"}, secrets={"Authorization": "t"}, body=b"{}"
    ) as answer:
        assert (answer.status, answer.headers["etag"], answer.body()) == (200, '"a"', b"1,2")
    (request,) = server.asked
    assert (request.command, request.path, request.body) == ("POST", "/data?q=1", b"{}")
    assert request.headers["Authorization"] == "t"
    assert request.headers["Host"] == f"127.0.0.1:{server.port}"


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(server):
    """The second answer of the resolver would lead to a closed address, or past the check."""
    server.answers["/"] = lambda request: request.say(b"yes")
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    assert body_of(server.at("/", "rebinding.example"), resolve=lambda host, port: next(answers)) == b"yes"
    assert _connected == [("127.0.0.1", server.port)]
    assert server.asked[0].headers["Host"] == f"rebinding.example:{server.port}"


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"])
def test_a_closed_address_is_refused_before_a_packet_is_sent(server, address):
    assert problem_of("http://closed.example/", resolve=lambda host, port: [address]).code == "http_closed"
    assert (
        problem_of("https://closed.example/", resolve=lambda host, port: ["127.0.0.1", address]).code == "http_closed"
    )
    assert not _connected


def test_this_machine_is_closed_when_nobody_allowed_it(server, settings):
    settings.ALLOWED_NETWORKS = []
    assert problem_of(server.at("/")).code == "http_closed"
    assert problem_of("http://8.8.8.8:6379/").code == "http_port"
    assert not _connected


def test_a_redirect_is_checked_like_the_first_address(server):
    for path, target in [
        ("/closed", "http://10.0.0.1/"),
        ("/metadata", "http://169.254.169.254/latest/meta-data/"),
        ("/file", "file:///etc/passwd"),
        ("/password", "http://a:b@127.0.0.1/"),
    ]:
        server.answers[path] = lambda request, target=target: request.say(status=302, Location=target)
    assert problem_of(server.at("/closed")).code == "http_closed"
    assert problem_of(server.at("/metadata")).code == "http_closed"
    assert problem_of(server.at("/file")).code == "http_onward"
    assert problem_of(server.at("/password")).code == "http_onward"
    assert set(_connected) == {("127.0.0.1", server.port)}


def test_redirects_are_followed_five_times(server):
    for number in range(6):
        server.answers[f"/{number}"] = lambda request, to=number + 1: request.say(status=307, Location=f"/{to}")
    server.answers["/6"] = lambda request: request.say(b"end")
    assert body_of(server.at("/1")) == b"end"
    assert problem_of(server.at("/0")).code == "http_redirects"


def test_only_a_get_is_repeated_elsewhere(server):
    server.answers["/"] = lambda request: request.say(status=307, Location="/other")
    with ask("POST", server.at("/"), body=b"news") as answer:
        assert answer.status == 307
    assert len(server.asked) == 1


def test_secrets_stay_with_the_host_that_they_were_given_for(server):
    secrets, headers = {"Authorization": "Bearer x", "X-Key": "y"}, {"Accept": "text/csv"}
    with http_server.running() as other:
        server.answers["/"] = lambda request: request.say(status=302, Location="/same")
        server.answers["/same"] = lambda request: request.say(status=302, Location=other.at("/other"))
        # Nor do they come back with another redirect.
        other.answers["/other"] = lambda request: request.say(status=302, Location=server.at("/back"))
        server.answers["/back"] = lambda request: request.say(b"data")
        assert body_of(server.at("/"), secrets=secrets, headers=headers) == b"data"
        requests = [*server.asked[:2], *other.asked, server.asked[2]]
    assert [request.headers["Authorization"] for request in requests] == ["Bearer x", "Bearer x", None, None]
    assert [request.headers["X-Key"] for request in requests] == ["y", "y", None, None]
    assert [request.headers["Accept"] for request in requests] == ["text/csv"] * 4


def test_a_secret_parameter_stays_with_its_host_too(server):
    """Servers like to send along what they were asked."""
    secret = {"key": "s3 cret&"}
    with http_server.running() as other:
        asked = "?a=1&key=s3+cret%26&key=another"
        server.answers["/"] = lambda request: request.say(status=301, Location="/again?key=s3+cret%26")
        server.answers["/again"] = lambda request: request.say(status=302, Location=other.at(f"/there{asked}"))
        other.answers["/there"] = lambda request: request.say(b"data")
        assert body_of(server.at("/?key=s3+cret%26"), secret_parameters=secret) == b"data"
        assert server.asked[1].path == "/again?key=s3+cret%26"
        assert other.asked[0].path == "/there?a=1&key=another"


@pytest.mark.parametrize("location", ["#a b", "http://[", "http://a:99999999/", "mailto:a@b.example"])
def test_a_redirect_to_nowhere_is_told_without_what_was_asked(server, location):
    server.answers["/"] = lambda request: request.say(status=302, Location=location)
    problem = problem_of(server.at("/?key=s3cret"))
    assert problem.as_json() == {"code": "http_onward", "params": {"host": "127.0.0.1"}}


def test_neither_proxies_nor_cookies(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server.answers["/"] = lambda request: request.say(status=302, Location="/next", Set_Cookie="a=b")
    server.answers["/next"] = lambda request: request.say(b"data")
    assert body_of(server.at("/")) == b"data"
    assert server.asked[1].headers["Cookie"] is None


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_an_answer_that_unpacks_to_too_much_is_stopped(server, pack):
    coding = "gzip" if pack is gzip.compress else "deflate"
    server.answers["/"] = lambda request: request.say(pack(b"0" * 50_000_000), Content_Encoding=coding)
    sizes = []
    with pytest.raises(Problem) as caught, ask("GET", server.at("/"), limits=Limits(most_bytes=1 << 20)) as answer:
        for chunk in answer.chunks():
            sizes.append(len(chunk))
    assert caught.value.code == "http_large"
    assert max(sizes) <= 1 << 16 and sum(sizes) <= 1 << 20


def test_an_answer_without_an_end_is_stopped(server):
    def forever(request):
        request.begin(Transfer_Encoding="chunked")
        for part in cycle([b"x" * 10_000]):
            request.chunk(part)

    server.answers["/"] = forever
    assert problem_of(server.at("/"), limits=Limits(most_bytes=100_000)).code == "http_large"


def test_a_packed_answer_is_unpacked(server):
    server.answers["/"] = lambda request: request.say(gzip.compress(b"figures " * 50_000), Content_Encoding="gzip")
    assert body_of(server.at("/")) == b"figures " * 50_000


@pytest.mark.parametrize("framing", [{"Content_Length": "100"}, {"Transfer_Encoding": "chunked"}])
def test_a_connection_that_breaks_off_is_told(server, framing):
    def break_off(request):
        request.begin(**framing)
        request.wfile.write(b"5\r\nabcde\r\n")
        request.hang_up()

    server.answers["/"] = break_off
    assert problem_of(server.at("/")).code == "http_broken"


def test_what_is_not_http_is_told(server):
    def babble(request):
        request.wfile.write(b"220 mail.example ESMTP\r\n")
        request.hang_up()

    server.answers["/"] = babble
    assert problem_of(server.at("/")).code == "http_broken"


def test_a_server_that_says_nothing_is_not_waited_for(server):
    server.answers["/"] = lambda request: server.ended.wait(30)
    problem = problem_of(server.at("/"), limits=Limits(read=0.2))
    assert problem.code == "http_time"
    assert "127.0.0.1" in str(problem)


@pytest.mark.parametrize("begin", [True, False])
def test_a_server_that_drips_is_cut_off_in_time(server, begin):
    """It meets the time-out of each piece, whether it drips its headers or its body."""

    def drip(request):
        if begin:
            request.begin(Content_Length="1000000")
        else:
            request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not server.ended.wait(0.05):
            request.wfile.write(b"x")

    server.answers["/"] = drip
    started = time.monotonic()
    assert problem_of(server.at("/"), limits=Limits(read=5, total=0.5)).code == "http_total"
    assert time.monotonic() - started < 4


def test_nobody_listens(server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        assert problem_of(address).code == "http_unreachable"


def test_the_next_address_is_tried_when_one_accepts_nothing(server, settings):
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    server.answers["/"] = lambda request: request.say(b"yes")
    assert body_of(server.at("/", "two.example"), resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"]) == b"yes"


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "http_denied"), (403, "http_denied"), (404, "http_status"), (429, "http_busy"), (500, "http_failed")],
)
def test_other_answers_than_success_are_told(server, status, code):
    server.answers["/"] = lambda request: request.say(status=status)
    problem = problem_of(server.at("/"))
    assert problem.code == code and str(status) in str(problem)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-Name": "a\r\nX-Other: b"}, "http_header"),
        ({"X-Name": "→"}, "http_header"),
        ({"X-Name: a\r\nX-Other": "b"}, "http_header"),
        ({"": "b"}, "http_header"),
        ({"hOST": "other.example"}, "http_header_own"),
        ({"Content-Length": "0"}, "http_header_own"),
        ({"Transfer-Encoding": "chunked"}, "http_header_own"),
    ],
)
def test_a_header_changes_nothing_but_itself(server, headers, code):
    assert problem_of(server.at("/"), headers=headers).code == code
    assert problem_of(server.at("/"), secrets=headers).code == code
    assert not _connected


def test_no_address_gets_into_the_logs(server, caplog):
    def garble(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nno header at all\r\n\r\n")

    server.answers["/"] = garble
    body_of(server.at("/?key=secret"))
    assert "secret" not in caplog.text


def test_a_callers_own_error_is_the_callers(server):
    server.answers["/"] = lambda request: request.say(b"data")
    with pytest.raises(OSError, match="disk"), ask("GET", server.at("/")):
        raise OSError("The disk is full")


def test_tls_asks_for_the_name_and_not_for_the_address(secure):
    server = secure("figures.example")
    assert body_of(server.at("/", "figures.example"), resolve=here) == b"secret figures"
    assert problem_of(server.at("/", "other.example"), resolve=here).code == "http_certificate_name"
    assert problem_of(server.at("/")).code == "http_certificate_name"
    assert len(server.asked) == 1


def test_tls_of_an_address(secure):
    assert body_of(secure("127.0.0.1").at("/")) == b"secret figures"


def test_an_expired_certificate_is_told(secure):
    server = secure("figures.example", ended=True)
    assert problem_of(server.at("/", "figures.example"), resolve=here).code == "http_certificate_expired"
    assert not server.asked


def test_a_certificate_that_nobody_vouches_for_is_told(secure):
    server = secure("figures.example", trusted=False)
    assert problem_of(server.at("/", "figures.example"), resolve=here).code == "http_certificate"


def test_a_server_without_tls_is_told(server):
    assert problem_of(server.at("/").replace("http:", "https:")).code == "http_tls"
