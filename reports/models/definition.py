"""The choices of a request saved under a name, and every version of them."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reports.columns import NUMERIC, Column
from reports.models.access import Shared, SharedQuerySet, told, visible_to_owner
from reports.models.dataset import Dataset, Snapshot
from reports.problems import Problem


class DefinitionQuerySet(SharedQuerySet):
    def containing(self, text: str):
        """Those in whose name, description, folder or dataset every word of a text stands."""
        found = self
        for word in text.replace("\0", " ").split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(description__icontains=word)
                | Q(folder__icontains=word)
                | Q(current__dataset_name__icontains=word)
            )
        return found

    def with_data(self):
        """Each with its dataset, and with `may_print`: whether its owner may still see that."""
        data = Dataset.objects.filter(visible_to_owner(), pk=OuterRef("current__dataset"))
        rows = self.annotate(may_print=told(Q(owner__is_staff=True) | Q(Exists(data))))
        return rows.select_related("owner", "group", "current__dataset__current", "current__dataset__held")

    def broken_by(self, dataset: Dataset, columns: list[dict]) -> "list[Definition]":
        """Those from which no report can be made of a dataset with these columns."""
        known = self.filter(current__dataset=dataset).with_data()
        return [definition for definition in known if definition.current.lost_from(columns)]

    def newly_broken_by(self, snapshot: Snapshot) -> "list[Definition]":
        """The same of a snapshot, without those that the data in use has broken already."""
        broken = self.broken_by(snapshot.dataset, snapshot.columns)
        return [definition for definition in broken if not definition.current.lost]


@dataclass(frozen=True)
class Lost:
    """Names of columns that are not there any more, and of those whose type does not fit."""

    gone: list[str]
    retyped: list[str]

    @property
    def names(self) -> list[str]:
        return self.gone + self.retyped

    def problem(self, dataset: str) -> Problem:
        gone, retyped = ", ".join(self.gone), ", ".join(self.retyped)
        if not retyped:
            return Problem("definition_columns", dataset=dataset, columns=gone)
        if not gone:
            return Problem("definition_types", dataset=dataset, retyped=retyped)
        return Problem("definition_columns_types", dataset=dataset, columns=gone, retyped=retyped)


class Definition(Shared):
    """A named choice of kind, dataset and options; `current` is the newest of its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    folder = models.CharField(max_length=200, blank=True)
    current = models.ForeignKey("DefinitionVersion", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["folder", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_definition_of_a_name_per_person")]

    def __str__(self) -> str:
        return self.name


class DefinitionVersion(models.Model):
    """One state of a definition; it never changes.

    name, description, folder: as they were.  dataset: None once it has been deleted; dataset_name stays.
    options: what the kind's form made; a filter that is asked each time has `asked` (`reports.kinds.filters`).
    columns: [{"name", "type"}] of the dataset that the options name, as they were.  note: what has changed, in words.
    """

    id = models.BigAutoField(primary_key=True)
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    folder = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=32)
    dataset = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="+")
    dataset_name = models.CharField(max_length=120)
    options = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["definition", "number"], name="one_version_of_a_number")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def typed_columns(self) -> tuple[Column, ...]:
        return tuple(Column(**column) for column in self.columns)

    @property
    def title(self) -> str:
        """That of its reports."""
        return self.options.get("title") or self.name

    @property
    def lost(self) -> Lost | None:
        """What its options name and the data in use has not, if there is such a thing."""
        return self.lost_from(self.dataset.current.columns) if self.dataset and self.dataset.current else None

    @property
    def would_lose(self) -> Lost | None:
        """The same of the data that is held back."""
        return self.lost_from(self.dataset.held.columns) if self.dataset and self.dataset.held else None

    def lost_from(self, columns: list[dict]) -> Lost | None:
        """The same of data that has these columns."""
        found = {column["name"]: _sort_of(column["type"]) for column in columns}
        gone = [column["name"] for column in self.columns if column["name"] not in found]
        kept = [column for column in self.columns if column["name"] in found]
        retyped = [column["name"] for column in kept if found[column["name"]] != _sort_of(column["type"])]
        return Lost(gone, retyped) if gone or retyped else None


def _sort_of(type_: str) -> str:
    """Types that can do the same."""
    return NUMERIC[0] if type_ in NUMERIC else type_
