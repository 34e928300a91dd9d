"""What the clock asks for.  Beat only ticks; the rows say what is to be done."""

from celery import shared_task

from reports.lifecycle import sweep as sweeper
from reports.lifecycle.dispatch import dispatch as queue_waiting


@shared_task(name="reports.beat.dispatch")
def dispatch() -> int:
    return queue_waiting()


@shared_task(name="reports.beat.sweep")
def sweep() -> None:
    sweeper.sweep()


@shared_task(name="reports.beat.collect")
def collect() -> None:
    sweeper.collect()
