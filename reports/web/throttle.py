"""How often somebody who has not signed in may try something.  Why these numbers: docs/decisions/0021-throttles.md."""

from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from reports import shared_time
from reports.models import Attempt
from reports.models.person import account_of
from reports.problems import Problem

MINUTES = 15
# Wrong secrets of links, from one address.
MOST_GUESSES = 20
# The cookie of a browser in which somebody has signed in, for a year.
KNOWN, KNOWN_SECONDS = "known", 365 * 24 * 3600


class Bound(NamedTuple):
    """Of what `key` names, `most` tries count within some minutes; then no further one is looked at."""

    key: str
    most: int
    minutes: int = MINUTES


def enter(bounds: list[Bound]) -> None:
    """Count a try, before it is looked at: of hundreds that come at once no more are than of those that come one by
    one.  Raises Problem `tries_too_many`; what one bound stops does not fill the next."""
    for bound in bounds:
        Attempt.objects.count_one(bound.key, bound.minutes)
        until = Attempt.objects.blocked_until(bound.key, bound.most + 1)
        if until:
            minutes = ceil((until - shared_time.now()).total_seconds() / 60)
            raise Problem("tries_too_many", minutes=max(minutes, 2))


def leave(bounds: list[Bound]) -> None:
    """It was a good one."""
    for bound in bounds:
        Attempt.objects.take_one_back(bound.key)


# Signing in


def of_sign_in(request: HttpRequest, name: str) -> list[Bound]:
    account, address = account_of(name), client_address(request)
    if account and _is_known(request, account):
        return [Bound(f"sign-in {account.pk} known", 10)]
    who = str(account.pk) if account else _short(name)
    return [
        Bound(f"sign-in {who} {address}", 10),
        Bound(f"sign-in from {address}", 100),
        Bound(f"sign-in {who}", 100),
    ]


def know(response: HttpResponse, account: AbstractBaseUser) -> HttpResponse:
    """Whoever floods an account with tries does not keep this browser out of it."""
    response.set_signed_cookie(
        KNOWN,
        account.pk,
        salt=KNOWN,
        max_age=KNOWN_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _is_known(request: HttpRequest, account: AbstractBaseUser) -> bool:
    known = request.get_signed_cookie(KNOWN, default="", salt=KNOWN, max_age=KNOWN_SECONDS)
    return known == str(account.pk)


# New passwords, and the secrets of links


def of_password_reset(request: HttpRequest, email: str) -> list[Bound]:
    """Whether or not somebody has the address."""
    return [
        Bound(f"reset {_short(email)}", 5, minutes=60),
        Bound(f"reset from {client_address(request)}", 20, minutes=60),
    ]


def has_guessed_too_often(request: HttpRequest) -> bool:
    return Attempt.objects.blocked_until(_guesser(request), MOST_GUESSES) is not None


def count_guess(request: HttpRequest) -> None:
    Attempt.objects.count_one(_guesser(request), MINUTES)


def _guesser(request: HttpRequest) -> str:
    return f"from {client_address(request)}"


def client_address(request: HttpRequest) -> str:
    """The connection's, or what the outermost of our proxies has written into `X-Forwarded-For`; what stands before
    that, anybody may have written.  Of IPv6 it is the network of 64 bits: one person has all of it."""
    told = request.headers.get("X-Forwarded-For", "").split(",")
    by_proxies = 0 < settings.PROXIES <= len(told)
    text = told[-settings.PROXIES].strip() if by_proxies else ""
    text = text or request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(text)
    except ValueError:
        return text[:40]
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.version == 4 else str(ip_network((int(address), 64), strict=False))


def _short(text: str) -> str:
    """For a key: a name may be long, and is nobody's business."""
    return sha256(text.strip().lower().encode()).hexdigest()[:16]
