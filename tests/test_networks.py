"""Which addresses Prelo may be sent to."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.networks import NAT64, checked, may_ask, read_address, resolve
from reports.problems import Problem

CLOSED = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.9.9.9",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::8.8.8.8",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "ff02::1",
]
OPEN = ["8.8.8.8", "172.32.0.1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2a00:1450:4001::1"]


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_no_part_of_the_open_internet_is_closed(address):
    assert not may_ask("example.org", 443, [address], [])


@pytest.mark.parametrize("address", OPEN)
def test_the_open_internet_is_open(address):
    assert may_ask("example.org", 443, [address], [])


@given(st.ip_addresses(v=4))
def test_nothing_is_open_that_python_calls_private_or_special(address):
    assert may_ask("example.org", 443, [str(address)], []) <= (address.is_global and not address.is_multicast)


@given(st.ip_addresses(v=6))
def test_of_ipv6_nothing_is_open_that_python_calls_private_or_special(address):
    if not address.ipv4_mapped and address not in NAT64:
        assert may_ask("example.org", 443, [str(address)], []) <= (address.is_global and not address.is_multicast)


def test_one_closed_address_closes_the_host():
    assert not may_ask("example.org", 443, ["8.8.8.8", "10.0.0.1"], [])


def test_staff_open_networks_and_hosts_at_every_port():
    assert may_ask("a.example.org", 5000, ["10.1.2.3"], ["10.1.0.0/16"])
    assert may_ask("a.example.org", 5000, ["::ffff:10.1.2.3"], ["10.1.0.0/16"])
    assert may_ask("A.example.org.", 5000, ["10.1.2.3"], ["a.Example.org"])
    assert not may_ask("b.example.org", 5000, ["10.1.2.3"], ["a.example.org", "10.2.0.0/16", "10.0.0.0/99"])
    assert not may_ask("b.a.example.org", 443, ["10.1.2.3"], ["a.example.org"])


@pytest.mark.parametrize(("port", "may"), [(80, True), (443, True), (8443, True), (25, False), (6379, False)])
def test_only_ports_of_the_web_are_open(port, may):
    assert may_ask("example.org", port, ["8.8.8.8"], []) is may


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org/data",
        "/data",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org:6379/_x",
        "http://",
        "http:///data",
        "http://example.org:99999/",
        "http://exam ple.org/",
        "http://example.org/\r\nHost: other",
        "http://[::1/",
        "http://[fe80::1%25lo",
    ],
)
def test_what_is_no_address_of_http_is_told(address):
    with pytest.raises(Problem) as caught:
        read_address(address)
    assert caught.value.code in ("http_address", "http_credentials")


def test_an_address_with_a_password_is_told_without_it():
    with pytest.raises(Problem) as caught:
        read_address("https://ana:secret@example.org/")
    assert caught.value.code == "http_credentials" and "secret" not in str(caught.value)


def test_an_address_is_written_as_it_is_sent():
    target = read_address("HTTPS://MÜNCHEN.example/pão?q=é#part")
    assert target.url == "https://xn--mnchen-3ya.example/p%C3%A3o?q=%C3%A9"


def problem_of(address: str, *addresses: str) -> Problem:
    return problem_with(address, lambda host, port: list(addresses))


def problem_with(address: str, resolve) -> Problem:
    with pytest.raises(Problem) as caught:
        checked(read_address(address), 5, resolve)
    return caught.value


def test_a_closed_host_is_named_and_its_address_is_not():
    problem = problem_of("http://db.example/", "10.11.12.13")
    assert problem.code == "http_closed" and "db.example" in str(problem) and "10.11" not in str(problem)


def test_a_closed_port_is_named():
    assert problem_of("http://example.org:25/", "8.8.8.8").code == "http_port"
    assert problem_of("http://example.org:25/", "10.0.0.1").code == "http_closed"


def test_a_name_that_means_nothing_is_told():
    def no_such_name(host, port):
        raise OSError("no such name")

    assert problem_with("http://nothing.invalid/", no_such_name).code == "http_name"
    # The machine itself is asked; no packet leaves it for a name that can be no name.
    assert problem_with(f"http://{'x' * 64}.invalid/", resolve).code == "http_name"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001", "localhost", "[::1]"])
def test_other_ways_to_write_this_machine_are_closed(host):
    assert problem_with(f"http://{host}/", resolve).code == "http_closed"


def test_a_resolver_that_never_answers_is_not_waited_for():
    never = threading.Event()
    with pytest.raises(Problem) as caught:
        checked(read_address("http://example.org/"), 0.05, lambda host, port: never.wait(30))
    never.set()
    assert caught.value.code == "http_time"
