"""Whose data and reports a command deals with."""

import os
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

DEMO = "demo"
DEMO_PASSWORD = settings.DATA_DIR / "demo-password"
# Without letters and digits that look alike.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def owner_named(name: str | None) -> AbstractBaseUser:
    """The account of this name; without a name the demo account, made when it is not there yet."""
    if not name:
        return demo_account()
    try:
        return get_user_model().objects.get_by_natural_key(name)
    except get_user_model().DoesNotExist:
        raise CommandError(
            _("There is no account “%(name)s”. Create it with: manage.py createsuperuser --username %(name)s")
            % {"name": name}
        ) from None


def demo_account() -> AbstractBaseUser:
    accounts = get_user_model().objects
    if not accounts.filter(username=DEMO).exists():
        accounts.create_user(DEMO, password=_demo_password())
    return accounts.get(username=DEMO)


def _demo_password() -> str:
    """Made for this installation, and kept where only its operator can read it."""
    if not DEMO_PASSWORD.exists():
        password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
        with os.fdopen(os.open(DEMO_PASSWORD, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
    return DEMO_PASSWORD.read_text().strip()
