"""Work that does not go on, and what the sweeper will do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Count

from portal.celery import QUEUES
from reports.lifecycle.dispatch import LANES
from reports.lifecycle.sweep import are_lost, late
from reports.lifecycle.watch import RELATED, shown
from reports.models import State
from reports.models.job import Job

# A request is published at once; one that the broker has not taken after so long is worth a word.
UNPUBLISHED_SECONDS = 10
# Of those that wait to be published, so many are shown from each lane.
MOST_UNPUBLISHED = 20


class Fate(StrEnum):
    """What the sweeper does with a job at its next round."""

    RESUMED = "resumed"  # nobody works on it any more: the step is done again
    FAILED = "failed"  # the same, after the last attempt
    REPUBLISHED = "republished"  # its message is lost
    LEFT = "left"  # its message waits for a worker
    RETRIED = "retried"  # when its pause is over
    PUBLISHED = "published"  # when its turn has come; the broker had not taken it


@dataclass(frozen=True)
class Stuck:
    """since: when it began to wait; None for one that pauses, for seconds only."""

    job: Job
    fate: Fate
    since: datetime | None


def stuck(now: datetime, running: list[Job], *, broker_answers: bool) -> list[Stuck]:
    """`running`: all jobs that are said to be worked on (`watch.running_jobs`)."""
    return [*_abandoned(now, running), *_late(now, broker_answers), *_pausing(), *_unpublished(now)]


def _abandoned(now: datetime, running: list[Job]) -> Iterator[Stuck]:
    for job in running:
        if job.lease_until < now:
            yield Stuck(job, Fate.RESUMED if job.may_try_again else Fate.FAILED, job.lease_until)


def _late(now: datetime, broker_answers: bool) -> Iterator[Stuck]:
    for queue in QUEUES:
        jobs = [job for lane in LANES if lane.queue == queue for job in shown(late(lane.jobs, now))]
        fate = Fate.REPUBLISHED if broker_answers and are_lost(jobs, queue) else Fate.LEFT
        yield from (Stuck(job, fate, job.queued_at) for job in jobs)


def _pausing() -> Iterator[Stuck]:
    for model in RELATED:
        for job in shown(model.objects.filter(state=State.RETRY_WAIT)):
            yield Stuck(job, Fate.RETRIED, None)


def _unpublished(now: datetime) -> Iterator[Stuck]:
    """Those of people who have room for another job."""
    for lane in LANES:
        counts = lane.jobs.in_flight().order_by().values("owner").annotate(count=Count("pk"))
        busy = counts.filter(count__gte=settings.JOBS_PER_PERSON).values("owner")
        old = now - timedelta(seconds=UNPUBLISHED_SECONDS)
        asked = lane.jobs.due(now).filter(state=State.REQUESTED, requested_at__lt=old).exclude(owner__in=busy)
        for job in shown(asked)[:MOST_UNPUBLISHED]:
            yield Stuck(job, Fate.PUBLISHED, job.requested_at)
