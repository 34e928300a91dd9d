"""A row that asks for work, and the only ways in which it may change.

    REQUESTED -> QUEUED -> RUNNING -> QUEUED (next step) -> ... -> READY
    RUNNING -> RETRY_WAIT -> QUEUED          a fault that may pass
    unfinished -> FAILED | CANCELLED         ended -> EXPIRED        its files are gone

Every change is an update filtered on the epoch and on the states it may start from, and must change exactly one
row; otherwise somebody else was faster, and nothing happens.  The epoch rises whenever the job is queued anew or
cancelled, so whoever still works on an older epoch finds that no write of theirs counts.
"""

import uuid
from datetime import datetime, timedelta
from math import inf

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal import logs
from reports import shared_time
from reports.models.step_time import StepTime
from reports.problems import Problem, in_words

# How long a queued job may wait to be taken before it is published again: its message may have been lost.
QUEUE_SECONDS = 60
# How long a running job lives without a sign of life. Renewed every second or so by whoever runs it.
LEASE_SECONDS = 30
MAX_ATTEMPTS = 3


class State(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    RETRY_WAIT = "retry_wait", _("Waiting to try again")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


WAITING = (State.REQUESTED, State.RETRY_WAIT)
IN_FLIGHT = (State.QUEUED, State.RUNNING)
UNFINISHED = WAITING + IN_FLIGHT


class JobQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=UNFINISHED)

    def in_flight(self):
        return self.filter(state__in=IN_FLIGHT)

    def due(self, now: datetime):
        """Those that wait to be queued, the oldest first."""
        ripe = Q(not_before=None) | Q(not_before__lte=now)
        return self.filter(ripe, state__in=WAITING).order_by("requested_at")

    def overdue(self, now: datetime):
        """Those in flight that nobody has touched within their lease."""
        return self.in_flight().filter(lease_until__lt=now)

    def claim(self, job_id, epoch: int, step: str):
        """Take a queued step: the job, or None when it is not to be had.  Counts the attempt before the work."""
        now = shared_time.now()
        taken = self.filter(pk=job_id, epoch=epoch, step=step, state=State.QUEUED).update(
            state=State.RUNNING,
            attempts=F("attempts") + 1,
            worker=logs.worker(),
            lease_until=now + timedelta(seconds=LEASE_SECONDS),
            started_at=Coalesce("started_at", now),
            step_started_at=now,
            done=0,
            total=None,
        )
        return self.get(pk=job_id) if taken else None


class Job(models.Model):
    """What reports and snapshots have in common.

    step: the one that runs or comes next.  done, total: progress within it.
    worker: the name of the one that took a step last; empty when that was no worker.
    timeline: the finished steps, [{"step", "started", "finished" (ISO 8601), "done"}].
    artifacts: step -> the storage folder that it filled.
    problem: {"code", "params"} of the last failure, in words by `problem_in_words`.
    """

    STEPS: tuple[str, ...]
    most_attempts = MAX_ATTEMPTS
    is_preview = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    client_token = models.UUIDField(null=True, blank=True)

    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    step = models.CharField(max_length=12)
    epoch = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=255, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)

    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    timeline = models.JSONField(default=list, blank=True)
    artifacts = models.JSONField(default=dict, blank=True)
    problem = models.JSONField(null=True, blank=True)

    requested_at = models.DateTimeField(default=shared_time.now)
    started_at = models.DateTimeField(null=True, blank=True)
    step_started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs):
        self.step = self.step or self.STEPS[0]
        super().save(**kwargs)

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def most_seconds(self) -> float:
        """What a step of this job may take, where that is less than the installation's limit."""
        return inf

    @property
    def may_try_again(self) -> bool:
        return self.attempts < self.most_attempts

    @property
    def queued_at(self) -> datetime | None:
        """Since when a queued job has waited to be taken."""
        return self.lease_until and self.lease_until - timedelta(seconds=QUEUE_SECONDS)

    @property
    def revision(self) -> str:
        """Changes whenever something changes that the waiting page shows."""
        return f"{self.epoch}.{self.state}.{self.step}.{self.done}.{self.total or 0}"

    @property
    def in_logs(self) -> dict:
        """What the log lines about this job say of it."""
        return {self._meta.model_name: str(self.pk), "epoch": self.epoch, "step": self.step}

    @property
    def elapsed(self) -> timedelta:
        return (self.finished_at or shared_time.now()) - self.requested_at

    @property
    def step_elapsed(self) -> timedelta:
        """How long the step that runs has run."""
        return shared_time.now() - self.step_started_at

    @property
    def problem_in_words(self) -> str:
        return in_words(self.problem) if self.problem else ""

    def source(self) -> str | None:
        """The storage key of what the current step reads; None when that is no file of ours."""
        raise NotImplementedError

    def fields_from(self, step: str, facts: dict) -> dict:
        """What a finished step found out, as values of this row's fields."""
        raise NotImplementedError

    # The changes, in the order of a job's life.

    def queue(self) -> bool:
        return self._change(
            WAITING,
            state=State.QUEUED,
            epoch=self.epoch + 1,
            lease_until=shared_time.now() + timedelta(seconds=QUEUE_SECONDS),
            not_before=None,
        )

    def unqueue(self) -> bool:
        """The broker did not take it, or lost it: back among those that wait; no attempt is charged."""
        return self._change([State.QUEUED], state=State.REQUESTED, lease_until=None)

    def renew(self, done: int, total: int | None) -> bool:
        lease = shared_time.now() + timedelta(seconds=LEASE_SECONDS)
        return self._change([State.RUNNING], lease_until=lease, done=done, total=total)

    def advance(self, facts: dict, folder: str) -> bool:
        """The step is done and its files are stored: on to the next one, or READY after the last."""
        now = shared_time.now()
        position = self.STEPS.index(self.step) + 1
        finished = {
            "step": self.step,
            "started": self.step_started_at.isoformat(),
            "finished": now.isoformat(),
            "done": facts.get("rows", facts.get("pages", self.done)),
        }
        changes = {
            "timeline": [*(entry for entry in self.timeline if entry["step"] != self.step), finished],
            "artifacts": {**self.artifacts, self.step: folder},
            "attempts": 0,
            "problem": None,
            **self.fields_from(self.step, facts),
        }
        if position < len(self.STEPS):
            lease = now + timedelta(seconds=QUEUE_SECONDS)
            changes |= {"state": State.QUEUED, "step": self.STEPS[position], "lease_until": lease, "done": 0}
            changes["total"] = None
        else:
            changes |= {"state": State.READY, "lease_until": None, "finished_at": now}
        advanced = self._change([State.RUNNING], **changes)
        if advanced:
            seconds = (now - self.step_started_at).total_seconds()
            StepTime.objects.add(finished["step"], self.is_preview, seconds)
        return advanced

    def hand_back(self) -> bool:
        """The worker is being stopped: the step waits again and no attempt is charged."""
        return self._change(
            [State.RUNNING], state=State.REQUESTED, attempts=max(0, self.attempts - 1), lease_until=None
        )

    def retry_later(self, problem: Problem | None, seconds: float, **known) -> bool:
        return self._change(
            [State.RUNNING],
            state=State.RETRY_WAIT,
            lease_until=None,
            not_before=shared_time.now() + timedelta(seconds=seconds),
            problem=problem.as_json() if problem else None,
            **known,
        )

    def fail(self, problem: Problem, **known) -> bool:
        return self._change(
            UNFINISHED,
            state=State.FAILED,
            problem=problem.as_json(),
            lease_until=None,
            not_before=None,
            finished_at=shared_time.now(),
            **known,
        )

    def cancel(self) -> bool:
        """Final at once, whatever has become of the job since it was read; whoever works on it is fenced off by the
        new epoch and stops within a second or so."""
        unfinished = type(self).objects.unfinished().filter(pk=self.pk)
        cancelled = unfinished.update(
            state=State.CANCELLED,
            epoch=F("epoch") + 1,
            lease_until=None,
            not_before=None,
            finished_at=shared_time.now(),
        )
        self.refresh_from_db()
        return cancelled == 1

    def ask_again(self, step: str) -> bool:
        """A failed or cancelled job goes on from a step, with all its attempts."""
        return self._change(
            [State.FAILED, State.CANCELLED],
            state=State.REQUESTED,
            step=step,
            attempts=0,
            problem=None,
            finished_at=None,
            requested_at=shared_time.now(),
            started_at=None,
        )

    def _change(self, states, **values) -> bool:
        changed = type(self).objects.filter(pk=self.pk, epoch=self.epoch, state__in=states).update(**values)
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return changed == 1
