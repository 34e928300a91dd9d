"""Addresses of HTTP that other people chose, and where they lead: to the open internet, or where staff allow it.

Whoever may name an address could otherwise have Prelo ask machines that only Prelo can reach.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from threading import Thread
from urllib.parse import parse_qsl, urljoin

from django.conf import settings
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from reports.problems import Problem

PORTS = {"http": 80, "https": 443}
IPv4, IPv6 = ipaddress.IPv4Address, ipaddress.IPv6Address


def _networks(text: str) -> list:
    return [ipaddress.ip_network(network) for network in text.split()]


# What IANA lists as special, private, reserved or multicast, and the one public address (Azure's) that only machines
# of a data centre can reach.  The lists of Python's `ipaddress` differ between its versions.
CLOSED = _networks(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
    "2001::/23 2001:db8::/32 2002::/16 3fff::/20"
)
# Of IPv6, this is all that is in use between networks; 2001::/23 and 2002::/16 above wrap addresses of IPv4.
(OPEN_6,) = _networks("2000::/3")
# Networks that know IPv6 only reach each address of IPv4 under this prefix.
(NAT64,) = _networks("64:ff9b::/96")
# Where the open internet serves HTTP.  Elsewhere it is rather a mail server that is to be talked to.
OPEN_PORTS = {80, 443, 8080, 8443}


def read_address(address: str) -> Url:
    """An address of HTTP in its parts, written as it is sent.  Raises Problem `http_address`, `http_credentials`."""
    try:
        target = parse_url(address)
    except LocationParseError:
        raise Problem("http_address", address=address) from None
    if target.scheme not in PORTS or not target.host or any(letter <= " " for letter in address):
        raise Problem("http_address", address=address)
    if target.auth is not None:
        raise Problem("http_credentials", host=target.host)
    return target._replace(fragment=None)


def led_to(address: str, reference: str) -> Url:
    """Where a server that was asked at `address` leads on to.

    Raises Problem `http_onward`, which does not quote it: a secret may be in it.
    """
    try:
        return read_address(urljoin(address, reference))
    except (ValueError, Problem):
        raise Problem("http_onward", host=read_address(address).host) from None


def without(target: Url, parameters: Mapping[str, str]) -> Url:
    """The address without these parameters, where they have these values."""
    parts = (target.query or "").split("&")
    kept = [part for part in parts if parameters.items().isdisjoint(parse_qsl(part, keep_blank_values=True))]
    return target._replace(query="&".join(kept) or None)


def port_of(target: Url) -> int:
    return target.port or PORTS[target.scheme]


def origin_of(target: Url) -> tuple[str, str, int]:
    """Whom a secret is meant for."""
    return target.scheme, target.host, port_of(target)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the machine orders them.  Raises OSError, UnicodeError."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def checked(target: Url, seconds: float, resolve: Callable[[str, int], list[str]]) -> list[str]:
    """The addresses of the target's host, all of which may be asked; to be connected to as they are, so that the name
    cannot mean something else a moment later.

    Raises Problem `http_name`, `http_closed`, `http_port`, `http_time`.
    """
    host, port = target.host.strip("[]"), port_of(target)
    try:
        addresses = _in_time(seconds, lambda: resolve(host, port))
    except TimeoutError:
        raise Problem("http_time", host=target.host, seconds=round(seconds)) from None
    except (OSError, UnicodeError):
        raise Problem("http_name", host=target.host) from None
    if may_ask(host, port, addresses, settings.ALLOWED_NETWORKS):
        return addresses
    if may_ask(host, PORTS["https"], addresses, settings.ALLOWED_NETWORKS):
        raise Problem("http_port", host=target.host, port=str(port))
    raise Problem("http_closed", host=target.host)


def _in_time(seconds: float, function: Callable):
    """What the function returns; TimeoutError when it takes longer, and then it is left to itself."""
    future = Future()

    def work() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future.result(seconds)


def may_ask(host: str, port: int, addresses: Iterable[str], allowed: Iterable[str]) -> bool:
    """Whether all addresses of a host may be asked at this port.

    `allowed`: names of hosts, and networks such as 10.1.0.0/16, to which neither closed networks nor ports apply.
    """
    if host.lower().rstrip(".") in {entry.lower() for entry in allowed}:
        return True
    networks = [network for network in map(_network, allowed) if network]
    plain = [_plain(ipaddress.ip_address(address)) for address in addresses]
    return all(
        any(address in network for network in networks) or (_is_open(address) and port in OPEN_PORTS)
        for address in plain
    )


def _network(entry: str):
    """None for the name of a host."""
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _plain(address: IPv4 | IPv6) -> IPv4 | IPv6:
    """IPv4 written as IPv6 is the same address."""
    return (address.version == 6 and address.ipv4_mapped) or address


def _is_open(address: IPv4 | IPv6) -> bool:
    if address in NAT64:
        return _is_open(IPv4(int(address) & 0xFFFFFFFF))
    return (address.version == 4 or address in OPEN_6) and not any(address in network for network in CLOSED)
