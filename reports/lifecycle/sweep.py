"""Find what was lost on the way, and set it going again.  Safe to run any number of times at once."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from portal import logs
from reports import artifacts
from reports.lifecycle.cancel import delete_report
from reports.lifecycle.dispatch import BROKER_ERRORS, LANES, dispatch, messages_in
from reports.models import Report, Snapshot, State, Validation
from reports.models.job import MAX_ATTEMPTS, Job
from reports.problems import Problem

PREVIEW_LIFE = timedelta(hours=1)

logger = logging.getLogger(__name__)


def sweep() -> None:
    now = timezone.now()
    for model in (Report, Snapshot, Validation):
        for job in model.objects.overdue(now).filter(state=State.RUNNING):
            _recover(job)
    for queue in {lane.queue for lane in LANES}:
        for job in _lost(queue, now):
            _publish_again(job)
    dispatch()


def collect() -> None:
    """Delete what nobody needs any more: old previews, and files that no row names."""
    for preview in Report.objects.previews().filter(requested_at__lt=timezone.now() - PREVIEW_LIFE):
        delete_report(preview)
    artifacts.collect_orphans()


def _lost(queue: str, now: datetime) -> list[Job]:
    """Queued jobs whose message is gone.  As long as as many messages wait as jobs, they only wait for a worker."""
    lanes = [lane.jobs for lane in LANES if lane.queue == queue]
    late = [job for jobs in lanes for job in jobs.overdue(now).filter(state=State.QUEUED)]
    try:
        return late if late and messages_in(queue) < len(late) else []
    except BROKER_ERRORS:
        return []  # nothing can be published now either


def _publish_again(job: Job) -> None:
    with logs.about(**job.in_logs):
        logger.warning("The broker has lost its message")
        job.unqueue()


def _recover(job: Job) -> None:
    with logs.about(**job.in_logs):
        logger.warning("Its lease ended in attempt %s", job.attempts)
        if job.attempts < MAX_ATTEMPTS:
            job.retry_later(None, seconds=0)
        else:
            job.fail(Problem("worker_lost", attempts=job.attempts))
