"""What staff see of the work: what waits, who does what, what was made, what failed, what is stuck."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from reports import shared_time
from reports.lifecycle import cancel, watch
from reports.lifecycle.stuck import Fate, Stuck, stuck
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
    Validation,
    Worker,
)
from reports.models.job import Job
from reports.models.report import STEP_NAMES
from reports.web import probes
from reports.web.choice import uuid_in
from reports.web.live import no_news, see_other
from reports.web.staff import staff_only

MODELS = {model._meta.model_name: model for model in JOBS}
QUEUE_NAMES = {
    "reports": gettext_lazy("Reports"),
    "snapshots": gettext_lazy("Files to read"),
    "quick": gettext_lazy("Previews and upkeep"),
    "deliveries": gettext_lazy("What is sent"),
}
FATES = {
    Fate.RESUMED: gettext_lazy(
        "Nobody works on it any more. The sweeper has this step done again: attempt %(next)s of %(most)s."
    ),
    Fate.FAILED: gettext_lazy("Nobody works on it any more, after %(most)s attempts. The sweeper ends it as failed."),
    Fate.REPUBLISHED: gettext_lazy("Its message is lost. The sweeper queues it again; no attempt is counted."),
    Fate.LEFT: gettext_lazy("It is queued, and no worker has taken it yet. The sweeper leaves it in the queue."),
    Fate.RETRIED: gettext_lazy(
        "It did not work, and rests. The sweeper then queues it again: attempt %(next)s of %(most)s."
    ),
    Fate.PUBLISHED: gettext_lazy("It is not queued yet. The sweeper queues it, as soon as it is this person's turn."),
}
# Memory that changes by less is no news.
MEMORY_STEP = 16 * 1024 * 1024


@dataclass(frozen=True)
class JobView:
    """A job in a list.  url: where it can be looked at, if anywhere.  words: what became or becomes of it."""

    job: Job
    title: str
    what: str
    url: str
    step: str | Promise
    words: str = ""
    since: datetime | None = None

    @property
    def model(self) -> str:
        return self.job._meta.model_name

    @property
    def can_be_retried(self) -> bool:
        """Not when the data of a report is gone."""
        return not isinstance(self.job, Report) or self.job.snapshot_id is not None


@dataclass(frozen=True)
class WorkerView:
    """worker: None for what is done by a process that has told nothing of itself."""

    worker: Worker | None
    jobs: list[JobView]


@require_safe
@staff_only
def operations(request: HttpRequest) -> HttpResponse:
    context = _context(shared_time.now())
    if request.htmx and request.GET.get("seen") == context["seen"]:
        return no_news()
    return render(request, "operations/now.html" if request.htmx else "operations/operations.html", context)


@require_POST
@staff_only
def retry(request: HttpRequest) -> HttpResponse:
    model = MODELS.get(request.POST.get("model", ""))
    if model is None:
        raise Http404
    job = get_object_or_404(model, pk=uuid_in(request.POST.get("job")))
    if cancel.retry(job):
        messages.success(request, _("“%(title)s” has been asked for again.") % {"title": job})
    else:
        messages.info(request, _("“%(title)s” has been asked for again already.") % {"title": job})
    return see_other(request, "operations")


def _context(now: datetime) -> dict:
    workers, running = list(Worker.objects.all()), watch.running_jobs()
    parts = probes.found(probes.BROKER, probes.STORAGE)
    queues = watch.queues(workers, running, now)
    is_served = {queue.name: queue.is_served for queue in queues}
    clock_runs = watch.clock_runs(workers)
    context = {
        "broker_answers": parts["broker"],
        "storage_is_good": parts["storage"],
        "storage_fault": probes.STORAGE.fault,
        "clock_runs": clock_runs,
        "deaf": [QUEUE_NAMES[name] for name, served in is_served.items() if not served],
        "silent": [worker.name for worker in workers if worker.is_silent],
        "queues": [(QUEUE_NAMES[queue.name], queue) for queue in queues],
        "workers": _workers(workers, running),
        "last_hour": watch.output(now - timedelta(hours=1)),
        "last_day": watch.output(now - timedelta(days=1)),
        "hours": watch.made_by_hour(now),
        "failures": [_view(job, words=job.problem_in_words, since=job.finished_at) for job in watch.failures()],
        "stuck": [_stuck_view(found) for found in stuck(now, running, broker_answers=parts["broker"])],
        "sweeper_runs": clock_runs and is_served["quick"],
    }
    return {**context, "seen": _seen(context, now), "bars": _bars(context["hours"])}


def _workers(workers: list[Worker], running: list[Job]) -> list[WorkerView]:
    views = [WorkerView(worker, [_view(job) for job in running if job.worker == worker.name]) for worker in workers]
    known = {worker.name for worker in workers}
    others = [_view(job) for job in running if job.worker not in known]
    return views + ([WorkerView(None, others)] if others else [])


def _view(job: Job, words: str = "", since: datetime | None = None) -> JobView:
    if isinstance(job, Snapshot):
        what, url = _("Version %(number)s of a dataset") % {"number": job.number}, ("dataset", job.dataset_id)
    elif isinstance(job, (Validation, Export, Delivery)):
        what = {Validation: _("Check of a PDF"), Export: _("Data as a file"), Delivery: _("Delivery")}[type(job)]
        url = ("report", job.report_id)
    elif isinstance(job, Description):
        what, url = _("What is in a dataset"), ("dataset", job.snapshot.dataset_id)
    elif isinstance(job, (Burst, BurstPart)):
        what = _("One PDF for each value")
        url = ("burst", job.burst_id if isinstance(job, BurstPart) else job.pk)
    elif isinstance(job, Logo):
        what, url = _("Logo of a group"), None
    else:
        what, url = (_("Preview"), None) if job.is_preview else (_("Report"), ("report", job.pk))
    title = str(job.dataset) if isinstance(job, Snapshot) else str(job)
    address = reverse(url[0], args=[url[1]]) if url else ""
    return JobView(job, title, what, address, STEP_NAMES[job.step], words, since)


def _stuck_view(found: Stuck) -> JobView:
    most = found.job.most_attempts
    attempts = {"next": min(found.job.attempts + 1, most), "most": most}
    return _view(found.job, words=FATES[found.fate] % attempts, since=found.since)


def _seen(context: dict, now: datetime) -> str:
    """Changes whenever something changes that the page shows, and each minute, for the times."""
    shown = [context[name] for name in ("broker_answers", "storage_is_good", "clock_runs", "last_hour", "hours")]
    shown += [now.timestamp() // 60, context["last_day"]]
    shown += [(queue.waiting, queue.queued, queue.running, queue.is_served) for _name, queue in context["queues"]]
    for view in context["workers"]:
        worker = view.worker
        shown.append(worker and (worker.name, worker.pid, worker.is_silent, worker.memory // MEMORY_STEP))
        shown += [(job.job.pk, job.job.revision) for job in view.jobs]
    shown += [(view.job.pk, view.job.revision, view.words) for view in context["failures"] + context["stuck"]]
    return str(crc32(repr(shown).encode()))


def _bars(hours: list[int]) -> list[dict]:
    """For a drawing that is 100 high and 10 wide for each hour."""
    most = max(*hours, 1)
    heights = [round(100 * count / most) for count in hours]
    return [{"x": 10 * place, "y": 100 - height, "height": height} for place, height in enumerate(heights)]
