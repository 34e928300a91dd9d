"""How far a report is: its steps, one bar for all of them, and the fragment that the waiting page asks for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from reports import shared_time, storage
from reports.models import Report, State
from reports.models.report import STEP_NAMES
from reports.web import checked
from reports.web.checked import verdict_of
from reports.web.live import has_news, no_news
from reports.web.news import see

# What part of the bar each step is, in percent, when nothing is known of how long they take.
SHARES = {"gather": 20, "render": 30, "write_pdf": 50}
# A report that nobody has begun after this many seconds deserves a word.
LATE_SECONDS = 30
# A longer queue is not counted.
MOST_AHEAD = 100
MARKS = {State.RUNNING: "running", State.FAILED: "failed", State.CANCELLED: "stopped"}


@dataclass(frozen=True)
class StepView:
    """A step as the page shows it.

    mark: done, running, failed, stopped or waiting.  done, total: rows or pages.  took: the
    time it took, or has taken so far.
    """

    code: str
    name: str | Promise
    mark: str
    done: int = 0
    total: int | None = None
    took: timedelta | None = None


@require_safe
def progress(request: HttpRequest, pk) -> HttpResponse:
    """What the page of a report polls: nothing while it shows what is true, else the region that changes."""
    report = get_object_or_404(watched(request), pk=pk)
    late, ahead = is_late(report), ahead_of(report)
    shown = (request.GET.get("late"), request.GET.get("ahead"))
    if not has_news(request, report) and shown == (str(int(late)), str(ahead)):
        return no_news()
    see(request, report)
    _epoch, state, step, *_counts = (request.GET.get("seen", "") + "...").split(".")
    context = {
        **context_of(report, at_least=_number(request.GET.get("shown"))),
        "other_state": state != report.state,
        # Between two steps it is queued for a moment, of which nobody needs to be told.
        "announced": (state, step) != (report.state, report.step) and report.state != State.QUEUED,
    }
    return render(request, "reports/progress.html", context)


@require_safe
def verdict(request: HttpRequest, pk) -> HttpResponse:
    """What the page of a finished report polls until the validator has spoken."""
    reports = Report.objects.visible_to(request.user).listed().select_related("validation")
    found = verdict_of(get_object_or_404(reports, pk=pk, state=State.READY))
    if found.outcome == "pending":
        return no_news()
    return render(request, "reports/verdict.html", {"verdict": found})


def watched(request: HttpRequest):
    """The reports that somebody may watch, each with the answer to: are others of its owner being made?"""
    mine = Q(owner=OuterRef("owner")) & ~Q(pk=OuterRef("pk"))
    others = Report.objects.listed().in_flight().filter(mine)
    reports = Report.objects.visible_to(request.user).listed().select_related("again_of", "validation", "snapshot")
    return reports.with_rights_of(request.user).annotate(others_in_flight=Exists(others))


def context_of(report: Report, at_least: int = 0) -> dict:
    return {
        "report": report,
        "ahead": ahead_of(report),
        "most_ahead": MOST_AHEAD,
        "steps": steps_of(report),
        "percent": percent(report, at_least),
        "usual": about(report.expected_seconds),
        "late": is_late(report),
        "must_wait": report.state == State.REQUESTED and report.others_in_flight,
        "jobs_per_person": settings.JOBS_PER_PERSON,
        "has_file": report.state == State.READY and _is_there(report.pdf),
        **checked.context_of(report),
    }


def _is_there(key: str) -> bool:
    """What cannot be looked for now is not given up: whoever asks for it learns more."""
    try:
        return storage.exists(key)
    except storage.Unreachable:
        return True


def ahead_of(report: Report) -> int:
    """How many reports wait before one that waits, of all people; MOST_AHEAD + 1 stands for more."""
    if report.state not in (State.REQUESTED, State.QUEUED) or report.started_at:
        return 0
    waiting = Report.objects.listed().filter(state__in=(State.REQUESTED, State.QUEUED), started_at=None)
    return waiting.filter(requested_at__lt=report.requested_at).order_by()[: MOST_AHEAD + 1].count()


def is_late(report: Report) -> bool:
    """Whether it has waited long for somebody to begin with it."""
    begun = report.state not in (State.REQUESTED, State.QUEUED) or report.started_at
    return not begun and report.elapsed.total_seconds() > LATE_SECONDS


def steps_of(report: Report) -> list[StepView]:
    finished = {entry["step"]: entry for entry in report.timeline}
    return [_step_view(report, code, finished.get(code)) for code in report.STEPS]


def _step_view(report: Report, code: str, entry: dict | None) -> StepView:
    name = STEP_NAMES[code]
    if entry:
        took = datetime.fromisoformat(entry["finished"]) - datetime.fromisoformat(entry["started"])
        return StepView(code, name, "done", entry["done"], took=took)
    if code != report.step:
        return StepView(code, name, "waiting")
    took = shared_time.now() - report.step_started_at if report.state == State.RUNNING else None
    return StepView(code, name, MARKS.get(report.state, "waiting"), report.done, report.total, took)


def percent(report: Report, at_least: int = 0) -> int:
    """The length of the bar, 0 to 100; never less than `at_least`, what the page has shown already.

    The steps and their counts say how far it is; where they are silent, the usual time does, within the step.
    """
    if report.state == State.READY:
        return 100
    before = sum(SHARES[step] for step in report.STEPS[: report.STEPS.index(report.step)])
    return max(min(99, at_least), round(before + _of_its_share(report, before)))


def _of_its_share(report: Report, before: int) -> float:
    share = SHARES[report.step]
    if report.total:
        return share * min(1, report.done / report.total)
    if not (report.expected_seconds and report.started_at and report.is_unfinished):
        return 0
    passed = (shared_time.now() - report.started_at).total_seconds()
    return max(0, min(100 * passed / report.expected_seconds - before, 0.9 * share))


def about(seconds: float | None) -> str:
    """A length of time in words, as exact as it deserves; "" for None."""
    if seconds is None:
        return ""
    if seconds < 90:
        number = max(1, round(seconds))
        return ngettext("%(number)s second", "%(number)s seconds", number) % {"number": number}
    number = round(seconds / 60)
    if number < 90:
        return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    return gettext("%(number)s hours") % {"number": round(number / 60)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0
