"""A process in the background tells the database that it lives, and which queues it has taken messages from.

There `/readyz`, `/metrics` and the page of operations find it: to ask the workers by messages is slow, and one that is
stopped, or has gone deaf when the broker came back, answers nobody.
"""

import atexit
import logging
import os
import signal
import socket
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Lock, Thread

from celery.signals import beat_init, task_received, worker_init
from django.db import DatabaseError, connection

from portal import logs
from reports import releases, shared_time
from reports.models import Worker
from reports.models.worker import PRESENCE_SECONDS
from reports.storage import check

logger = logging.getLogger(__name__)

# Queue -> when this worker last took a message from it (ISO 8601).
_consumed: dict[str, str] = {}
# There is something to tell before the next time comes: a first message of a queue.
_news = Event()


@worker_init.connect
def begin_worker(sender, **_) -> None:
    releases.check()
    logs.call_worker(sender.hostname)
    check.warn()
    Presence(sender.hostname, sender.app.amqp.queues.consume_from, sender.concurrency).begin()


@beat_init.connect
def begin_clock(**_) -> None:
    releases.check()
    name = f"beat@{socket.gethostname()}"
    logs.call_worker(name)
    Presence(name, {}, processes=0).begin()


@task_received.connect
def note(request, **_) -> None:
    """In the worker's first process, when the broker has handed it a message."""
    queue = request.delivery_info["routing_key"]
    is_first = queue not in _consumed
    _consumed[queue] = shared_time.now().isoformat()
    if is_first:
        _news.set()


class Presence:
    """A thread that tells, so that a broker or a database that is gone does not keep the process from its work.

    The process forks children.  It must not do so while the thread holds a lock inside of the database's library,
    which would never be released in the child: so a fork waits until the thread has told.
    """

    def __init__(self, name: str, queues: dict, processes: int):
        self.name = name
        self.queues = queues
        self.processes = processes
        self.started_at = shared_time.now()
        self.telling = Lock()
        self.is_ended = self.is_leaving = False

    def begin(self) -> None:
        release = self.telling.release
        os.register_at_fork(before=self.telling.acquire, after_in_parent=release, after_in_child=release)
        atexit.register(self.end)
        Thread(target=self._tell_until_the_end, name="presence", daemon=True).start()

    def end(self) -> None:
        """A process that ends in good order is not missed."""
        with self.telling, suppress(DatabaseError):
            self.is_ended = True
            Worker.objects.filter(name=self.name, pid=os.getpid()).delete()

    def _tell_until_the_end(self) -> None:
        while not self.is_ended:
            with self.telling:
                if not self.is_ended:
                    self._tell()
            _news.wait(PRESENCE_SECONDS)
            _news.clear()

    def _tell(self) -> None:
        worker = Worker(
            name=self.name,
            pid=os.getpid(),
            queues=sorted(self.queues),
            processes=self.processes,
            memory=memory_of(os.getpid()),
            consumed=dict(_consumed),
            started_at=self.started_at,
            seen_at=shared_time.now(),
        )
        try:
            with closing(connection):
                self._end_if_outdated()
                Worker.objects.tell(worker)
        except Exception:
            # The thread must go on: a database that is gone comes back.
            logger.warning("Operators do not see this process at the moment", exc_info=True)

    def _end_if_outdated(self) -> None:
        """Whoever supervises it starts what is there by now."""
        if not self.is_leaving and releases.is_outdated():
            self.is_leaving = True
            logger.error(releases.OUTDATED)
            os.kill(os.getpid(), signal.SIGTERM)


def memory_of(pid: int) -> int:
    """What a process and those under it take, in bytes; of pages that they share, each counts its part."""
    taken = 0
    with suppress(OSError):  # it has just ended
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            taken += memory_of(int(child))
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                taken += int(line.split()[1]) * 1024
    return taken
