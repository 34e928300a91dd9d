"""Seconds and megabytes, and processes that take turns."""

import multiprocessing
import re
import resource
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from reports import sandbox
from tests.benchmarks.files import Files

MEGABYTE = 1024 * 1024
# Nobody is to be stopped: the slowest peer takes two minutes.
LIMITS = {"seconds": 1800, "megabytes": 20_000, "on_tick": lambda progress: True}


@dataclass(frozen=True)
class Figures:
    """What it took to make a PDF: `wall` seconds on the clock, `cpu` seconds of all its processes together, and `peak`,
    the most memory (MB, resident) that one of them had.  `steps` says the same of each step, if there are some."""

    wall: float
    cpu: float
    peak: float
    steps: dict[str, "Figures"] = field(default_factory=dict)

    @classmethod
    def of_steps(cls, steps: dict[str, "Figures"]) -> "Figures":
        """Steps that were done one after the other."""
        made = steps.values()
        return cls(sum(step.wall for step in made), sum(step.cpu for step in made), max(s.peak for s in made), steps)


def in_fork(function: Callable[[], object]) -> Figures:
    """Call the function as a worker does: in a fork of this process, which has loaded all that it needs, and which may
    keep another one running (that draws charts)."""

    def measured(_progress) -> dict:
        function()
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {"peak": used.ru_maxrss, "cpu": used.ru_utime + used.ru_stime}

    before, start = _cpu_of_children(), time.perf_counter()
    facts = sandbox.run(measured, **LIMITS)
    wall, after = time.perf_counter() - start, _cpu_of_children()
    servers = sum(after[pid] - before[pid] for pid in before.keys() & after.keys())
    return Figures(wall, facts["cpu"] + servers, facts["peak"] * 1024 / MEGABYTE)


def _cpu_of_children() -> dict[int, float]:
    """Process id -> seconds, of those that this process has started and that are there."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found[process.pid] = sum(process.cpu_times()[:2])
    return found


def with_servers(function: Callable[[], object]) -> Figures:
    """Call the function here; the processes that this one keeps running do the work."""
    cpu, start = _cpu_of_all(), time.perf_counter()
    function()
    wall, cpu = time.perf_counter() - start, _cpu_of_all() - cpu
    return Figures(wall, cpu, max(map(_peak, psutil.Process().children(recursive=True))) / MEGABYTE)


def _cpu_of_all() -> float:
    """Of this process and those that it has started; those that have ended count with whoever started them."""
    total = 0.0
    for process in (me := psutil.Process(), *me.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def _peak(process: psutil.Process) -> int:
    """0 for a process that has ended."""
    try:
        found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process.pid}/status").read_text())
    except FileNotFoundError:
        return 0
    return int(found[1]) * 1024 if found else 0


# Makes itself ready for the files in a folder, and then makes the PDF each time that it is asked.
Contender = Callable[[Files], AbstractContextManager[Callable[[Path], Figures]]]


class Player:
    """A contender in a process of its own, which keeps what it has loaded until the end."""

    def __init__(self, contender: Contender, files: Files):
        spawning = multiprocessing.get_context("spawn")
        self._connection, other = spawning.Pipe()
        self._process = spawning.Process(target=_play, args=(other, contender, files), daemon=True)
        self._process.start()
        other.close()
        self._connection.recv()

    def make(self, target: Path) -> Figures:
        """Make the PDF once.  Raises EOFError when the contender has failed."""
        self._connection.send(target)
        return self._connection.recv()

    def end(self) -> None:
        """Let it stop what it keeps running."""
        self._connection.close()
        self._process.join()


def _play(connection: Connection, contender: Contender, files: Files) -> None:
    with contender(files) as make:
        connection.send("ready")
        try:
            while True:
                connection.send(make(connection.recv()))
        except EOFError:
            return
