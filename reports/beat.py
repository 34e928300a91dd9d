"""What the clock asks for.  Beat only ticks; the rows say what is to be done."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from celery import shared_task
from celery.signals import worker_ready

from reports import releases
from reports.lifecycle import schedule
from reports.lifecycle import sweep as sweeper
from reports.lifecycle.dispatch import BROKER_ERRORS
from reports.lifecycle.dispatch import dispatch as queue_waiting
from reports.lifecycle.notices import keep_notices, tell_of_held


@shared_task(name="reports.beat.dispatch")
def dispatch() -> int:
    return queue_waiting()


def of_this_release(task: Callable[[], None]) -> Callable[[], None]:
    """Decorator: what a newer release has written, an older one leaves alone."""

    @wraps(task)
    def unless_outdated() -> None:
        if not releases.is_outdated():
            task()

    return unless_outdated


@shared_task(name="reports.beat.sweep")
@of_this_release
def sweep() -> None:
    keep_notices()
    tell_of_held()
    sweeper.sweep()


@shared_task(name="reports.beat.schedules", ignore_result=True)
@of_this_release
def schedules() -> None:
    schedule.tick()


@shared_task(name="reports.beat.tick", ignore_result=True)
def tick() -> None:
    """Goes to every queue: a worker that takes it is not deaf, and tells so (`reports.presence`)."""


@worker_ready.connect
def tick_at_once(sender, **_):
    """Nobody has to wait for the clock to know that a new worker is ready."""
    with suppress(*BROKER_ERRORS):
        for queue in sender.app.amqp.queues.consume_from:
            tick.apply_async(queue=queue, expires=25)


@shared_task(name="reports.beat.collect")
@of_this_release
def collect() -> None:
    sweeper.collect()
