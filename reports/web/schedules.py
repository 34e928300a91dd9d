"""The schedules that one has, the page of one with its history, and what can be done with it."""

from contextlib import suppress
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports import shared_time
from reports.kinds.periods import PERIODS
from reports.lifecycle import audit
from reports.lifecycle.schedule import run_now
from reports.lifecycle.times import next_time, times
from reports.lifecycle.words import answers_in_words
from reports.models import Delivery, Schedule, Slot
from reports.models.act import Did
from reports.models.person import time_zones
from reports.models.schedule import Origin, ScheduleState, SlotState
from reports.problems import Problem
from reports.rules import RuleError, in_words, parse
from reports.web.live import see_other

PER_PAGE = 50
NEXT_TIMES = 5


@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    newest = Slot.objects.filter(schedule=OuterRef("pk")).order_by("-moment").values("pk")[:1]
    known = Schedule.objects.visible_to(request.user).select_related("owner", "definition")
    page = Paginator(known.annotate(newest=Subquery(newest)), PER_PAGE).get_page(request.GET.get("page"))
    slots = Slot.objects.select_related("report").in_bulk([found.newest for found in page if found.newest])
    context = {"page": page, "rows": [(found, words_of(found), slots.get(found.newest)) for found in page]}
    return render(request, "schedules/list.html", context)


@require_safe
def schedule(request: HttpRequest, pk) -> HttpResponse:
    found = schedule_or_404(request, pk)
    sent = Prefetch("report__deliveries", Delivery.objects.listed().defer("content", "answers"))
    slots = Paginator(found.slots.select_related("report", "burst").prefetch_related(sent), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "schedule": found,
        "words": words_of(found),
        "zone": zone_of(found),
        "answers": _answers(found),
        "times": _next_times(found),
        "page": slots,
    }
    return render(request, "schedules/schedule.html", context)


def _next_times(schedule: Schedule) -> list[datetime]:
    """None while it is paused, nor when its rule or its time zone is not known; then the next tick says so."""
    with suppress(Problem):
        return times(schedule, shared_time.now(), NEXT_TIMES) if schedule.is_active else []
    return []


def schedule_or_404(request: HttpRequest, pk) -> Schedule:
    return get_object_or_404(Schedule.objects.visible_to(request.user).with_data(), pk=pk)


def words_of(schedule: Schedule) -> str:
    """Its rule in the reader's language; as it is stored where it cannot be read."""
    try:
        return in_words(parse(schedule.rule))
    except RuleError:
        return schedule.rule


def zone_of(schedule: Schedule) -> str:
    """For the times that a page shows."""
    return schedule.time_zone if schedule.time_zone in time_zones() else "UTC"


def _answers(schedule: Schedule) -> list[tuple[str, str]]:
    """(label, answer): a period in words, without dates, which are others each time."""
    words = answers_in_words(schedule.answers)
    return [
        (label, str(PERIODS[answer["said"]]) if answer.get("said") else text)
        for (label, text), answer in zip(words, schedule.answers, strict=True)
    ]


@require_POST
def pause(request: HttpRequest, pk) -> HttpResponse:
    schedule_or_404(request, pk).pause()
    messages.success(request, _("It is paused. No report is made until you resume it."))
    return see_other(request, "schedule", pk)


@require_POST
def resume(request: HttpRequest, pk) -> HttpResponse:
    """From now on: what came round meanwhile was paused, not missed."""
    found = schedule_or_404(request, pk)
    try:
        if found.definition is None:
            raise Problem("schedule_no_definition", definition=found.definition_name)
        next_at = next_time(found, shared_time.now())
    except Problem as problem:
        messages.error(request, str(problem))
        return see_other(request, "schedule", pk)
    paused = Schedule.objects.filter(pk=pk, state=ScheduleState.PAUSED)
    paused.update(state=ScheduleState.ACTIVE, problem=None, failures=0, next_at=next_at)
    messages.success(request, _("It goes on."))
    return see_other(request, "schedule", pk)


@require_POST
def run(request: HttpRequest, pk, origin: Origin) -> HttpResponse:
    """To the page of the report, or of the burst; back to the schedule when none could be asked for."""
    slot = run_now(schedule_or_404(request, pk), origin)
    if slot.state == SlotState.FAILED:
        messages.error(request, slot.problem_in_words)
        return see_other(request, "schedule", pk)
    if slot.state == SlotState.WAITING:
        words = _("It waits, and is made by itself. %(reason)s")
        messages.warning(request, words % {"reason": slot.problem_in_words})
        return see_other(request, "schedule", pk)
    if origin == Origin.TRIAL:
        messages.success(request, _("This is a trial: it is for you alone."))
    if slot.burst_id:
        return see_other(request, "burst", slot.burst_id)
    return see_other(request, "report", slot.report_id)


@require_POST
def delete(request: HttpRequest, pk) -> HttpResponse:
    found = schedule_or_404(request, pk)
    with transaction.atomic():
        audit.record(Did.DELETED, found)
        found.delete()
    messages.success(request, _("“%(name)s” has been deleted. Its reports stay.") % {"name": found.name})
    return see_other(request, "schedules")
