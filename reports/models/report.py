"""One production of a kind of report from one snapshot, and the check of its PDF."""

from datetime import datetime, timedelta

from babel import Locale
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from reports import shared_time
from reports.models.access import groups_of, owned, told, visible_report
from reports.models.dataset import Snapshot
from reports.models.definition import Definition
from reports.models.history import MOST_SEARCHED, HistoryQuerySet, Place
from reports.models.job import Job, State
from reports.models.ticket import Ticket
from reports.problems import Problem, in_words

# A preview is made of this many rows.
SAMPLE_ROWS = 100
# ... and each of its steps takes no longer: it shares its queue with the sweeper.
PREVIEW_SECONDS = 60
# What a person is told of who was elsewhere meanwhile.
TOLD = (State.READY, State.FAILED)
# What else the history is filtered by.
SOUGHT = ("state", "kind", "definition", "search")
# What is found out while the PDF is written.
FACTS = ("pages", "bytes", "sha256", "content_sha256", "receipt", "notes", "verdict", "engine")


class ReportQuerySet(HistoryQuerySet):
    def visible_to(self, person):
        """Their own, and those of their groups; staff see all."""
        return self.filter(visible_report(person))

    def owned_by(self, person):
        return self.filter(owned(person))

    def with_rights_of(self, person):
        """Each with what a person may do with it: `may_own` (what its owner may), `may_see_data` (open its dataset),
        `may_see_definition`, `may_use_data` (print something of it, which a report of their group allows too)."""
        data = Exists(Snapshot.objects.visible_to(person).filter(pk=OuterRef("snapshot")))
        in_group = Q(group__in=groups_of(person))
        return self.annotate(
            may_own=told(owned(person)),
            may_see_data=data,
            may_use_data=told(in_group | Q(data)),
            may_see_definition=Exists(Definition.objects.visible_to(person).filter(pk=OuterRef("definition"))),
        )

    def news_for(self, person):
        """What ended while they were elsewhere."""
        return self.filter(owner=person, seen_at=None, state__in=TOLD, is_preview__in=[False])

    def awaited(self):
        """Nobody has seen them, and whoever asked for them wants to be told by email when they end."""
        wants = {"owner__is_active": True, "owner__profile__wants_notices": True}
        return self.filter(seen_at=None, **wants).exclude(owner__email="")

    def see(self) -> int:
        return self.filter(seen_at=None).update(seen_at=shared_time.now())

    def listed(self):
        """What people asked for; previews are not part of anybody's history."""
        return self.filter(is_preview=False)

    def listed_of_all(self):
        """The same, for questions about everybody's: SQLite finds no index for `NOT is_preview`, but one for this."""
        return self.filter(is_preview__in=[False])

    def previews(self):
        return self.filter(is_preview=True)


class Report(Ticket):
    """A request for a PDF, and the PDF.

    search: what the history is searched in, as `searchable` writes it.
    seen_at: when its owner saw that it had ended.
    is_kept: somebody has said that it never expires.
    expected_seconds: the usual time of such a report, taken from past ones when it was asked for.
    again_of: the report that this one repeats: the same document, whose bytes shall be the same.
    burst: that it is a part of.
    password: sealed (`reports.sealed`); opens the PDF.

    What is known of the PDF once it is written:
    content_sha256: of the document before it was encrypted; sha256 is the file's.
    receipt: that everything was printed (`reports.kinds.receipt`).  notes: what its reader should know, as problems.
    verdict: what the validator says of it (`reports.press.verdict`); None until then, and when it claims no standard.
    engine: what made it, {name: version}; fonts of the machine are among them.
    """

    STEPS = ("gather", "render", "write_pdf")

    search = models.CharField(max_length=MOST_SEARCHED, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    is_preview = models.BooleanField(default=False)
    is_kept = models.BooleanField(default=False)
    expected_seconds = models.FloatField(null=True, blank=True)

    again_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="repetitions")
    burst = models.ForeignKey("Burst", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    password = models.TextField(blank=True)

    rows = models.PositiveBigIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    receipt = models.JSONField(null=True, blank=True)
    notes = models.JSONField(default=list, blank=True)
    verdict = models.JSONField(null=True, blank=True)
    engine = models.JSONField(default=dict, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "client_token"], name="one_report_per_request"),
        ]
        indexes = [
            # The history, of a person, of a group and of all: whatever it is filtered by is in the index itself, so
            # that it is searched without reading the rows.
            models.Index(fields=["owner", "is_preview", "-requested_at", "-id", *SOUGHT], name="history_of_person"),
            models.Index(
                fields=["group", "is_preview", "-requested_at", "-id", "owner", *SOUGHT], name="history_of_group"
            ),
            models.Index(fields=["is_preview", "-requested_at", "-id", "owner", *SOUGHT], name="history_of_all"),
            models.Index(fields=["definition", "is_preview", "state", "-requested_at"], name="reports_of_definition"),
            models.Index(fields=["owner", "-finished_at"], name="newest_of_person"),
            models.Index(fields=["owner", "state"], condition=Q(seen_at=None), name="news_of_person"),
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["kind", "state", "-finished_at"]),
            models.Index(fields=["is_preview", "state", "-finished_at"]),
        ]

    @property
    def pdf(self) -> str:
        """The storage key of the PDF."""
        return f"{self.artifacts['write_pdf']}/report.pdf"

    @property
    def expires_at(self) -> datetime | None:
        """When its PDF goes; None when it stays."""
        if self.state != State.READY or self.is_kept or not settings.KEEP_REPORTS_DAYS:
            return None
        return self.finished_at + timedelta(days=settings.KEEP_REPORTS_DAYS)

    @property
    def place(self) -> Place:
        return Place(self.requested_at, self.pk)

    @property
    def preview_image(self) -> str:
        """The storage key of the first page as an image (previews only)."""
        return f"{self.artifacts['write_pdf']}/preview.png"

    @property
    def sample(self) -> int | None:
        return SAMPLE_ROWS if self.is_preview else None

    @property
    def most_seconds(self) -> float:
        return PREVIEW_SECONDS if self.is_preview else super().most_seconds

    def source(self) -> str:
        """Raises Problem when it is not there any more."""
        if self.step != self.STEPS[0]:
            before = self.artifacts.get(self.STEPS[self.STEPS.index(self.step) - 1])
            if before is None:
                raise Problem("file_missing")
            return before
        return self.data

    @property
    def last_good(self) -> Snapshot | None:
        """The data that could be used instead, when what was read anew for this report failed, or does not fit it."""
        if self.snapshot is None or not (good := self.snapshot.dataset.current):
            return None
        if self.snapshot.state in (State.FAILED, State.CANCELLED):
            return good
        lost = self.version and self.version.lost_from(self.snapshot.columns)
        return good if lost and not self.version.lost_from(good.columns) else None

    @property
    def may_be_made(self) -> bool:
        """Also when its owner could read the report that this one repeats."""
        again = self.again_of_id and Report.objects.visible_to(self.owner).filter(pk=self.again_of_id).exists()
        return again or super().may_be_made

    def fields_from(self, step: str, facts: dict) -> dict:
        return {name: facts[name] for name in {"gather": ("rows",), "write_pdf": FACTS}.get(step, ())}

    def advance(self, facts: dict, folder: str) -> bool:
        """A PDF that claims a standard and has not been judged yet is judged when it is there."""
        with transaction.atomic():
            advanced = super().advance(facts, folder)
            if advanced and self.state == State.READY:
                Validation.objects.bulk_create(validation_of(self, facts))
            return advanced

    @property
    def notes_in_words(self) -> list[str]:
        scripts = Locale.parse(to_locale(get_language())).scripts
        notes = [(note["code"], note["params"]) for note in self.notes]
        return [
            in_words({"code": code, "params": params | _script_in_words(params.get("script"), scripts)})
            for code, params in notes
        ]


def _script_in_words(script: str | None, names: dict[str, str]) -> dict:
    return {"script": names.get(script, script)} if script else {}


def validation_of(report: Report, facts: dict) -> "list[Validation]":
    """The one that a new PDF needs, if it needs one."""
    if not facts["standard"] or facts["verdict"] or report.is_preview:
        return []
    return [Validation(report=report, owner=report.owner, standard=facts["standard"], step="validate")]


class Validation(Job):
    """The check of a long PDF, after it was published.

    standard: what it claims (`reports.press.verdict`).
    """

    STEPS = ("validate",)

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="validation")
    standard = models.CharField(max_length=12)

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return str(self.report)

    @property
    def in_logs(self) -> dict:
        return {"report": str(self.report_id), **super().in_logs}

    def source(self) -> str:
        return self.report.pdf

    def fields_from(self, step: str, facts: dict) -> dict:
        return {}

    def advance(self, facts: dict, folder: str) -> bool:
        with transaction.atomic():
            advanced = super().advance(facts, folder)
            if advanced:
                Report.objects.filter(pk=self.report_id).update(verdict=facts["verdict"])
            return advanced


STEP_NAMES = {
    "read": _("Read the file"),
    "gather": _("Gather the data"),
    "render": _("Lay out the document"),
    "write_pdf": _("Write the PDF"),
    "validate": _("Check the PDF"),
    "export": _("Write the data"),
    "draw": _("Check the logo"),
    "deliver": _("Deliver the report"),
    "describe": _("Look into the data"),
    "split": _("Find the values"),
    "print": _("Make the PDFs"),
}
