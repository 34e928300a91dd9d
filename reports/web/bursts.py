"""The page of a burst: its values, what was made of each, and what is tried again."""

from zlib import crc32

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.lifecycle.burst import cancel_burst, delete_burst, try_again
from reports.models import Burst, BurstValue, Delivery, State
from reports.web.history import OF_NO_LIST
from reports.web.live import no_news, see_other

PER_PAGE = 50


@require_safe
def burst(request: HttpRequest, pk) -> HttpResponse:
    context = _context(request, _burst_or_404(request, pk))
    _see(request, context)
    return render(request, "bursts/burst.html", context)


@require_safe
def progress(request: HttpRequest, pk) -> HttpResponse:
    """What its page polls while something is on its way; nothing while it shows what is true."""
    context = _context(request, _burst_or_404(request, pk))
    if request.GET.get("seen") == context["seen"]:
        return no_news()
    _see(request, context)
    return render(request, "bursts/values.html", context)


def _see(request: HttpRequest, context: dict) -> None:
    """Whoever looks at the page of their burst that has ended has seen it."""
    burst = context["burst"]
    if burst.owner_id == request.user.pk and burst.seen_at is None and not context["is_live"]:
        Burst.objects.filter(pk=burst.pk).see()


def _burst_or_404(request: HttpRequest, pk) -> Burst:
    known = Burst.objects.visible_to(request.user).select_related("owner", "slot__schedule")
    return get_object_or_404(known, pk=pk)


def _context(request: HttpRequest, burst: Burst) -> dict:
    sent = Prefetch("report__deliveries", Delivery.objects.listed().defer("content", "answers"))
    values = burst.values.select_related("report", "part").prefetch_related(sent)
    page = Paginator(values.defer(*(f"report__{name}" for name in OF_NO_LIST)), PER_PAGE).get_page(
        request.GET.get("page")
    )
    counts = burst.counts()
    is_live = not Burst.objects.ended().filter(pk=burst.pk).exists()
    shown = [(value.pk, value.part.state, value.problem, _states(value)) for value in page]
    return {
        "burst": burst,
        "page": page,
        "counts": counts,
        "settled": counts["made"] + counts["failed"] + counts["gone"],
        "is_stopped": not is_live and (burst.state != State.READY or counts["made"] + counts["gone"] < counts["total"]),
        "is_live": is_live,
        "pdfs": counts["made"] - counts["expired"],
        "seen": str(crc32(repr([burst.revision, is_live, counts, shown]).encode())),
    }


def _states(value: BurstValue) -> list[str]:
    """What is shown of a value that may change."""
    if value.report is None:
        return []
    return [value.report.state, *(delivery.state for delivery in value.report.deliveries.all())]


@require_POST
def again(request: HttpRequest, pk) -> HttpResponse:
    count = try_again(_burst_or_404(request, pk))
    if count:
        messages.success(request, _("What was not made is being made again. What was made stays."))
    else:
        messages.info(request, _("There is nothing to try again."))
    return see_other(request, "burst", pk)


@require_POST
def cancel(request: HttpRequest, pk) -> HttpResponse:
    cancel_burst(_burst_or_404(request, pk))
    messages.success(request, _("It has been cancelled. What was made by then stays."))
    return see_other(request, "burst", pk)


@require_POST
def delete(request: HttpRequest, pk) -> HttpResponse:
    """To the schedule that it came of, if there is one."""
    burst = _burst_or_404(request, pk)
    slot = getattr(burst, "slot", None)
    delete_burst(burst)
    messages.success(request, _("“%(title)s” has been deleted, with all its PDFs.") % {"title": burst.title})
    return see_other(request, "schedule", slot.schedule_id) if slot else see_other(request, "schedules")
