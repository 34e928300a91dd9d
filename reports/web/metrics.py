"""Figures for Prometheus, taken from the database when they are asked for: the web server has several processes, and
none of them makes reports."""

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate, groupby

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from reports import shared_time
from reports.lifecycle import watch
from reports.models import JOBS, Delivery, Report, Snapshot, State, StepTime, Validation, Worker
from reports.models.job import Job, JobQuerySet
from reports.models.step_time import BUCKETS
from reports.web.staff import staff_only

# What may be overdue.


def for_a_token(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that bears a token; None when it bears none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    if settings.METRICS_TOKEN and constant_time_compare(token, settings.METRICS_TOKEN):
        return _answer(request)
    return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})


@require_safe
@staff_only
def for_staff(request: HttpRequest) -> HttpResponse:
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = HttpResponse(encode(_registry), content_type=content_type)
    add_never_cache_headers(response)
    return response


class FromTheDatabase(Collector):
    def collect(self) -> Iterator[Metric]:
        now = shared_time.now()
        workers, running = list(Worker.objects.all()), watch.running_jobs()
        yield _by_state("prelo_reports", "Reports", Report.objects.listed_of_all())
        yield _by_state("prelo_snapshots", "Readings of files", Snapshot.objects.all())
        yield _by_state("prelo_validations", "Checks of long PDFs", Validation.objects.all())
        yield _by_state("prelo_deliveries", "What is sent", Delivery.objects.all())
        yield _step_seconds()
        yield from _queues(workers, running, now)
        yield _overdue(now)
        yield from _workers(workers, running)


_registry = CollectorRegistry()
_registry.register(FromTheDatabase())


def _by_state(name: str, what: str, jobs: JobQuerySet) -> Metric:
    gauge = GaugeMetricFamily(name, f"{what} by state.", labels=["state"])
    counts = dict(jobs.order_by().values_list("state").annotate(Count("state")))
    for state in State.values:
        gauge.add_metric([state], counts.get(state, 0))
    return gauge


def _step_seconds() -> Metric:
    histogram = HistogramMetricFamily(
        "prelo_step_seconds", "Time that finished steps took.", labels=["step", "preview"]
    )
    for (step, is_preview), rows in groupby(StepTime.objects.all(), lambda row: (row.step, row.is_preview)):
        found = {row.up_to: row for row in rows}
        counts = accumulate(found[end].count if end in found else 0 for end in BUCKETS)
        buckets = [(floatToGoString(end), count) for end, count in zip(BUCKETS, counts, strict=True)]
        seconds = sum(row.seconds for row in found.values())
        histogram.add_metric([step, str(is_preview).lower()], buckets, sum_value=seconds)
    return histogram


def _queues(workers: list[Worker], running: list[Job], now: datetime) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("prelo_queue_jobs", "Unfinished jobs by what they wait for.", labels=["queue", "state"])
    oldest = GaugeMetricFamily(
        "prelo_queue_oldest_seconds", "How long the first job in the queue has waited for a worker.", labels=["queue"]
    )
    served = GaugeMetricFamily(
        "prelo_queue_served", "1 when a worker takes messages from the queue, else 0.", labels=["queue"]
    )
    for queue in watch.queues(workers, running, now):
        jobs.add_metric([queue.name, "waiting"], queue.waiting)
        jobs.add_metric([queue.name, "queued"], queue.queued)
        jobs.add_metric([queue.name, "running"], queue.running)
        oldest.add_metric([queue.name], (now - queue.since).total_seconds() if queue.since else 0)
        served.add_metric([queue.name], queue.is_served)
    yield from (jobs, oldest, served)


def _overdue(now: datetime) -> Metric:
    gauge = GaugeMetricFamily("prelo_overdue_jobs", "Jobs in flight that nobody has touched within their lease.")
    gauge.add_metric([], sum(model.objects.overdue(now).count() for model in JOBS))
    return gauge


def _workers(workers: list[Worker], running: list[Job]) -> Iterator[Metric]:
    memory = GaugeMetricFamily("prelo_worker_memory_bytes", "What a worker and its processes take.", labels=["worker"])
    seen = GaugeMetricFamily(
        "prelo_worker_last_seen_timestamp_seconds", "When a worker last told of itself.", labels=["worker"]
    )
    processes = GaugeMetricFamily(
        "prelo_worker_processes", "Steps that a worker can do at the same time.", labels=["worker"]
    )
    busy = GaugeMetricFamily("prelo_worker_steps", "Steps that a worker does.", labels=["worker"])
    for worker in workers:
        memory.add_metric([worker.name], worker.memory)
        seen.add_metric([worker.name], worker.seen_at.timestamp())
        processes.add_metric([worker.name], worker.processes)
        busy.add_metric([worker.name], sum(job.worker == worker.name for job in running))
    yield from (memory, seen, processes, busy)
