"""Is the portal alive, and is it ready to make reports?  For those who supervise it.

An answer takes two seconds at most, whatever hangs: each part is asked in a thread that nobody waits for longer, and
that is not asked again before it has answered.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Lock, Thread

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers

from portal.celery import QUEUES, app
from reports import releases, shared_time, storage
from reports.lifecycle import watch
from reports.models import Worker

PATIENCE_SECONDS = 2

logger = logging.getLogger(__name__)


class Part:
    """Something that the portal needs, and whether it is good: `check` gives {name: bool} for the names.

    fault: what it said last of what is wrong with it, if it said anything.
    """

    def __init__(self, check: Callable[[], dict[str, bool]], names: list[str]):
        self.check = check
        self.names = names
        self.lock = Lock()
        self.answer: Future | None = None
        self.fault = ""

    def ask(self) -> Future:
        with self.lock:
            if self.answer is None or self.answer.done():
                self.answer = Future()
                Thread(target=self._ask, args=[self.answer], daemon=True).start()
            return self.answer

    def unknown(self) -> dict[str, bool]:
        return dict.fromkeys(self.names, False)

    def _ask(self, answer: Future) -> None:
        try:
            answer.set_result(self.check())
        except Exception as error:
            logger.warning("Not good: %s (%s)", ", ".join(self.names), type(error).__name__)
            answer.set_result(self.unknown())
        finally:
            connection.close()


def _database() -> dict[str, bool]:
    """What it knows of the workers, too: a queue is good when one takes messages from it, not when one lives."""
    workers = list(Worker.objects.all())
    served = watch.served(workers, watch.running_jobs(), shared_time.now())
    queues = {f"queue {name}": is_good for name, is_good in served.items()}
    facts = {"database": True, "release": not releases.is_outdated(), "clock": watch.clock_runs(workers)}
    return facts | queues


def _broker() -> dict[str, bool]:
    with app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0)
    return {"broker": True}


def _storage() -> dict[str, bool]:
    STORAGE.fault = storage.fault()
    if STORAGE.fault:
        logger.warning("Storage: %s", STORAGE.fault)
    return {"storage": not STORAGE.fault}


DATABASE = Part(_database, ["database", "release", "clock", *(f"queue {name}" for name in QUEUES)])
BROKER = Part(_broker, ["broker"])
STORAGE = Part(_storage, ["storage"])


def found(*parts: Part) -> dict[str, bool]:
    """Name -> whether it is good; what does not answer in time is not."""
    answers = [part.ask() for part in parts]
    wait(answers, PATIENCE_SECONDS)
    return {
        name: is_good
        for part, answer in zip(parts, answers, strict=True)
        for name, is_good in (answer.result() if answer.done() else part.unknown()).items()
    }


def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers.  A supervisor that hears nothing starts it again."""
    return _uncached(JsonResponse({"alive": True}))


def readyz(request: HttpRequest) -> HttpResponse:
    parts = found(DATABASE, BROKER, STORAGE)
    is_ready = all(parts.values())
    return _uncached(JsonResponse({"ready": is_ready, "parts": parts}, status=200 if is_ready else 503))


def _uncached(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response
