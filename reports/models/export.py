"""The data of a report as a file for spreadsheets and programs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.job import Job, State
from reports.models.report import Report
from reports.problems import Problem


class Format(models.TextChoices):
    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("XLSX")


class Export(Job):
    """The rows that a report was made of, written anew from its snapshot; one of each format for all its readers."""

    STEPS = ("export",)

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=4, choices=Format)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "format"], name="one_export_of_a_format")]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.report}.{self.format}"

    @property
    def file(self) -> str:
        """Its storage key."""
        return f"{self.artifacts['export']}/data.{self.format}"

    @property
    def in_logs(self) -> dict:
        return {"report": str(self.report_id), **super().in_logs}

    def source(self) -> str:
        """Raises Problem when the data is not there any more."""
        snapshot = self.report.snapshot
        if snapshot is None or snapshot.state != State.READY:
            raise Problem("data_expired" if snapshot and snapshot.state == State.EXPIRED else "dataset_gone")
        return snapshot.data

    def fields_from(self, step: str, facts: dict) -> dict:
        return {name: facts[name] for name in ("rows", "bytes")}
