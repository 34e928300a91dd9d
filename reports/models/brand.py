"""How the documents of a group look: its mark, its colours, its type, and what every page says."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models, transaction

from reports.colours import ACCENT, SECOND_OF_GROUPS
from reports.models.group import Group
from reports.models.job import Job, JobQuerySet, State

LONGEST_LINE = 70


class LogoQuerySet(JobQuerySet):
    def unused(self, before: datetime):
        """Those that were brought before this moment, and that no group and no report has."""
        return self.filter(brands=None, bringers=None, reports=None, requested_at__lt=before)


class Logo(Job):
    """A picture that somebody brought, and what was made of it.  It never changes: another one is another logo.

    original: the storage key of the file as it came; file_name is only a label.
    """

    STEPS = ("draw",)

    # A logo outlives the account of whoever brought it: it is the group's.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="logos")
    original = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255)

    objects = LogoQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return self.file_name

    @property
    def folder(self) -> str:
        """The storage key of the folder with the picture."""
        return self.artifacts["draw"]

    def source(self) -> str:
        return self.original

    def fields_from(self, step: str, facts: dict) -> dict:
        return {}

    def advance(self, facts: dict, folder: str) -> bool:
        """What is ready takes the place of the logo before it, unless a newer one has been brought."""
        with transaction.atomic():
            advanced = super().advance(facts, folder)
            if advanced and self.state == State.READY:
                Brand.objects.filter(newest=self).update(logo=self)
            return advanced


class Brand(models.Model):
    """The looks of a group.  `logo` is the one in use, `newest` the one that was brought last."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="brand")
    logo = models.ForeignKey(Logo, on_delete=models.SET_NULL, null=True, blank=True, related_name="brands")
    newest = models.ForeignKey(Logo, on_delete=models.SET_NULL, null=True, blank=True, related_name="bringers")
    accent = models.CharField(max_length=7, default=ACCENT)
    second = models.CharField(max_length=7, default=SECOND_OF_GROUPS)
    face = models.CharField(max_length=80, blank=True)
    header = models.CharField(max_length=LONGEST_LINE, blank=True)
    footer = models.CharField(max_length=LONGEST_LINE, blank=True)

    def __str__(self) -> str:
        return str(self.group)

    def as_json(self) -> dict:
        """What a report keeps of it, besides the logo."""
        names = ("accent", "second", "face", "header", "footer")
        return {"name": self.group.name, **{name: getattr(self, name) for name in names}}


def brand_of(group: Group | None) -> Brand | None:
    """The looks of what a group's reports are; None: the usual ones."""
    return Brand.objects.select_related("group", "logo").filter(group=group).first() if group else None
