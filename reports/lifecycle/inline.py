"""Make a report, or read a file, in this process instead of a worker's."""

import time
from collections.abc import Callable

from reports import shared_time
from reports.models import Description, Report, Snapshot, State, Validation
from reports.models.job import WAITING, Job
from reports.pipeline import step
from reports.tasks import WORK

# How often to look whether it is time to try again.
PAUSE_SECONDS = 0.5


def make(job: Job, on_progress: Callable[[Job], None]) -> None:
    """Do every step that is left; afterwards the job has ended, well or badly.

    `job` is freshly queued by the caller, in the transaction that made it: no worker has been told of it.  Should a
    worker take it up nevertheless, after a fault, this waits for the worker.
    `on_progress(job)` is called about twice a second and after each step.
    """
    while job.is_unfinished:
        if job.state == State.QUEUED:
            step.perform(type(job), job.pk, job.epoch, job.step, WORK[job.step], on_progress)
        elif not (_is_due(job) and job.queue()):
            time.sleep(PAUSE_SECONDS)
        job.refresh_from_db()
        on_progress(job)


def make_report(report: Report, on_progress: Callable[[Job], None]) -> None:
    """Make a report, of data that may have to be read first, and check its PDF."""
    if report.waits_for_data:
        make(report.snapshot, lambda snapshot: None)
    make(report, on_progress)
    for validation in Validation.objects.unfinished().filter(report=report):
        make(validation, on_progress)


def make_snapshot(snapshot: Snapshot, on_progress: Callable[[Job], None]) -> None:
    """Read a file, and look into what it holds; nobody is told how far that is."""
    make(snapshot, on_progress)
    for description in Description.objects.unfinished().filter(snapshot=snapshot):
        make(description, lambda job: None)


def _is_due(job: Job) -> bool:
    return job.state in WAITING and (job.not_before is None or job.not_before <= shared_time.now())
