"""The audit log: who did what, and to what.

An act is written once and never changes.  It has no foreign keys, which would take it along or empty it when somebody
deletes what it is about: what there was to say is kept as text.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

MOST_WORDS = 200


class Did(models.TextChoices):
    SIGNED_IN = "signed_in", pgettext_lazy("act", "Signed in")
    NOT_SIGNED_IN = "not_signed_in", pgettext_lazy("act", "Could not sign in")
    CHANGED_PASSWORD = "password", pgettext_lazy("act", "Changed a password")
    ASKED = "asked", pgettext_lazy("act", "Asked for")
    DOWNLOADED = "downloaded", pgettext_lazy("act", "Downloaded")
    SENT = "sent", pgettext_lazy("act", "Sent")
    MADE_LINK = "made_link", pgettext_lazy("act", "Made a link")
    USED_LINK = "used_link", pgettext_lazy("act", "Downloaded by a link")
    ENDED_LINK = "ended_link", pgettext_lazy("act", "Ended a link")
    SHARED = "shared", pgettext_lazy("act", "Shared")
    UNSHARED = "unshared", pgettext_lazy("act", "Ended the sharing")
    INVITED = "invited", pgettext_lazy("act", "Invited")
    WITHDREW = "withdrew", pgettext_lazy("act", "Withdrew an invitation")
    JOINED = "joined", pgettext_lazy("act", "Joined")
    LEFT = "left", pgettext_lazy("act", "Left")
    REMOVED = "removed", pgettext_lazy("act", "Removed from a group")
    MADE_READER = "made_reader", pgettext_lazy("act", "Made a reader")
    MADE_AUTHOR = "made_author", pgettext_lazy("act", "Made an author")
    MADE_MANAGER = "made_manager", pgettext_lazy("act", "Made a manager")
    ACTIVATED = "activated", pgettext_lazy("act", "Let in again")
    DEACTIVATED = "deactivated", pgettext_lazy("act", "Deactivated")
    CHANGED_RIGHTS = "rights", pgettext_lazy("act", "Changed the rights of")
    MADE = "made", pgettext_lazy("act", "Made")
    CHANGED = "changed", pgettext_lazy("act", "Changed")
    DELETED = "deleted", pgettext_lazy("act", "Deleted")


class Place(NamedTuple):
    """Where an act stands in the log."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.pk}"


class ActQuerySet(models.QuerySet):
    def behind(self, place: Place):
        same = Q(at=place.at, pk__lt=place.pk)
        return self.filter(same | Q(at__lt=place.at), at__lte=place.at)


class Act(models.Model):
    """by_id, by: whoever did it; empty for somebody without an account, and for the portal itself.
    thing, thing_id, label: what it was done to: the name of its model, its key, and what it was called.
    detail: what else there is to say: an address, the name of a group, a format.  Never a secret, nor of the data.
    address: of the network from which it was done (`reports.lifecycle.audit`).
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    did = models.CharField(max_length=16, choices=Did)
    by_id = models.CharField(max_length=36, blank=True)
    by = models.CharField(max_length=150, blank=True)
    thing = models.CharField(max_length=16, blank=True)
    thing_id = models.CharField(max_length=36, blank=True)
    label = models.CharField(max_length=MOST_WORDS, blank=True)
    detail = models.CharField(max_length=MOST_WORDS, blank=True)
    address = models.CharField(max_length=45, blank=True)

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="acts"),
            models.Index(fields=["by", "-at", "-id"], name="acts_of_person"),
            models.Index(fields=["did", "-at", "-id"], name="acts_of_a_sort"),
            models.Index(fields=["thing", "-at", "-id"], name="acts_on_a_sort"),
            models.Index(fields=["thing_id", "-at", "-id"], name="acts_on_a_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.did} {self.label}"

    def save(self, **kwargs) -> None:
        super().save(**{**kwargs, "force_insert": True})

    @property
    def place(self) -> Place:
        return Place(self.at, self.pk)
