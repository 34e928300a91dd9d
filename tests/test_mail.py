"""The mail server that EMAIL_URL names."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.mail import Server, server_at
from tests.test_env import value_with


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", Server()),
        ("smtp://mail", Server("mail", 25, "", "", "smtp")),
        (
            "smtp+starttls://ana:p%40ss@mail.example.org",
            Server("mail.example.org", 587, "ana", "p@ss", "smtp+starttls"),
        ),
        ("smtps://ana@[::1]:2465", Server("::1", 2465, "ana", "", "smtps")),
    ],
)
def test_an_address_says_where_how_and_as_whom(url, server):
    assert server_at(url) == server


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail", "smtp://", "smtp://mail:port", "smtp://mail:99999"])
def test_any_other_address_is_refused_at_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like"):
        server_at(url)


def test_links_lead_to_the_public_address_without_two_slashes():
    assert value_with({"PUBLIC_URL": "https://reports.example.org/"}, "PUBLIC_URL") == "https://reports.example.org"
