"""What operators see of the work: queues, workers, what was made and what failed.

All of it comes from the database, by a number of queries that grows with nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Avg, Count, F, Min, Q, Sum
from django.db.models.functions import TruncHour

from portal.celery import QUEUES
from reports.lifecycle.dispatch import LANES
from reports.models import (
    JOBS,
    Burst,
    BurstPart,
    Delivery,
    Description,
    Export,
    Logo,
    Report,
    Snapshot,
    State,
    Validation,
    Worker,
)
from reports.models.job import QUEUE_SECONDS, WAITING, Job, JobQuerySet

# The clock sends a message to every queue each 30 seconds; who has taken none of three is not listening.
DEAF_SECONDS = 95
RECENT_FAILURES = 10
HOURS = 24
# What the name of a job is taken from, and what of it is large and not shown.
RELATED = {
    Report: (),
    Snapshot: ("dataset",),
    Validation: ("report",),
    Export: ("report",),
    Description: ("snapshot__dataset",),
    Logo: (),
    Delivery: ("report",),
    Burst: (),
    BurstPart: ("burst",),
}
_OF_ITS_REPORT = ("report__options", "report__timeline", "report__artifacts", "report__receipt", "report__engine")
LARGE = {
    Report: ("options", "timeline", "artifacts", "receipt", "verdict", "engine"),
    Snapshot: ("columns", "timeline", "artifacts"),
    Validation: _OF_ITS_REPORT,
    Export: _OF_ITS_REPORT,
    Description: ("snapshot__columns", "snapshot__timeline", "snapshot__artifacts", "timeline", "artifacts"),
    Logo: ("timeline", "artifacts"),
    Delivery: (*_OF_ITS_REPORT, "content", "answers"),
    Burst: ("options", "timeline", "artifacts", "notes"),
    BurstPart: ("burst__options", "burst__timeline", "burst__artifacts", "burst__notes"),
}


@dataclass
class QueueView:
    """waiting: for the person's turn, or for another attempt.  queued: for a worker; `since`: the longest of them.

    consumed_at: when a worker last took a message from it.  is_served: whether a worker takes them at present.
    """

    name: str
    waiting: int = 0
    queued: int = 0
    running: int = 0
    since: datetime | None = None
    consumed_at: datetime | None = None
    is_served: bool = False


@dataclass
class Output:
    """What was made and what failed in a time; average: from the request to the PDF, None when there is none."""

    made: int
    failed: int
    pages: int
    average: timedelta | None


def shown(jobs: JobQuerySet) -> JobQuerySet:
    """With what a list shows of them, and without what it does not."""
    return jobs.select_related("owner", *RELATED[jobs.model]).defer(*LARGE[jobs.model])


def running_jobs() -> list[Job]:
    """Those that somebody works on, or did until it fell silent; the longest one first."""
    found = [job for model in RELATED for job in shown(model.objects.filter(state=State.RUNNING))]
    return sorted(found, key=lambda job: job.step_started_at)


def clock_runs(workers: Iterable[Worker]) -> bool:
    return any(worker.is_clock and not worker.is_silent for worker in workers)


def served(workers: Iterable[Worker], running: Iterable[Job], now: datetime) -> dict[str, bool]:
    """Queue -> whether a worker takes messages from it: it did lately, or has its hands full."""
    busy = Counter(job.worker for job in running if job.lease_until > now)
    return {queue: any(_serves(worker, queue, busy[worker.name], now) for worker in workers) for queue in QUEUES}


def _serves(worker: Worker, queue: str, busy: int, now: datetime) -> bool:
    taken = worker.consumed_at(queue)
    if taken and now - taken < timedelta(seconds=DEAF_SECONDS):
        return True
    return queue in worker.queues and not worker.is_silent and busy >= worker.processes


def queues(workers: Iterable[Worker], running: Iterable[Job], now: datetime) -> list[QueueView]:
    views = {name: QueueView(name, is_served=is_served) for name, is_served in served(workers, running, now).items()}
    for lane in LANES:
        states = lane.jobs.unfinished().order_by().values_list("state").annotate(Count("state"), Min("lease_until"))
        for state, count, lease_until in states:
            _count(views[lane.queue], state, count, lease_until)
    for view in views.values():
        view.consumed_at = max(filter(None, (worker.consumed_at(view.name) for worker in workers)), default=None)
    return list(views.values())


def _count(view: QueueView, state: str, count: int, lease_until: datetime | None) -> None:
    if state in WAITING:
        view.waiting += count
    elif state == State.RUNNING:
        view.running += count
    else:
        view.queued += count
        queued_at = lease_until - timedelta(seconds=QUEUE_SECONDS)
        view.since = min(view.since or queued_at, queued_at)


def output(since: datetime) -> Output:
    ended = Report.objects.listed_of_all().filter(state__in=[State.READY, State.FAILED], finished_at__gte=since)
    made = Q(state=State.READY)
    counts = ended.aggregate(
        made=Count("pk", filter=made),
        failed=Count("pk", filter=~made),
        pages=Sum("pages", filter=made, default=0),
        average=Avg(F("finished_at") - F("requested_at"), filter=made),
    )
    return Output(**counts)


def made_by_hour(now: datetime) -> list[int]:
    """How many reports were made in each of the last hours of the clock, the running one at the end."""
    this = now.replace(minute=0, second=0, microsecond=0)
    hours = [this - timedelta(hours=back) for back in reversed(range(HOURS))]
    made = Report.objects.listed_of_all().filter(state=State.READY, finished_at__gte=hours[0]).order_by()
    counts = dict(made.annotate(hour=TruncHour("finished_at", tzinfo=UTC)).values_list("hour").annotate(Count("state")))
    return [counts.get(hour, 0) for hour in hours]


def failures() -> list[Job]:
    """The last ones of all kinds, the newest first; previews are nobody's loss."""
    others = (model.objects.all() for model in JOBS if model not in (Report, Export))
    of_all = (Report.objects.listed_of_all(), *others)
    failed = [shown(jobs.filter(state=State.FAILED)).order_by("-finished_at")[:RECENT_FAILURES] for jobs in of_all]
    newest = sorted((job for jobs in failed for job in jobs), key=lambda job: job.finished_at, reverse=True)
    return newest[:RECENT_FAILURES]
