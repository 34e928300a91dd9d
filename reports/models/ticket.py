"""What is to be made, of which data and how: what a report and a burst have in common."""

from django.db import models

from reports.models.brand import Logo
from reports.models.dataset import Snapshot
from reports.models.definition import Definition, DefinitionVersion
from reports.models.group import Group
from reports.models.job import UNFINISHED, Job, JobQuerySet, State
from reports.problems import Problem


class TicketQuerySet(JobQuerySet):
    def due(self, now):
        """What is to be made of data that is still being read waits for it."""
        return super().due(now).exclude(snapshot__state__in=UNFINISHED)


class Ticket(Job):
    """group: whose members may read what is made, besides its owner.
    definition, version: what it is made from, if from a definition; definition_name stays when they are deleted.
    brand: its group's looks when it was asked for (`Brand.as_json`), of which `logo` is a part; empty: the usual ones.
    options: what the kind's form made of the person's choices.
    parameters: what was answered to the definition's questions, [{"label", "type", **filter}]
        (`reports.kinds.filters`).
    snapshot: the data it is pinned to, which may still have to be read; None once the dataset has been deleted.
    time_zone: in which its times are printed, an IANA name.
    """

    again_of = None
    sample: int | None = None

    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss")
    definition = models.ForeignKey(
        Definition, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss"
    )
    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss"
    )
    definition_name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=120)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.SET_NULL, null=True, related_name="%(class)ss")
    dataset_name = models.CharField(max_length=120)
    options = models.JSONField(default=dict, blank=True)
    parameters = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=12)
    time_zone = models.CharField(max_length=64)
    brand = models.JSONField(default=dict, blank=True)
    logo = models.ForeignKey(Logo, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def data(self) -> str:
        """The storage key of its rows.  Raises Problem when they are not there any more, could not be read anew, are
        not for its owner, or lack columns."""
        if self.snapshot is None:
            raise Problem("dataset_gone")
        if self.snapshot.state == State.EXPIRED:
            raise Problem("data_expired")
        if self.snapshot.state != State.READY:
            raise self._not_refreshed()
        if not self.may_be_made:
            raise Problem("data_not_shared")
        lost = self.version.lost_from(self.snapshot.columns) if self.version else []
        if lost:
            problem = lost.problem(self.dataset_name)
            is_held = self.snapshot_id == self.snapshot.dataset.held_id
            raise Problem("refresh_held", reason=problem.as_json()) if is_held else problem
        return self.snapshot.data

    def _not_refreshed(self) -> Problem:
        if self.snapshot.state == State.FAILED:
            return Problem("refresh_failed", reason=self.snapshot.problem)
        return Problem("refresh_cancelled")

    @property
    def has_data(self) -> bool:
        """Whether what it was made of is still there."""
        return self.snapshot is not None and self.snapshot.state != State.EXPIRED

    @property
    def waits_for_data(self) -> bool:
        """Whether the data that it was asked for with is still being read."""
        return self.snapshot is not None and self.snapshot.is_unfinished

    @property
    def may_be_made(self) -> bool:
        """Whether its owner still sees the data, or is lent it by a definition whose owner does."""
        data = Snapshot.objects.filter(pk=self.snapshot_id)
        if data.visible_to(self.owner).exists():
            return True
        definition = Definition.objects.visible_to(self.owner).filter(pk=self.definition_id).first()
        return definition is not None and data.visible_to(definition.owner).exists()
