"""Reports that come by themselves: the rule of a schedule, and one row for each time that it comes round."""

import uuid
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.models.access import visible_schedule
from reports.models.burst import Burst
from reports.models.dataset import Dataset
from reports.models.definition import Definition
from reports.models.job import UNFINISHED
from reports.models.report import Report
from reports.problems import Problem, in_words

MOST_RULE = 300
MOST_FIGURE = 60


class CatchUp(models.TextChoices):
    """What becomes of the times that came round while the portal did not run."""

    SKIP = "skip", _("Skip them")
    ONCE = "once", _("Make the newest one")
    ALL = "all", _("Make all of them")


class Condition(models.TextChoices):
    """When the owner is told of a report that was made."""

    ALWAYS = "always", _("Always")
    ROWS = "rows", _("When it has rows")
    ABOVE = "above", _("When a key figure is more than …")
    BELOW = "below", _("When a key figure is less than …")
    CHANGED = "changed", _("When a key figure has changed by more than … percent")


class ScheduleState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")


class SlotState(models.TextChoices):
    """WAITING: claimed, no report has been asked for yet.  ASKED: the report is being made.
    MADE: it is ready, and its owner is told.  HELD: it is ready, and the condition says that nobody is told."""

    WAITING = "waiting", _("Waiting")
    ASKED = "asked", _("Being made")
    MADE = "made", pgettext_lazy("the report of a schedule", "Made")
    HELD = "held", _("Held back")
    SKIPPED = "skipped", _("Skipped")
    FAILED = "failed", _("Failed")


class Origin(models.TextChoices):
    """CLOCK: its time came round.  HAND: somebody said "run now".  TRIAL: the same, for the owner alone."""

    CLOCK = "clock", _("By the clock")
    HAND = "hand", _("By hand")
    TRIAL = "trial", _("Trial")


class ScheduleQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(visible_schedule(person))

    def due(self, now):
        return self.filter(state=ScheduleState.ACTIVE, next_at__lte=now).order_by("next_at")

    def stopped_for(self, person):
        """Those that have paused by themselves; they are news until their owner resumes or deletes them."""
        return self.filter(owner=person, state=ScheduleState.PAUSED, problem__isnull=False)

    def with_data(self):
        return self.select_related(
            "owner__profile", "definition__owner", "definition__current__dataset__current", "mapping"
        )


class Schedule(models.Model):
    """When the report of a definition is made by itself, for its owner.

    definition: None once it has been deleted; definition_name stays.
    answers: to the definition's questions, [{"label", "type", **filter}] (`reports.kinds.filters`); periods stay words.
    rule: as `reports.rules` writes it, in `time_zone`, an IANA name.
    starts_on, ends_on: the first and the last day, there.
    next_at: the next moment that has no slot yet; None when there is none.
    condition, figure, threshold: its owner is told of the report when this figure of it, "" for its rows or the column
    whose sum it is, has to do with the threshold what the condition says.
    deliveries: where its reports are sent, each as `reports.lifecycle.deliver` takes it, with an id.
    burst_column: one PDF is made for each of its values; "" for one PDF of all.
    mapping, mapping_value, mapping_address: the dataset that names the recipients of each value, and its columns.
    failures: how many slots have failed one after the other; with `most_failures` it pauses.
    problem: why it has been paused, if not by a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="schedules")
    name = models.CharField(max_length=120)
    definition = models.ForeignKey(Definition, on_delete=models.SET_NULL, null=True, related_name="schedules")
    definition_name = models.CharField(max_length=120)
    answers = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=12)
    rule = models.CharField(max_length=MOST_RULE)
    time_zone = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    catch_up = models.CharField(max_length=4, choices=CatchUp, default=CatchUp.ONCE)
    condition = models.CharField(max_length=8, choices=Condition, default=Condition.ALWAYS)
    figure = models.CharField(max_length=255, blank=True)
    threshold = models.DecimalField(max_digits=30, decimal_places=6, null=True, blank=True)
    deliveries = models.JSONField(default=list, blank=True)
    burst_column = models.CharField(max_length=255, blank=True)
    mapping = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mapping_value = models.CharField(max_length=255, blank=True)
    mapping_address = models.CharField(max_length=255, blank=True)
    most_failures = models.PositiveSmallIntegerField(default=3)
    failures = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=6, choices=ScheduleState, default=ScheduleState.ACTIVE)
    problem = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="active"), name="schedules_due"),
            models.Index(fields=["owner", "name"], name="schedules_of_person"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == ScheduleState.ACTIVE

    @property
    def problem_in_words(self) -> str:
        return in_words(self.problem) if self.problem else ""

    def pause(self, problem: Problem | None = None) -> bool:
        """Whether it was us who paused it."""
        told = problem.as_json() if problem else None
        active = Schedule.objects.filter(pk=self.pk, state=ScheduleState.ACTIVE)
        return active.update(state=ScheduleState.PAUSED, problem=told, next_at=None) == 1


class SlotQuerySet(models.QuerySet):
    def due(self, now):
        """Those whose report is to be asked for."""
        ripe = Q(not_before=None) | Q(not_before__lte=now)
        return self.filter(ripe, state=SlotState.WAITING).order_by("moment")

    def ended(self):
        """Those of whose report, or burst, it is known what has become, but not yet of them."""
        alone = self.filter(state=SlotState.ASKED).exclude(report__state__in=UNFINISHED)
        return alone.filter(Q(burst=None) | Exists(Burst.objects.ended().filter(pk=OuterRef("burst"))))


class Slot(models.Model):
    """One time that a schedule came round: at most one for each moment.

    moment: when its report was due.  problem: why it was skipped, has failed, or waits.
    not_before: when a waiting one is looked at again.
    figure: the key figure of its report, as text; what the next one is compared with.
    report: None until it has been asked for, and once it has been deleted; burst: the same, where there is a PDF for
    each value.
    """

    id = models.BigAutoField(primary_key=True)
    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="slots")
    moment = models.DateTimeField()
    origin = models.CharField(max_length=5, choices=Origin, default=Origin.CLOCK)
    state = models.CharField(max_length=7, choices=SlotState, default=SlotState.WAITING)
    problem = models.JSONField(null=True, blank=True)
    figure = models.CharField(max_length=MOST_FIGURE, blank=True)
    report = models.OneToOneField(Report, on_delete=models.SET_NULL, null=True, blank=True, related_name="slot")
    burst = models.OneToOneField(Burst, on_delete=models.SET_NULL, null=True, blank=True, related_name="slot")
    not_before = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(default=timezone.now)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["-moment", "-id"]
        constraints = [models.UniqueConstraint(fields=["schedule", "moment"], name="one_slot_per_moment")]
        indexes = [
            models.Index(fields=["state", "moment"], condition=Q(state__in=["waiting", "asked"]), name="slots_open"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.moment:%Y-%m-%d %H:%M}"

    @property
    def problem_in_words(self) -> str:
        return in_words(self.problem) if self.problem else ""

    @property
    def number(self) -> Decimal | None:
        try:
            return Decimal(self.figure)
        except InvalidOperation:
            return None

    def change(self, before: SlotState, state: SlotState, **values) -> bool:
        """Whether it was us who changed it; otherwise somebody else was faster."""
        return Slot.objects.filter(pk=self.pk, state=before).update(state=state, **values) == 1
