"""One production of a kind of report from one snapshot."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.dataset import Snapshot
from reports.models.job import Job, JobQuerySet, State
from reports.problems import Problem

# A preview is made of this many rows.
SAMPLE_ROWS = 100
# ... and each of its steps takes no longer: it shares its queue with the sweeper.
PREVIEW_SECONDS = 60


class ReportQuerySet(JobQuerySet):
    def listed(self):
        """What people asked for; previews are not part of anybody's history."""
        return self.filter(is_preview=False)

    def previews(self):
        return self.filter(is_preview=True)


class Report(Job):
    """A request for a PDF, and the PDF.

    options: what the kind's form made of the person's choices.
    snapshot: the data it is pinned to; None once the dataset has been deleted.
    expected_seconds: the usual time of such a report, taken from past ones when it was asked for.
    """

    STEPS = ("gather", "render", "write_pdf")

    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=120)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.SET_NULL, null=True, related_name="reports")
    dataset_name = models.CharField(max_length=120)
    options = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=12)
    is_preview = models.BooleanField(default=False)
    expected_seconds = models.FloatField(null=True, blank=True)

    rows = models.PositiveBigIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "client_token"], name="one_report_per_request"),
        ]
        indexes = [
            models.Index(fields=["owner", "is_preview", "-requested_at"]),
            models.Index(fields=["is_preview", "-requested_at"]),
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["kind", "state", "-finished_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def pdf(self) -> str:
        """The storage key of the PDF."""
        return f"{self.artifacts['write_pdf']}/report.pdf"

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
        if self.snapshot is None or self.snapshot.state != State.READY:
            raise Problem("dataset_gone")
        return self.snapshot.data

    def fields_from(self, step: str, facts: dict) -> dict:
        names = {"gather": ("rows",), "write_pdf": ("pages", "bytes", "sha256")}.get(step, ())
        return {name: facts[name] for name in names}


STEP_NAMES = {
    "read": _("Read the file"),
    "gather": _("Gather the data"),
    "render": _("Lay out the document"),
    "write_pdf": _("Write the PDF"),
}
