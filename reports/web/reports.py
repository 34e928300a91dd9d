"""The page of a report, and what one can do with it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from reports.kinds.registry import KINDS
from reports.lifecycle import cancel
from reports.lifecycle import request as ask
from reports.lifecycle.refresh import use_last_good
from reports.lifecycle.words import answers_in_words
from reports.models import Report, State
from reports.models.report import ReportQuerySet
from reports.problems import Problem
from reports.web import deliveries
from reports.web.choice import uuid_in
from reports.web.history import PER_PAGE
from reports.web.live import see_other
from reports.web.news import see
from reports.web.options import in_words
from reports.web.permission import refuse_unless
from reports.web.progress import context_of, watched


@require_safe
def report(request: HttpRequest, pk) -> HttpResponse:
    reports = watched(request).select_related(
        "owner", "group", "snapshot__dataset__current", "snapshot__dataset__held", "version"
    )
    report = get_object_or_404(reports, pk=pk)
    see(request, report)
    kind = KINDS.get(report.kind)
    ledger = deliveries.ledger_of(request, report)
    deliveries.see(request, ledger["deliveries"])
    context = {
        **context_of(report),
        **ledger,
        "answers": answers_in_words(report.parameters),
        "kind_name": kind.name if kind else report.kind,
        "options": in_words(report),
    }
    return render(request, "reports/report.html", context)


@require_POST
def cancel_report(request: HttpRequest, pk) -> HttpResponse:
    report = _owned_or_refused(request, pk)
    if not cancel.cancel(report):
        messages.info(request, _("The report had ended before it could be cancelled."))
    return see_other(request, "report", pk)


@require_POST
def retry_report(request: HttpRequest, pk) -> HttpResponse:
    report = _owned_or_refused(request, pk)
    if report.snapshot_id is None or report.may_be_made:
        cancel.retry(report)
    else:
        messages.error(request, str(Problem("data_not_shared")))
    return see_other(request, "report", pk)


@require_POST
def use_last_data(request: HttpRequest, pk) -> HttpResponse:
    """The data could not be read anew: the report is made of what was there before."""
    report = _owned_or_refused(request, pk)
    if use_last_good(report):
        cancel.retry(report)
    else:
        messages.info(request, _("There is no earlier data to make it with."))
    return see_other(request, "report", pk)


@require_POST
def make_again(request: HttpRequest, pk) -> HttpResponse:
    """The same document once more: its page says whether the bytes are the same."""
    report = _report_or_404(request, pk)
    try:
        if report.state != State.READY and report.snapshot_id and not report.may_use_data:
            raise Problem("data_not_shared")
        again = ask.make_again(report, request.user, client_token=uuid_in(request.POST.get("client_token")))
    except Problem as problem:
        messages.error(request, str(problem))
        return see_other(request, "report", pk)
    return see_other(request, "report", again.pk)


@require_POST
def keep_report(request: HttpRequest, pk) -> HttpResponse:
    """For ever, or, with `for=retention`, as long as reports are kept."""
    report = _owned_or_refused(request, pk)
    for_ever = request.POST.get("for") != "retention"
    if Report.objects.filter(pk=pk, state=State.READY).update(is_kept=for_ever) == 0:
        messages.info(request, _("Only a finished report can be kept."))
    elif for_ever:
        messages.success(request, _("“%(title)s” is kept until somebody deletes it.") % {"title": report.title})
    else:
        messages.success(request, _("“%(title)s” expires like other reports.") % {"title": report.title})
    return see_other(request, "report", pk)


@require_POST
def delete_report(request: HttpRequest, pk) -> HttpResponse:
    _delete(request, [_owned_or_refused(request, pk)])
    return see_other(request, "reports")


@require_POST
def delete_reports(request: HttpRequest) -> HttpResponse:
    """Those that were ticked in the list; whoever ticks what is not theirs deletes nothing by it."""
    try:
        chosen = request.POST.getlist("report")[:PER_PAGE]
        found = list(_reports_of(request).owned_by(request.user).filter(pk__in=chosen))
    except ValidationError:
        found = []
    _delete(request, found)
    return see_other(request, "reports")


def _delete(request: HttpRequest, reports: list[Report]) -> None:
    for report in reports:
        cancel.delete_report(report)
    if not reports:
        messages.warning(request, _("No report was chosen, so nothing was deleted."))
    elif len(reports) == 1:
        messages.success(request, _("“%(title)s” has been deleted.") % {"title": reports[0].title})
    else:
        count = len(reports)
        messages.success(
            request, ngettext("%(count)s report deleted.", "%(count)s reports deleted.", count) % {"count": count}
        )


def _reports_of(request: HttpRequest) -> ReportQuerySet:
    return Report.objects.visible_to(request.user).listed()


def _report_or_404(request: HttpRequest, pk) -> Report:
    return get_object_or_404(_reports_of(request).with_rights_of(request.user), pk=pk)


def _owned_or_refused(request: HttpRequest, pk) -> Report:
    report = _report_or_404(request, pk)
    refuse_unless(report.may_own)
    return report
