"""Find what was lost on the way, and set it going again.  Safe to run any number of times at once."""

import logging
from datetime import datetime, timedelta

from portal import logs
from portal.celery import QUEUES
from reports import artifacts, shared_time
from reports.lifecycle import retention
from reports.lifecycle.burst import forget_rows
from reports.lifecycle.cancel import delete_export, delete_report
from reports.lifecycle.dispatch import BROKER_ERRORS, LANES, dispatch, messages_in
from reports.models import JOBS, Attempt, Burst, Export, Logo, Report, State, Worker
from reports.models.job import Job, JobQuerySet
from reports.problems import Problem

PREVIEW_LIFE = timedelta(hours=1)
# The data of a report can be written again at any time.
EXPORT_LIFE = timedelta(days=1)
# The rows of a burst, by value: until its parts have been printed, also those that were cancelled.
BURST_LIFE = timedelta(days=1)
# A logo that neither a group nor a report has; somebody may be about to.
LOGO_LIFE = timedelta(days=1)
# A worker that was killed is shown to operators for so long.
WORKER_MEMORY = timedelta(hours=1)

logger = logging.getLogger(__name__)


def sweep() -> None:
    now = shared_time.now()
    for model in JOBS:
        for job in model.objects.overdue(now).filter(state=State.RUNNING):
            _recover(job)
    for queue in QUEUES:
        jobs = late_in(queue, now)
        if are_lost(jobs, queue):
            for job in jobs:
                _publish_again(job)
    dispatch()


def collect() -> None:
    """Delete what nobody needs any more: old previews and exports, workers that are gone, what has outlived its time,
    files that no row names."""
    Worker.objects.filter(seen_at__lt=shared_time.now() - WORKER_MEMORY).delete()
    for preview in Report.objects.previews().filter(requested_at__lt=shared_time.now() - PREVIEW_LIFE):
        delete_report(preview)
    for export in Export.objects.filter(requested_at__lt=shared_time.now() - EXPORT_LIFE):
        delete_export(export)
    for burst in Burst.objects.ended().exclude(artifacts={}).filter(finished_at__lt=shared_time.now() - BURST_LIFE):
        forget_rows(burst)
    Logo.objects.unused(shared_time.now() - LOGO_LIFE).delete()
    Attempt.objects.forget()
    retention.expire()
    artifacts.collect_orphans()


def late_in(queue: str, now: datetime) -> list[Job]:
    """The jobs that should have been taken from a queue by now."""
    return [job for lane in LANES if lane.queue == queue for job in late(lane.jobs, now)]


def late(jobs: JobQuerySet, now: datetime) -> JobQuerySet:
    return jobs.overdue(now).filter(state=State.QUEUED)


def are_lost(jobs: list[Job], queue: str) -> bool:
    """Whether the messages of late jobs are gone.  As long as as many wait as jobs, they only wait for a worker."""
    try:
        return bool(jobs) and messages_in(queue) < len(jobs)
    except BROKER_ERRORS:
        return False  # nothing can be published now either


def _publish_again(job: Job) -> None:
    with logs.about(**job.in_logs):
        logger.warning("The broker has lost its message")
        job.unqueue()


def _recover(job: Job) -> None:
    with logs.about(**job.in_logs):
        logger.warning("Its lease ended in attempt %s, by %s", job.attempts, job.worker or "no worker")
        if job.may_try_again:
            job.retry_later(None, seconds=0)
        else:
            job.fail(Problem("worker_lost", attempts=job.attempts))
