"""What the portal knows of a person besides Django's account, and the invitations by which people get one."""

import uuid
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from reports import paper, shared_time
from reports.models.group import Group, Role

INVITATION_LIFE = timedelta(days=7)
# What a user name takes, which an invited person's address becomes.
MOST_ADDRESS = 150


class Theme(models.TextChoices):
    SYSTEM = "", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Profile(models.Model):
    """How somebody wants to be served.  An empty language is the browser's, an empty time zone the portal's.

    wants_notices: an email when a report that took long has ended.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    paper = models.CharField(max_length=8, choices=paper.NAMES, default=paper.USUAL)
    wants_notices = models.BooleanField(default=False)
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)

    def __str__(self) -> str:
        return str(self.person)


class Invitation(models.Model):
    """A way to an account, and into a group, for whoever reads the mail of an address.

    email: in small letters.  group: None for an account alone.  sent_at: when a worker gave the email to the mail
    server; None until then.  accepted_at, person: who has used it, and when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=MOST_ADDRESS)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations")
    role = models.CharField(max_length=8, choices=Role, default=Role.READER)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="accepted_invitations"
    )

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["email"])]

    def __str__(self) -> str:
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= shared_time.now()

    @property
    def token(self) -> str:
        """The secret of its link.  It is stored nowhere: the portal's key makes it of this row, anew for each time it
        is sent."""
        content = f"{self.pk} {self.email} {self.expires_at.timestamp()}"
        return salted_hmac("reports.invitation", content, algorithm="sha256").hexdigest()

    def is_opened_by(self, token: str) -> bool:
        return constant_time_compare(token, self.token)


@cache
def time_zones() -> frozenset[str]:
    """The names of all that this machine knows."""
    return frozenset(available_timezones())


def profile_of(person: AbstractBaseUser) -> Profile:
    """Theirs, or an empty one that is not stored."""
    try:
        return person.profile
    except Profile.DoesNotExist:
        return Profile(person=person)


def time_zone_of(person: AbstractBaseUser) -> str:
    name = profile_of(person).time_zone
    return name if name in time_zones() else settings.TIME_ZONE


def language_of(person: AbstractBaseUser) -> str:
    """What they have chosen; empty when they leave it to their browser."""
    language = profile_of(person).language
    return language if language in dict(settings.LANGUAGES) else ""


def name_of(person: AbstractBaseUser) -> str:
    return person.get_full_name() or person.get_username()


def account_of(text: str) -> AbstractBaseUser | None:
    """By its user name, or by its address in capital or small letters; None when several accounts have the address."""
    accounts = get_user_model().objects.select_related("profile")
    named = accounts.filter(username=text).first()
    if named or not text:
        return named
    found = accounts.filter(email__iexact=text)[:2]
    return found[0] if len(found) == 1 else None
