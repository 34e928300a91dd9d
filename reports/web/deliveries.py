"""Send a report from its page, or have a schedule send its reports; what came of it; links to it."""

from collections.abc import Callable, Iterable
from uuid import uuid4
from zlib import crc32

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.delivery.links import address_of
from reports.lifecycle import audit, cancel
from reports.lifecycle.deliver import deliver
from reports.models import Delivery, Report, Schedule, ShareLink, State
from reports.models.act import Did
from reports.problems import Problem
from reports.web.account import portal_of
from reports.web.forms.deliveries import forms_offered
from reports.web.live import no_news, see_other
from reports.web.schedules import schedule_or_404

WAYS = {
    "email": gettext_lazy("Email"),
    "link": gettext_lazy("Link"),
    "webhook": gettext_lazy("Webhook"),
    "folder": gettext_lazy("Folder"),
}
# A schedule sends to so many places at most.
MOST_TARGETS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk) -> HttpResponse:
    """`?by=`: which way."""
    reports = Report.objects.visible_to(request.user).listed()
    report = get_object_or_404(reports, pk=pk, state=State.READY)
    return _form_page(request, {"report": report}, lambda target: _send(request, report, target))


@require_safe
def ledger(request: HttpRequest, pk) -> HttpResponse:
    """What the page of a report polls while something of it is being sent; nothing while it shows what is true."""
    report = get_object_or_404(Report.objects.visible_to(request.user).listed(), pk=pk)
    found = ledger_of(request, report)
    if request.GET.get("seen") == found["state"]:
        return no_news()
    see(request, found["deliveries"])
    return render(request, "deliveries/sent.html", {"report": report, **found})


@require_http_methods(["GET", "HEAD", "POST"])
def of_schedule(request: HttpRequest, pk) -> HttpResponse:
    """Where its reports are sent, and a form for another place."""
    schedule = schedule_or_404(request, pk)
    context = {"schedule": schedule, "targets": [(WAYS[found["channel"]], found) for found in schedule.deliveries]}
    return _form_page(request, context, lambda target: _add(request, schedule, target))


def _form_page(request: HttpRequest, context: dict, then: Callable[[dict], HttpResponse]) -> HttpResponse:
    """One form for each way; `then` gets the target of a valid one, and a Problem that it raises stands in the form."""
    offered = forms_offered()
    by = request.GET.get("by", "")
    by = by if by in offered else next(iter(offered))
    form = offered[by](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return then(form.target(portal_of(request)))
        except Problem as problem:
            form.add_error(None, str(problem))
    context |= {"form": form, "by": by, "ways": [(way, WAYS[way]) for way in offered]}
    return render(request, "deliveries/send.html", context, status=422 if form.errors else 200)


def _send(request: HttpRequest, report: Report, target: dict) -> HttpResponse:
    count = deliver(report, [target], request.user)
    if target["channel"] == "link":
        messages.success(request, _("The link is below. Copy it, and hand it on."))
    elif count:
        words = ngettext("It is on its way to %(count)s recipient.", "It is on its way to %(count)s recipients.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("They have it already, or it is on its way. Nothing was sent twice."))
    return see_other(request, resolve_url("report", report.pk) + "#sent")


def _add(request: HttpRequest, schedule: Schedule, target: dict) -> HttpResponse:
    with transaction.atomic():
        known = _locked(schedule)
        if len(known) >= MOST_TARGETS:
            raise Problem("too_many_targets", most=MOST_TARGETS)
        _keep(schedule, [*known, {"id": str(uuid4()), **target}])
    messages.success(request, _("From now on its reports are sent there, too."))
    return see_other(request, "schedule_deliveries", schedule.pk)


def _locked(schedule: Schedule) -> list[dict]:
    """Two who change them at the same moment take turns."""
    return Schedule.objects.select_for_update().values_list("deliveries", flat=True).get(pk=schedule.pk)


def _keep(schedule: Schedule, targets: list[dict]) -> None:
    Schedule.objects.filter(pk=schedule.pk).update(deliveries=targets)


@require_POST
def remove_target(request: HttpRequest, pk, target) -> HttpResponse:
    """One that has been removed already is nothing to complain of."""
    schedule = schedule_or_404(request, pk)
    with transaction.atomic():
        _keep(schedule, [found for found in _locked(schedule) if found.get("id") != str(target)])
    messages.success(request, _("Its reports are not sent there any more."))
    return see_other(request, "schedule_deliveries", pk)


@require_POST
def retry(request: HttpRequest, pk) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user).listed(), pk=pk)
    if not cancel.retry(delivery):
        messages.info(request, _("It has been asked for again already."))
    return see_other(request, resolve_url("report", delivery.report_id) + "#sent")


@require_POST
def revoke(request: HttpRequest, pk) -> HttpResponse:
    link = get_object_or_404(ShareLink.objects.visible_to(request.user).select_related("report"), pk=pk)
    with transaction.atomic():
        link.revoke()
        audit.record(Did.ENDED_LINK, link.report)
    messages.success(request, _("The link has ended. Whoever has it gets nothing by it."))
    return see_other(request, resolve_url("report", link.report_id) + "#sent")


def ledger_of(request: HttpRequest, report: Report) -> dict:
    """What was sent of a report, and the links to it, as far as the reader may know of it."""
    deliveries = Delivery.objects.visible_to(request.user).listed().filter(report=report).select_related("owner")
    links = ShareLink.objects.visible_to(request.user).filter(report=report, revoked_at=None)
    links = links.select_related("owner", "delivery")
    return {
        "deliveries": list(deliveries),
        "links": [(link, address_of(link, portal_of(request))) for link in links],
        "on_its_way": any(found.is_unfinished for found in deliveries),
        "state": _state(deliveries),
    }


def _state(deliveries: Iterable[Delivery]) -> str:
    """Changes whenever something changes that the ledger shows."""
    return str(crc32(repr([(str(found.pk), found.revision, found.attempts) for found in deliveries]).encode()))


def see(request: HttpRequest, deliveries: list[Delivery]) -> None:
    """Whoever looks at the page on which a failure stands has been told of it."""
    if any(found.state == State.FAILED and found.seen_at is None for found in deliveries):
        Delivery.objects.filter(owner=request.user, pk__in=[found.pk for found in deliveries]).see()
