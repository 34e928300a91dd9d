"""Data that people brought, and the immutable snapshots taken of it."""

import uuid
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.columns import Column
from reports.models.access import Shared
from reports.models.description import Description
from reports.models.job import Job, JobQuerySet, State
from reports.problems import in_words


class Code(models.TextChoices):
    """The modules of `reports.sources` that read without a file."""

    QUERY = "query", _("Database query")
    COMBINATION = "combination", _("Combination")
    API = "api", _("Web address")


class Dataset(Shared):
    """A named series of snapshots.  `current` is the newest one that can be used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    current = models.ForeignKey("Snapshot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_dataset_of_a_name_per_person")]

    def __str__(self) -> str:
        return self.name


class SnapshotQuerySet(JobQuerySet):
    def visible_to(self, person):
        """Those of the datasets that a person sees."""
        return self.filter(dataset__in=Dataset.objects.visible_to(person))


class Snapshot(Job):
    """One reading of a file or of another source: typed columns and rows in a Parquet file.

    original: the storage key of the file as it came; file_name is only a label.
    source_code: of the source that was read instead of a file (one of Code), with these settings.
    sheet: the one to read (XLSX); types: corrections by a person, {column name: type}.
    columns: [{"name", "type"}]; sheets: the names to choose from; notes: what was noticed while reading.
    """

    STEPS = ("read",)

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    original = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    sheet = models.CharField(max_length=255, blank=True)
    types = models.JSONField(default=dict, blank=True)
    source_code = models.CharField(max_length=12, blank=True)
    settings = models.JSONField(default=dict, blank=True)

    columns = models.JSONField(default=list, blank=True)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sheets = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="one_snapshot_of_a_number"),
            models.UniqueConstraint(fields=["owner", "client_token"], name="one_snapshot_per_request"),
        ]
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["state", "finished_at"], name="snapshots_by_age"),
            models.Index(fields=["dataset", "state", "-finished_at"], name="snapshots_of_dataset"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.number}"

    @property
    def typed_columns(self) -> tuple[Column, ...]:
        return tuple(Column(**column) for column in self.columns)

    @property
    def label(self) -> str:
        """What it was read from, in a few words."""
        return str(Code(self.source_code).label) if self.source_code else self.file_name

    @property
    def read_in(self) -> timedelta | None:
        """How long the reading took."""
        if not self.timeline:
            return None
        entry = self.timeline[-1]
        return datetime.fromisoformat(entry["finished"]) - datetime.fromisoformat(entry["started"])

    @property
    def notes_in_words(self) -> list[str]:
        return [in_words(note) for note in self.notes]

    @property
    def data(self) -> str:
        """The storage key of the Parquet file."""
        return f"{self.artifacts['read']}/data.parquet"

    def source(self) -> str | None:
        return None if self.source_code else self.original

    def fields_from(self, step: str, facts: dict) -> dict:
        names = ("rows", "columns", "bytes", "sheets", "notes")
        return {**{name: facts[name] for name in names}, "sheet": facts["sheet"] or ""}

    def advance(self, facts: dict, folder: str) -> bool:
        with transaction.atomic():
            advanced = super().advance(facts, folder)
            if advanced and self.state == State.READY:
                # Two versions that become ready at once take turns: the second one sees what the first one did.
                Dataset.objects.select_for_update().filter(pk=self.dataset_id).first()
                older = Q(current=None) | Q(current__number__lt=self.number)
                Dataset.objects.filter(older, pk=self.dataset_id).update(current=self)
                if self.rows:
                    Description.objects.create(snapshot=self, owner=self.owner)
            return advanced
