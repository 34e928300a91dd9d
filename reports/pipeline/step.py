"""One step of a job: claim it, do the work in a process that can be killed, keep the files, advance the row.

Whatever happens, the row says what comes next; the task that calls this never fails.
"""

import logging
import mmap
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from portal import logs
from reports import artifacts, releases, sandbox, storage
from reports.models import State
from reports.models.job import Job
from reports.problems import Problem

logger = logging.getLogger(__name__)

# What the step reads, if that is a file, the folder it fills, how to report progress -> what it found out.  A step that
# makes files of other rows has {name in the folder: key} in `kept`.
Work = Callable[[Path | None, Path, sandbox.Reporter], dict]

# Problems that may pass by themselves: the machine was short of memory, or C code crashed.
PASSING = {"too_large", "crashed", "storage"}
FIRST_RETRY_SECONDS = 5
# What a database says when it is gone; whatever else it says is about us.
DATABASE_GONE = (OperationalError, InterfaceError)
# How long a database may be gone at the end of a step before its work is given up.
DATABASE_PATIENCE_SECONDS = 90
DATABASE_PAUSE_SECONDS = 1
# How long a step may go on once the worker has been asked to stop; then it is handed back.
GRACE_SECONDS = 30

# Shared with the pool's children, which are forked after this module is loaded: the second (of the monotonic
# clock) at which the worker was asked to stop, or 0.
_stop_asked = mmap.mmap(-1, 8)


def ask_to_stop() -> None:
    """Called in the worker's main process when it is told to end."""
    _stop_asked[:] = int(time.monotonic()).to_bytes(8, "big")


def must_stop() -> bool:
    asked = int.from_bytes(_stop_asked[:], "big")
    return asked > 0 and time.monotonic() - asked > GRACE_SECONDS


def perform(
    model: type[Job],
    job_id: str,
    epoch: int,
    step: str,
    work_of: Callable[[Job], Work],
    on_progress: Callable[[Job], None] = lambda job: None,
) -> str:
    """Do one step, if it is still wanted and nobody else does it; returns the outcome in a word, for the log.

    `work_of(job)` is called before the fork, and may ask the database; what it returns is called in the fork.
    `on_progress(job)` is called here whenever the row has been told how far the work is.
    """
    with logs.about(**{model._meta.model_name: str(job_id)}, epoch=epoch, step=step):
        try:
            outcome = _claim_and_work(model, job_id, epoch, step, work_of, on_progress)
        except DATABASE_GONE:
            # Nobody can be told now: the sweeper finds the row when its lease has ended.
            logger.exception("The database did not answer")
            connection.close()
            outcome = "left to its lease"
        logger.info("The step ended: %s", outcome)
        return outcome


def _claim_and_work(model: type[Job], job_id: str, epoch: int, step: str, work_of, on_progress) -> str:
    if releases.is_outdated():  # what a newer release has asked for, this one may misread
        return "left to a newer release"
    job = model.objects.claim(job_id, epoch, step)
    if job is None:
        return "refused"
    logs.also(**job.in_logs)
    logger.info("The step began: attempt %s", job.attempts)
    outcome = outcome_of(job, lambda job: _work_and_advance(job, work_of(job), on_progress), _settle)
    if not job.is_unfinished:
        artifacts.tidy(job)
    return outcome


def outcome_of(job: Job, attempt: Callable[[Job], str], settle: Callable[[Job, Problem], str]) -> str:
    """That of an attempt, or of `settle` with what went wrong.  Raises what says that the database is gone."""
    try:
        return attempt(job)
    except DATABASE_GONE:
        raise
    except sandbox.Stopped:
        return "handed back" if job.hand_back() else "fenced"
    except Problem as problem:
        return settle(job, problem)
    except OSError as error:
        return settle(job, Problem("storage", reason=error.strerror or str(error)))
    except Exception:
        logger.exception("The step failed")
        return settle(job, Problem("unexpected"))


def _work_and_advance(job: Job, work: Work, on_progress: Callable[[Job], None]) -> str:
    source, target = job.source(), artifacts.folder_of(job)
    with storage.scratch() as folder:
        connection.close()  # the fork must not inherit it
        facts = sandbox.run(
            lambda progress: _prepared(work(_path_of(source), folder, progress), folder, target),
            seconds=min(settings.STEP_SECONDS, job.most_seconds),
            megabytes=settings.STEP_MEMORY_MB,
            on_tick=lambda progress: renew(job, progress, on_progress),
        )
        keys = _keys_in(facts, target)
        for name, key in keys.items():
            storage.put(folder / name, key)
    if advance(job, facts, target):
        return job.state
    for key in keys.values():
        storage.delete(key)
    return "fenced"


def _path_of(key: str | None) -> Path | None:
    """Bringing a gigabyte here takes time; in the fork, the lease is renewed meanwhile."""
    if key is None:
        return None
    path = storage.path_of(key)
    if not path.exists():
        raise Problem("file_missing")
    return path


def _prepared(facts: dict, folder: Path, target: str) -> dict:
    """In the fork, for the same reason."""
    storage.prepare(folder, _keys_in(facts, target))
    return facts


def _keys_in(facts: dict, target: str) -> dict[str, str]:
    """Where the parts of the folder go, by their names, and at last all the rest of it, which has none."""
    return {**facts.get("kept", {}), "": target}


def advance(job: Job, facts: dict, target: str) -> bool:
    """The work is done and stored, or sent: a database that is gone for a moment shall not cost it."""
    deadline = time.monotonic() + DATABASE_PATIENCE_SECONDS
    while True:
        try:
            return job.advance(facts, target) or _was_told(job, target)
        except DATABASE_GONE:
            if time.monotonic() > deadline:
                raise
            logger.warning("The database did not answer; it is told again", exc_info=True)
            connection.close()
            time.sleep(DATABASE_PAUSE_SECONDS)


def _was_told(job: Job, target: str) -> bool:
    """The row may name our files although it did not change now: the answer to an earlier attempt was lost."""
    with suppress(type(job).DoesNotExist):
        job.refresh_from_db()
    return target in job.artifacts.values()


def renew(job: Job, progress: sandbox.Progress, on_progress: Callable[[Job], None] = lambda job: None) -> bool:
    """Whether the work may go on."""
    if must_stop():
        return False
    try:
        wanted = job.renew(progress.done, progress.total)
        on_progress(job)
        return wanted
    except DATABASE_GONE:
        # It may come back before the lease ends; the work is not lost for a database that restarts.
        logger.warning("The database did not answer; the step goes on", exc_info=True)
        connection.close()
        return True


def _settle(job: Job, problem: Problem) -> str:
    if problem.code in PASSING and job.may_try_again:
        seconds = FIRST_RETRY_SECONDS * 4 ** (job.attempts - 1)
        return State.RETRY_WAIT if job.retry_later(problem, seconds) else "fenced"
    return State.FAILED if job.fail(problem) else "fenced"
