"""The mail server that `EMAIL_URL` names."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Scheme -> its port; the first talks openly, the second turns to TLS, the third begins with it.
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Server(NamedTuple):
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    scheme: str = ""


def server_at(url: str) -> Server:
    """None of its fields is filled when there is none.  Raises ImproperlyConfigured for what is no such address."""
    if not url:
        return Server()
    try:
        address = urlsplit(url)
        port = address.port or PORTS[address.scheme]
    except (KeyError, ValueError):
        port = 0
    if not port or not address.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+starttls://user:password@host:587, or be empty")
    user, password = unquote(address.username or ""), unquote(address.password or "")
    return Server(address.hostname, port, user, password, address.scheme)
