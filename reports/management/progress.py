"""A job's progress in a terminal: one bar for each of its steps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from reports.lifecycle.cancel import cancel
from reports.models import State
from reports.models.job import Job
from reports.models.report import STEP_NAMES

POLL_SECONDS = 0.3


class Bars:
    """Call it with a job, as often as one likes.  Nothing is drawn where nobody watches (a log, a pipe)."""

    def __init__(self):
        self.bar: tqdm | None = None
        self.step = ""

    def __call__(self, job: Job) -> None:
        if job.state != State.RUNNING:
            return
        if self.step != job.step:
            self.close()
            self.step = job.step
            self.bar = tqdm(desc=str(STEP_NAMES[job.step]), unit="", unit_scale=True, disable=None, leave=False)
        self.bar.total = job.total
        self.bar.update(job.done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


@contextmanager
def bars_of(job: Job) -> Iterator[Bars]:
    """Bars for the time that a job takes.  Raises CommandError when it did not end well; Ctrl-C cancels it."""
    bars = Bars()
    try:
        yield bars
    except KeyboardInterrupt:
        cancel(job)
    finally:
        bars.close()
    job.refresh_from_db()
    if job.state == State.CANCELLED:
        raise CommandError(_("It was cancelled."))
    if job.state != State.READY:
        raise CommandError(job.problem_in_words)


def follow(job: Job, bars: Bars) -> None:
    """Watch a job that a worker makes, until it has ended."""
    while job.is_unfinished:
        time.sleep(POLL_SECONDS)
        job.refresh_from_db()
        bars(job)
