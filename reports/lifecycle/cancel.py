"""End a job before its time, take one up again, or forget it."""

import logging

from django.db import transaction

from portal import logs
from reports import artifacts, storage
from reports.lifecycle import audit
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.refresh import read_again_for
from reports.models import Burst, Dataset, Description, Export, Report, Snapshot, Validation
from reports.models.act import Did
from reports.models.job import Job
from reports.problems import Problem

logger = logging.getLogger(__name__)


def cancel(job: Job) -> bool:
    """Whether it was still unfinished, and is cancelled now."""
    cancelled = job.cancel()
    if cancelled:
        with logs.about(**job.in_logs):
            logger.info("Cancelled")
        artifacts.tidy(job)
        transaction.on_commit(dispatch)
    return cancelled


def retry(job: Job) -> bool:
    """Whether it had failed or been cancelled, and is asked for again: from the step where it stopped, or from the
    first one when the files to go on with are gone."""
    if isinstance(job, Report):
        read_again_for(job)
    asked = job.ask_again(job.step if _can_go_on(job) else job.STEPS[0])
    if asked:
        with logs.about(**job.in_logs):
            logger.info("Asked for again")
        transaction.on_commit(dispatch)
    return asked


def _can_go_on(job: Job) -> bool:
    try:
        key = job.source()
    except Problem:
        return False
    return key is None or storage.exists(key)


def delete_report(report: Report) -> None:
    """The row goes first: whoever still works on it is fenced off, and the files are nobody's any more."""
    others = (job for model in (Validation, Export) for job in model.objects.filter(report=report))
    homes = [artifacts.home_of(job) for job in (report, *others)]
    with logs.about(**report.in_logs), transaction.atomic():
        logger.info("Deleted")
        if not report.is_preview:
            audit.record(Did.DELETED, report)
        report.delete()
        transaction.on_commit(lambda: delete_folders(homes))
        transaction.on_commit(dispatch)


def delete_export(export: Export) -> None:
    home = artifacts.home_of(export)
    export.delete()
    transaction.on_commit(lambda: delete_folders([home]))


def delete_folders(keys: list[str]) -> None:
    for key in keys:
        storage.delete(key)


def delete_dataset(dataset: Dataset) -> None:
    """The dataset, its snapshots and their files; finished reports keep their PDF, unfinished ones are cancelled."""
    with transaction.atomic():
        # Locked, so that nobody asks for a report of them any more.
        snapshots = list(dataset.snapshots.select_for_update())
        described = [artifacts.home_of(job) for job in Description.objects.filter(snapshot__dataset=dataset)]
        for model in (Report, Burst):
            for job in model.objects.unfinished().filter(snapshot__dataset=dataset):
                job.cancel()
        audit.record(Did.DELETED, dataset)
        dataset.delete()
        transaction.on_commit(lambda: _delete_files(snapshots))
        transaction.on_commit(lambda: delete_folders(described))
        # Once, at the end: a broker that does not answer costs a time-out each time.
        transaction.on_commit(dispatch)


def _delete_files(snapshots: list[Snapshot]) -> None:
    for snapshot in snapshots:
        storage.delete(artifacts.home_of(snapshot))
        if snapshot.original:
            storage.delete(snapshot.original)
