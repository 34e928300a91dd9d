"""Whoever asks is the one who did it, in the audit log; signing in is an act, too."""

from collections.abc import Callable

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from reports.lifecycle import audit
from reports.models.act import Did
from reports.models.person import account_of
from reports.web import throttle


class Acting:
    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.acting(request.user, throttle.client_address(request)):
            return self.get_response(request)


@receiver(user_logged_in)
def record_sign_in(user, **_) -> None:
    audit.record(Did.SIGNED_IN, person=user)


@receiver(user_login_failed)
def record_failure(credentials: dict, **_) -> None:
    """Only the name of an account is kept: what else somebody has typed there may be a password."""
    audit.record(Did.NOT_SIGNED_IN, account_of(credentials.get("username") or ""))
