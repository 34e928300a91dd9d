"""Run one function in a process of its own that can be killed, with limits.

A pool child of Celery is daemonic, so `multiprocessing` refuses to start anything in it; a plain fork works, costs
about 10 ms and inherits every import.  The forked process must not use its parent's connections to the database or
the broker: it works on files, and whatever else it asks it connects to by itself.  The caller stays free to renew a
lease, to notice a cancellation and to keep the time, also while the function sits in C code.
"""

import gc
import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from reports.problems import Problem
from reports.processes import end_with, limit_memory

logger = logging.getLogger(__name__)

# A progress line that arrives sooner than this after the last one says nothing new to a person.
PROGRESS_SECONDS = 0.2
EXIT_OUT_OF_MEMORY = 77

# Processes that have said their last word: nobody waits the milliseconds that the kernel takes to clear one away.
_killed: list[int] = []


class Stopped(Exception):
    """The caller's `on_tick` asked for the end of the work."""


@dataclass
class Progress:
    """How far the work is: `done` of `total` (None: unknown), in the unit of the step (rows, pages)."""

    done: int = 0
    total: int | None = None


class Reporter:
    """Sends progress from the forked process; a plain function may call it as often as it likes."""

    def __init__(self, pipe: int):
        self.pipe = pipe
        self.last = 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        now = time.monotonic()
        if now - self.last >= PROGRESS_SECONDS:
            self.last = now
            _send(self.pipe, {"progress": [done, total]})


def run(
    function: Callable[[Reporter], dict],
    *,
    seconds: float,
    megabytes: int,
    on_tick: Callable[[Progress], bool],
    tick: float = 0.5,
) -> dict:
    """Run `function(report_progress)` in a fork and return the dict (JSON) that it returned.

    `seconds` is wall time; `megabytes` bounds the data segment.
    `on_tick(progress)` is called every `tick` seconds; when it returns False the process is killed.

    Raises Problem (the function's own, or `too_slow`, `too_large`, `crashed`, `unexpected`), Stopped when
    `on_tick` says so, and OSError when the function met one (a full disk), for the caller to try again later.
    """
    _reap()
    reader, writer = os.pipe()
    # What the parent has buffered must not be printed twice.
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _be_the_child(function, writer, parent, megabytes)
    os.close(writer)
    answer, status = {}, 0
    try:
        answer = _follow(reader, seconds, on_tick, tick)
    finally:
        os.close(reader)
        _kill(child)
        if answer:
            _killed.append(child)
        else:
            status = os.waitpid(child, 0)[1]
    return _understand(answer, status, megabytes)


def _reap() -> None:
    while _killed:
        with suppress(ChildProcessError):  # a fork inherits the list, and no child
            os.waitpid(_killed.pop(), 0)


def _be_the_child(function, writer: int, parent: int, megabytes: int):
    """Everything that happens in the forked process; never returns."""
    status = 1
    try:
        end_with(parent)
        os.setsid()
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGALRM):
            signal.signal(name, signal.SIG_DFL)
        limit_memory(megabytes)
        # What the parent made will not become garbage here: leaving it alone keeps its pages shared.
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        _end(writer, {"result": function(Reporter(writer))})
    except MemoryError:
        status = EXIT_OUT_OF_MEMORY
    except Problem as problem:
        _end(writer, {"problem": problem.as_json()})
    except OSError as error:
        _end(writer, {"os_error": [error.errno, error.strerror or str(error)]})
    except Exception:
        logger.exception("The work failed")
        _end(writer, {"problem": Problem("unexpected").as_json()})
    finally:
        os._exit(status)


def _end(pipe: int, answer: dict):
    """The last word; the parent kills whoever has said it."""
    sys.stdout.flush()
    sys.stderr.flush()
    _send(pipe, answer)
    os._exit(0)


def _send(pipe: int, message: dict) -> None:
    os.write(pipe, json.dumps(message).encode() + b"\n")


def _follow(reader: int, seconds: float, on_tick, tick: float) -> dict:
    """Read what the child sends; returns its last word, or {} when it died without one."""
    progress, rest = Progress(), b""
    now = time.monotonic()
    deadline, next_tick = now + seconds, now + tick
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, next_tick - time.monotonic()))
        if ready:
            chunk = os.read(reader, 1 << 16)
            if not chunk:
                return {}
            *lines, rest = (rest + chunk).split(b"\n")
            for message in map(json.loads, lines):
                if "progress" not in message:
                    return message
                progress.done, progress.total = message["progress"]
        now = time.monotonic()
        if now >= deadline:
            raise Problem("too_slow", seconds=round(seconds))
        if now >= next_tick:
            next_tick = now + tick
            if not on_tick(progress):
                raise Stopped


def _kill(child: int) -> None:
    """End the child and what it started (it leads a session of its own)."""
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
        except PermissionError:  # macOS says so of a group that has ended
            continue


def _understand(answer: dict, status: int, megabytes: int) -> dict:
    if "result" in answer:
        return answer["result"]
    if "problem" in answer:
        raise Problem(answer["problem"]["code"], **answer["problem"]["params"])
    if "os_error" in answer:
        raise OSError(*answer["os_error"])
    # C code that is refused memory ends by a signal; so does the kernel's own out-of-memory killer.
    if os.waitstatus_to_exitcode(status) in (EXIT_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL):
        raise Problem("too_large", megabytes=megabytes)
    raise Problem("crashed")
