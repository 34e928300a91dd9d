"""Half an hour (`MINUTES`) of reports, and every minute something bad: is all made, once, and does the memory stay?"""

import itertools
import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack, suppress
from hashlib import sha256
from statistics import median

import redis

from portal import env
from reports import storage
from reports.lifecycle.dispatch import dispatch
from reports.models import Report, State
from reports.presence import memory_of
from tests import processes
from tests.factories import PersonFactory
from tests.load import house

MINUTES = float(os.environ.get("MINUTES", "30"))
# Reports are asked for at a pace that the workers hold, so that a queue that grows is a fault of ours.
ROWS, EVERY_SECONDS, FAULT_SECONDS, SAMPLE_SECONDS = 200, 1.5, 60, 10
# After the last request: leases end, lost messages are published again.
END_SECONDS = 300


class Portal:
    """The processes, by name; one that was killed is started again, as a supervisor does."""

    def __init__(self, stack: ExitStack):
        self.stack = stack
        self.starting = {
            "redis": processes.redis,
            "web": house.web,
            "beat": processes.beat,
            "worker 1": lambda: house.worker(1, "worker-1"),
            "worker 2": lambda: house.worker(1, "worker-2"),
        }
        self.running = {}
        self.replace_the_dead()

    def replace_the_dead(self) -> None:
        for name, start in self.starting.items():
            if name not in self.running or self.running[name].poll() is not None:
                self.running[name], _ = self.stack.enter_context(start())

    def memory(self) -> dict[str, float]:
        """MB, with all that is under each; of pages that they share, each counts its part."""
        return {name: memory_of(process.pid) / 1024**2 for name, process in self.running.items()}

    def pid(self, name: str) -> int:
        return self.running[name].pid


def measure() -> dict:
    snapshot = house.orders(ROWS)
    options, people = house.listing_of(snapshot), PersonFactory.create_batch(5, is_staff=True)
    faults, memory, asked = Counter(), [], []
    with ExitStack() as stack:
        portal = Portal(stack)
        start, faults_of = time.monotonic(), itertools.cycle(FAULTS)
        next_fault, next_sample = FAULT_SECONDS, SAMPLE_SECONDS
        while (passed := time.monotonic() - start) < MINUTES * 60:
            asked.append(house.kept(random.choice(people), snapshot, options).pk)
            dispatch()
            if passed > next_sample:
                memory.append(portal.memory())
                next_sample += SAMPLE_SECONDS
            if passed > next_fault:
                fault = next(faults_of)
                faults[fault.__name__] += 1
                fault(portal)
                next_fault += FAULT_SECONDS
            portal.replace_the_dead()
            time.sleep(EVERY_SECONDS)
        unfinished = Report.objects.unfinished()
        processes.wait_until(lambda: not unfinished.exists(), "all reports have ended", END_SECONDS)
    return {
        "minutes": MINUTES,
        "faults": dict(faults),
        **_reconciled(asked),
        "memory MB, first third": _medians(memory[: len(memory) // 3]),
        "memory MB, last third": _medians(memory[-(len(memory) // 3) :]),
    }


def _kill_a_child(portal: Portal) -> None:
    """What works at the moment, or its parent."""
    children = processes.descendants(portal.pid("worker 1"))
    with suppress(ProcessLookupError):
        os.kill(random.choice(list(children)), signal.SIGKILL)


def _kill_a_worker(portal: Portal) -> None:
    portal.running["worker 2"].kill()
    portal.running["worker 2"].wait()


def _let_a_worker_sleep(portal: Portal) -> None:
    """Past its lease."""
    os.kill(portal.pid("worker 1"), signal.SIGSTOP)
    time.sleep(40)
    os.kill(portal.pid("worker 1"), signal.SIGCONT)


def _empty_the_broker(portal: Portal) -> None:
    redis.Redis(unix_socket_path=str(env.REDIS_SOCKET)).flushall()


def _kill_the_broker(portal: Portal) -> None:
    portal.running["redis"].kill()
    portal.running["redis"].wait()


FAULTS = [_kill_a_child, _empty_the_broker, _kill_a_worker, _let_a_worker_sleep, _kill_the_broker]


def _reconciled(asked: list) -> dict:
    """Counts of what was asked for; each PDF is there, and is the one whose hash is on its row."""
    reports = Report.objects.in_bulk(asked)
    states = Counter(report.state for report in reports.values())
    ready = [report for report in reports.values() if report.state == State.READY]
    hashes = {report.pk: sha256(storage.path_of(report.pdf).read_bytes()).hexdigest() for report in ready}
    took = sorted((report.finished_at - report.requested_at).total_seconds() for report in ready)
    return {
        "asked": len(asked),
        **{str(state): count for state, count in states.items()},
        "lost": len(asked) - len(reports),
        "PDFs that are whole": sum(hashes[report.pk] == report.sha256 for report in ready),
        "more than one attempt": sum(report.attempts > 1 for report in reports.values()),
        "seconds, median": round(median(took), 2),
        "seconds, longest": round(took[-1], 1),
    }


def _medians(samples: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(median(sample[name] for sample in samples)) for name in samples[0]} if samples else {}
