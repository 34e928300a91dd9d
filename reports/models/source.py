"""Where the data of a dataset comes from, when nobody brings it as a file, and the databases that may be asked."""

import uuid
from datetime import timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports import shared_time
from reports.models.access import EDITORS, groups_of
from reports.models.dataset import Code, Dataset, Snapshot
from reports.models.group import Group
from reports.problems import Problem
from reports.sealed import unseal


class ConnectionQuerySet(models.QuerySet):
    def queryable_by(self, person):
        """Those that a person may write queries for: staff all, authors and managers those of their groups."""
        if person.is_staff:
            return self
        return self.filter(groups__in=groups_of(person, *EDITORS)).distinct()


class Connection(models.Model):
    """A database that staff registered.

    address: SQLAlchemy's, without a password; password: sealed (`reports.sealed`), and never shown again.
    groups: whose authors and managers may query it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    address = models.CharField(max_length=500)
    password = models.TextField(blank=True)
    groups = models.ManyToManyField(Group, blank=True, related_name="connections")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def open_password(self) -> str:
        """Raises Problem `secret_unsealable`."""
        return _unsealed(self.password)


class Refresh(models.TextChoices):
    """When a dataset is read anew."""

    HAND = "hand", _("When somebody asks for it")
    EACH = "each", _("Before each report")
    AGE = "age", _("Before a report, when it is older than …")


class Source(models.Model):
    """Where the rows of a dataset come from.

    settings: what the module of its code reads (`reports.sources`).  secret: sealed, such as the token of an address.
    connection: the database of a query; None once staff have deleted it.
    most_minutes: how old the data of a report may be, when it is refreshed by AGE.
    """

    id = models.BigAutoField(primary_key=True)
    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, related_name="source")
    code = models.CharField(max_length=12, choices=Code)
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, blank=True, related_name="sources")
    refresh = models.CharField(max_length=4, choices=Refresh, default=Refresh.HAND)
    most_minutes = models.PositiveIntegerField(default=60, validators=[MinValueValidator(1)])

    def __str__(self) -> str:
        return str(self.dataset)

    @property
    def pinned(self) -> dict:
        """What a snapshot keeps of it: an edit changes nothing that has been asked for before."""
        return {**self.settings, "connection": str(self.connection_id)} if self.connection_id else self.settings

    @property
    def open_secret(self) -> str:
        """Raises Problem `secret_unsealable`."""
        return _unsealed(self.secret)

    def is_fresh(self, snapshot: Snapshot) -> bool:
        """Whether a report may be made of a snapshot as it is."""
        if self.refresh != Refresh.AGE:
            return self.refresh == Refresh.HAND
        return shared_time.now() - snapshot.requested_at <= timedelta(minutes=self.most_minutes)


def _unsealed(sealed: str) -> str:
    try:
        return unseal(sealed)
    except Problem:
        raise Problem("secret_unsealable") from None
