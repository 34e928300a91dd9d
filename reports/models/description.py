"""What is in a snapshot, told on its dataset's page."""

from django.db import models

from reports.models.job import Job


class Description(Job):
    """The facts about the columns of a snapshot, in a file of its own.

    A job beside the snapshot instead of a second step of it: the data can be used while they are gathered, and also
    when they cannot be gathered.
    """

    STEPS = ("describe",)

    snapshot = models.OneToOneField("Snapshot", on_delete=models.CASCADE, related_name="description")

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return str(self.snapshot)

    @property
    def in_logs(self) -> dict:
        return {"snapshot": str(self.snapshot_id), **super().in_logs}

    @property
    def folder(self) -> str:
        """The storage key of the folder with the facts."""
        return self.artifacts["describe"]

    def source(self) -> str:
        return self.snapshot.data

    def fields_from(self, step: str, facts: dict) -> dict:
        return {}
