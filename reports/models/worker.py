"""The processes in the background, as they last told of themselves."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from reports import shared_time

# A process tells of itself every so many seconds ...
PRESENCE_SECONDS = 10
# ... and of one that has not for so long nobody knows whether it lives.
SILENT_SECONDS = 35


class WorkerQuerySet(models.QuerySet):
    def tell(self, worker: "Worker") -> None:
        """Keep what a process says of itself, in one statement, in place of what it or its predecessor said."""
        fields = ["pid", "queues", "processes", "memory", "consumed", "started_at", "seen_at"]
        self.bulk_create([worker], update_conflicts=True, unique_fields=["name"], update_fields=fields)


class Worker(models.Model):
    """A worker, or the clock (beat), which has no processes for steps.

    name: Celery's, `worker@host`.  processes: the steps that it can do at the same time.
    memory: what it and the processes under it take, in bytes; pages that they share count once.
    consumed: queue -> when it last took a message from it (ISO 8601).
    """

    name = models.CharField(max_length=255, primary_key=True)
    pid = models.PositiveIntegerField()
    queues = models.JSONField(default=list, blank=True)
    processes = models.PositiveSmallIntegerField(default=0)
    memory = models.PositiveBigIntegerField(default=0)
    consumed = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_clock(self) -> bool:
        return not self.processes

    @property
    def is_silent(self) -> bool:
        return shared_time.now() - self.seen_at > timedelta(seconds=SILENT_SECONDS)

    def consumed_at(self, queue: str) -> datetime | None:
        """When it last took a message from a queue; None: never."""
        moment = self.consumed.get(queue)
        return datetime.fromisoformat(moment) if moment else None
