"""The portal's application for faults: `celery --app tests.gated` has the gates of tests/gates.py, and a fast clock."""

import os
from functools import partial

from celery.signals import task_prerun, task_success, worker_init

from portal.celery import app
from tests import gates

__all__ = ["app"]

STEPS = ("gather", "render", "write_pdf")
TASKS = {f"reports.{step}" for step in STEPS}

app.conf.beat_schedule["sweep"]["schedule"] = 1


@worker_init.connect
def put_gates(**_):
    from reports.tasks import WORK

    for step in STEPS:
        WORK[step] = partial(_gated, step, WORK[step])


def _gated(step, work_of, job):
    return partial(_stand_and_work, step, work_of(job))


def _stand_and_work(step, work, *arguments):
    # This is the fork; the child of the pool is its parent.
    gates.stand_at(step, os.getppid())
    return work(*arguments)


@task_prerun.connect
def taken(task, **_):
    if task.name in TASKS:
        gates.stand_at("taken", os.getpid())


@task_success.connect
def published(sender, **_):
    if sender.name in TASKS:
        gates.stand_at("published", os.getpid())
