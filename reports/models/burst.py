"""One PDF for each value of a column: a burst, its parts and its values.

    Burst       split: one look at the data; its rows by value, in files that the parts read.
    BurstPart   print: the PDFs of some values, one after the other in one process.
    BurstValue  a value, its rows and recipients, and the report that was made of it.

A report of a burst is one like any other, of the same snapshot with one filter more: whatever can be done with a
report can be done with it, and what has failed is tried again by itself.
"""

import uuid
from itertools import chain

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q

from reports import shared_time
from reports.models.access import owned
from reports.models.dataset import Snapshot
from reports.models.history import searchable
from reports.models.job import UNFINISHED, Job, State
from reports.models.report import TOLD, Report, Validation, validation_of
from reports.models.ticket import Ticket, TicketQuerySet
from reports.problems import Problem, in_words

MOST_CHARACTERS = 200
# What the report of a value has from its burst.
TAKEN = (
    *("owner", "group", "definition", "version", "definition_name", "kind", "snapshot", "dataset_name", "language"),
    *("time_zone", "parameters", "brand", "logo", "requested_at"),
)


class BurstQuerySet(TicketQuerySet):
    def visible_to(self, person):
        """A burst, like the schedule that it came of, is its owner's alone; its reports are shared like others."""
        return self.filter(owned(person))

    def ended(self):
        """Those of which nothing is on its way any more."""
        busy = BurstPart.objects.unfinished().filter(burst=OuterRef("pk"))
        reports = Report.objects.unfinished().filter(burst=OuterRef("pk"))
        return self.exclude(state__in=UNFINISHED).exclude(Exists(busy)).exclude(Exists(reports))

    def news_for(self, person):
        """What ended while they were elsewhere."""
        return self.ended().filter(owner=person, seen_at=None, state__in=TOLD)

    def see(self) -> int:
        return self.filter(seen_at=None).update(seen_at=shared_time.now())


class Burst(Ticket):
    """column: by whose values it is split.
    mapping: whose rows name the recipients, by two of its columns; None for none, and once it has been deleted.
    rows: how many there are in all.  notes: what its owner should know, as problems.
    seen_at: when its owner saw that it had ended.
    """

    STEPS = ("split",)

    column = models.CharField(max_length=255)
    mapping = models.ForeignKey(Snapshot, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mapping_value = models.CharField(max_length=255, blank=True)
    mapping_address = models.CharField(max_length=255, blank=True)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    notes = models.JSONField(default=list, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = BurstQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["owner", "-requested_at"], name="bursts_of_person"),
            models.Index(fields=["owner", "state"], condition=Q(seen_at=None), name="bursts_unseen"),
        ]

    @property
    def notes_in_words(self) -> list[str]:
        return [in_words(note) for note in self.notes]

    def source(self) -> str:
        """Raises Problem when it is not there any more."""
        return self.data

    def fields_from(self, step: str, facts: dict) -> dict:
        return {name: facts[name] for name in ("rows", "notes")}

    def advance(self, facts: dict, folder: str) -> bool:
        """facts["parts"]: of each part its values, as `_add_part` takes them."""
        with transaction.atomic():
            advanced = super().advance(facts, folder)
            if advanced:
                for number, values in enumerate(facts["parts"]):
                    _add_part(self, number, values)
            return advanced

    def counts(self) -> dict[str, int]:
        """How many of its values are made (some of these have expired since), have failed, and are there at all."""
        expired, failed = (Q(report__state=state) for state in (State.EXPIRED, State.FAILED))
        return self.values.aggregate(
            total=Count("pk"),
            made=Count("pk", filter=expired | Q(report__state=State.READY)),
            expired=Count("pk", filter=expired),
            failed=Count("pk", filter=failed),
            gone=Count("pk", filter=Q(report=None, part__state__in=[State.READY, State.FAILED])),
        )


def _add_part(burst: Burst, number: int, values: list[dict]) -> None:
    """values: [{"place", "value", "name", "rows", "recipients"}]."""
    part = BurstPart.objects.create(burst=burst, owner=burst.owner, number=number)
    BurstValue.objects.bulk_create(BurstValue(burst=burst, part=part, **known) for known in values)


class BurstPart(Job):
    """Some values of a burst, printed by one process; number: the name of its rows in the folder of the burst."""

    STEPS = ("print",)

    burst = models.ForeignKey(Burst, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["burst", "number"], name="one_part_of_a_number")]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.burst} {self.number}"

    @property
    def in_logs(self) -> dict:
        return {"burst": str(self.burst_id), **super().in_logs}

    def source(self) -> str:
        """Raises Problem when its owner may not see the data any more, or the burst's files are gone."""
        if not self.burst.may_be_made:
            raise Problem("data_not_shared")
        if "split" not in self.burst.artifacts:
            raise Problem("file_missing")
        return f"{self.burst.artifacts['split']}/{self.number}.parquet"

    def fields_from(self, step: str, facts: dict) -> dict:
        return {}

    def advance(self, facts: dict, folder: str) -> bool:
        """facts["reports"]: the id of each value -> what came of it, as `_ended` takes it."""
        with transaction.atomic():
            advanced = super().advance(facts, folder)
            if advanced:
                self._keep_reports(facts["reports"])
            return advanced

    def fail(self, problem: Problem, **known) -> bool:
        """Each of its values has failed, and can be tried again by itself."""
        with transaction.atomic():
            failed = super().fail(problem, **known)
            if failed:
                self._keep_reports({}, problem)
            return failed

    def _keep_reports(self, found: dict[str, dict], problem: Problem | None = None) -> None:
        """found: the id of a value -> what came of it, as `_ended` takes it; the others have failed."""
        lost = {"step": Report.STEPS[0], "problem": problem and problem.as_json()}
        values = list(self.values.filter(report=None))
        reports = [_ended(report_for(value), self, found.get(str(value.pk), lost)) for value in values]
        Report.objects.bulk_create(reports)
        judged = [validation_of(report, found[str(report.pk)]["facts"]) for report in reports if report.artifacts]
        Validation.objects.bulk_create(chain.from_iterable(judged))
        for value, report in zip(values, reports, strict=True):
            value.report = report
        BurstValue.objects.bulk_update(values, ["report"])


def report_for(value: "BurstValue") -> Report:
    """The report of a value, not kept yet.  It has the value's key, so that there is one at most."""
    burst = value.burst
    shared = {name: getattr(burst, name) for name in TAKEN}
    words = searchable(value.title, burst.definition_name, burst.dataset_name)
    return Report(pk=value.pk, burst=burst, title=value.title, search=words, options=value.options, **shared)


def _ended(report: Report, part: BurstPart, found: dict) -> Report:
    """found: {"facts", "folder", "timeline"} of one that was made, or {"step", "problem"} of one that failed."""
    report.epoch, report.worker = part.epoch, part.worker
    report.started_at, report.finished_at, report.seen_at = part.step_started_at, part.finished_at, part.finished_at
    if "problem" in found:
        report.state, report.step, report.problem = State.FAILED, found["step"], found["problem"]
        return report
    report.state, report.step, report.timeline = State.READY, Report.STEPS[-1], found["timeline"]
    report.artifacts = {report.step: found["folder"]}
    for step in Report.STEPS:
        for name, fact in report.fields_from(step, found["facts"]).items():
            setattr(report, name, fact)
    return report


class BurstValue(models.Model):
    """value: a canonical text (`reports.kinds.values`); None for the rows without one.  name: the same in words.
    recipients: addresses, in small letters.
    is_judged: whether it is known if it is sent.  problem: why it is not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    burst = models.ForeignKey(Burst, on_delete=models.CASCADE, related_name="values")
    part = models.ForeignKey(BurstPart, on_delete=models.CASCADE, related_name="values")
    place = models.PositiveIntegerField()
    value = models.CharField(max_length=MOST_CHARACTERS, null=True, blank=True)  # noqa: DJ001 (an empty text is a value)
    name = models.CharField(max_length=MOST_CHARACTERS)
    rows = models.PositiveBigIntegerField()
    recipients = models.JSONField(default=list, blank=True)
    report = models.OneToOneField(Report, on_delete=models.SET_NULL, null=True, blank=True, related_name="burst_value")
    is_judged = models.BooleanField(default=False)
    problem = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["burst", "place"], name="one_value_in_a_place")]
        indexes = [models.Index(fields=["report"], condition=Q(is_judged=False), name="values_to_judge")]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """That of its report: the name stays when there is no room for all."""
        most = Report._meta.get_field("title").max_length
        room = most - len(self.name) - len(": ")
        return f"{self.burst.title[:room]}: {self.name}" if room > 0 else self.name[:most]

    @property
    def options(self) -> dict:
        """Those of the burst, with one filter more."""
        test = "is_empty" if self.value is None else "equals"
        found = {"column": self.burst.column, "test": test, "value": self.value or ""}
        return {**self.burst.options, "filters": [*self.burst.options.get("filters", []), found]}

    @property
    def problem_in_words(self) -> str:
        return in_words(self.problem) if self.problem else ""
