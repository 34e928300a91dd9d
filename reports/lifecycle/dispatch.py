"""From rows that wait to messages on the broker.

The rows are the outbox: whatever is lost between a commit and a worker is found by the sweeper and comes through
here again.  Admission is per person, from the database, so that one person's thousand reports never stand before
another's first.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from amqp.exceptions import AMQPError
from celery import chain, signature
from django.conf import settings
from django.db.models import Count
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portal import logs
from portal.celery import app
from reports import shared_time
from reports.models import Burst, BurstPart, Delivery, Description, Export, Logo, Report, Snapshot, Validation
from reports.models.job import Job, JobQuerySet
from reports.tasks import TASKS

BROKER_ERRORS = (OperationalError, RedisError, AMQPError, OSError)

logger = logging.getLogger(__name__)


class Lane(NamedTuple):
    """Jobs that share a limit per person, and the queue that they wait in."""

    queue: str
    jobs: JobQuerySet


LANES = (
    Lane("quick", Report.objects.previews()),
    Lane("reports", Report.objects.listed()),
    Lane("reports", Burst.objects.all()),
    Lane("reports", BurstPart.objects.select_related("burst")),
    Lane("reports", Validation.objects.all()),
    Lane("reports", Export.objects.select_related("report__snapshot")),
    Lane("snapshots", Snapshot.objects.all()),
    Lane("snapshots", Description.objects.select_related("snapshot")),
    Lane("quick", Logo.objects.all()),
    Lane("deliveries", Delivery.objects.all()),
)
# Ends every chain, whatever became of the steps before it: somebody else's turn has come.
NEXT = signature("reports.beat.dispatch", immutable=True, queue="quick")


def dispatch() -> int:
    """Queue all that may be queued now; returns how many jobs.  Safe to run many times at once.

    When the broker does not answer, the jobs keep waiting and the sweeper tries again: a person who asks for a
    report is kept for one time-out at most, however many jobs wait.
    """
    queued = 0
    try:
        for lane in LANES:
            for job in _admissible(lane.jobs):
                queued += _queue(job, lane.queue)
    except BROKER_ERRORS as error:
        logger.warning("The broker does not answer; the sweeper will try again: %s", error)
    return queued


def messages_in(queue: str) -> int:
    """How many messages wait in a queue of the broker, stale ones included.  Raises one of BROKER_ERRORS."""
    with app.connection_for_read() as connection:
        try:
            return connection.default_channel.queue_declare(queue, passive=True).message_count
        except connection.channel_errors:  # Redis knows no empty queue, RabbitMQ none before the first worker
            return 0


def _admissible(jobs: JobQuerySet) -> Iterator[Job]:
    due = jobs.due(shared_time.now())
    owners = list(due.order_by().values_list("owner", flat=True).distinct())
    counts = jobs.in_flight().filter(owner__in=owners).order_by().values_list("owner").annotate(Count("pk"))
    in_flight = Counter(dict(counts))
    for owner in owners:
        room = settings.JOBS_PER_PERSON - in_flight[owner]
        if room > 0:
            yield from due.filter(owner=owner)[:room]


def _queue(job: Job, queue: str) -> bool:
    """Whether it was us who queued it.  Raises one of BROKER_ERRORS, and leaves the job waiting."""
    if not job.queue():
        return False
    steps = job.STEPS[job.STEPS.index(job.step) :]
    links = [TASKS[step].si(str(job.pk), job.epoch).set(queue=queue) for step in steps]
    try:
        chain(*links, NEXT).apply_async()
    except BROKER_ERRORS:
        job.unqueue()
        raise
    with logs.about(**job.in_logs):
        logger.info("Queued on %s", queue)
    return True
