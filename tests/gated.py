"""The portal's application for faults: `celery --app tests.gated`.

It has the gates of tests/gates.py and a clock that ticks every second.  Reports with certain titles misbehave while
they are laid out.  Seconds that a test does not want to wait for are shortened by variables of the environment; the
portal itself has no such variables, and what is not named there is as long as in production.
"""

import ctypes
import os
from functools import partial
from importlib import import_module
from pathlib import Path

from celery.signals import task_prerun, task_success, worker_init

from portal.celery import app
from tests import gates

__all__ = ["app"]

STEPS = ("read", "gather", "render", "write_pdf", "validate", "split", "print")
TASKS = {f"reports.{step}": step for step in STEPS}
# Variable -> the module whose constant has its name.
SECONDS = {
    "LEASE_SECONDS": "reports.models.job",
    "QUEUE_SECONDS": "reports.models.job",
    "GRACE_SECONDS": "reports.pipeline.step",
    "FIRST_RETRY_SECONDS": "reports.pipeline.step",
}

app.conf.beat_schedule["sweep"]["schedule"] = 1
app.conf.beat_schedule["schedules"]["schedule"] = 1
if "VISIBILITY_SECONDS" in os.environ:
    # Redis is looked at each second, instead of each hundredth, for messages that are so old.
    app.conf.broker_transport_options |= {
        "visibility_timeout": float(os.environ["VISIBILITY_SECONDS"]),
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }


def _takes_all_memory(folder):
    hoard = []
    while True:
        hoard.append(bytearray(1024 * 1024))


def _never_ends(folder):
    sum(range(10**15))


def _crashes(folder):
    ctypes.string_at(0)


def _fills_the_disk(folder):
    (folder / "large").write_bytes(bytes(64 * 1024 * 1024))


# Title -> what such a report does before it is laid out.
MISDEEDS = {
    "takes all memory": _takes_all_memory,
    "never ends": _never_ends,
    "crashes": _crashes,
    "fills the disk": _fills_the_disk,
}


@worker_init.connect
def shorten(**_):
    for name in SECONDS.keys() & os.environ.keys():
        setattr(import_module(SECONDS[name]), name, float(os.environ[name]))


@worker_init.connect
def put_gates(**_):
    from reports import storage
    from reports.tasks import WORK

    for step in STEPS:
        WORK[step] = partial(_gated, step, WORK[step])
    storage.put = partial(_put_and_stand, storage.put)


def _gated(step, work_of, job):
    misdeed = MISDEEDS.get(getattr(job, "title", "")) if step == "render" else None
    return partial(_stand_and_work, step, misdeed, work_of(job))


def _stand_and_work(step, misdeed, work, source, folder, progress):
    # This is the fork; the child of the pool is its parent.
    gates.stand_at(step, os.getppid())
    if misdeed:
        (folder / "half").write_text("half")
        misdeed(folder)
    return work(source, folder, progress)


def _put_and_stand(put, source, key):
    put(source, key)
    gates.stand_at(f"stored {Path(key).name}", os.getpid())


@task_prerun.connect
def taken(task, **_):
    if task.name in TASKS:
        gates.stand_at(f"taken {TASKS[task.name]}", os.getpid())


@task_success.connect
def published(sender, **_):
    if sender.name in TASKS:
        gates.stand_at(f"published {TASKS[sender.name]}", os.getpid())
