"""Data that people brought, and the immutable snapshots taken of it."""

import uuid
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.columns import Column
from reports.models.access import Shared, SharedQuerySet
from reports.models.description import Description
from reports.models.job import Job, JobQuerySet, State
from reports.problems import in_words


class Code(models.TextChoices):
    """The modules of `reports.sources` that read without a file."""

    QUERY = "query", _("Database query")
    COMBINATION = "combination", _("Combination")
    API = "api", _("Web address")


class DatasetQuerySet(SharedQuerySet):
    def held_for(self, person):
        """Those whose owner has to decide about new columns; they are news until then."""
        return self.filter(owner=person).exclude(held=None)


class Dataset(Shared):
    """A named series of snapshots.

    current: the newest one that can be used.  held: a newer one that would break definitions, until somebody decides;
    held_told: whether the owner has been written to about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    current = models.ForeignKey("Snapshot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    held = models.ForeignKey("Snapshot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    held_told = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_dataset_of_a_name_per_person")]

    objects = DatasetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def decide(self, held: "Snapshot", *, use: bool) -> bool:
        """Whether what was held back is now used, or left; not when it is another one by now."""
        used = {"current": held} if use else {}
        return Dataset.objects.filter(pk=self.pk, held=held).update(held=None, held_told=False, **used) == 1


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
                self._come_into_use()
                if self.rows:
                    Description.objects.create(snapshot=self, owner=self.owner)
            return advanced

    def _come_into_use(self) -> None:
        """Unless a newer one has, or definitions of which reports can be made now would break: then it is held back."""
        from reports.models.definition import Definition  # which knows datasets

        # Two versions that become ready at once take turns: the second one sees what the first one did.
        dataset = Dataset.objects.select_for_update().filter(pk=self.dataset_id).first()
        if dataset is None or (dataset.current and dataset.current.number > self.number):
            return
        newer = dataset.held if dataset.held and dataset.held.number > self.number else None
        breaks = dataset.current and any(broken.may_print for broken in Definition.objects.newly_broken_by(self))
        if breaks:
            dataset.held = newer or self
        else:
            dataset.current, dataset.held = self, newer
        # Of one that is held back after another the owner has been told.
        dataset.held_told = dataset.held_told and dataset.held is not None
        dataset.save(update_fields=["current", "held", "held_told"])
