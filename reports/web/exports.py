"""The data of a report as CSV or XLSX: asked for, watched while a worker writes it, downloaded."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from reports.lifecycle import audit
from reports.lifecycle.request import request_export
from reports.models import Export, Report, State
from reports.models.act import Did
from reports.models.export import Format
from reports.problems import Problem
from reports.web import files
from reports.web.downloads import file_name
from reports.web.live import has_news, no_news, see_other

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@require_POST
def ask(request: HttpRequest, pk, format_: str) -> HttpResponse:
    if format_ not in Format.values:
        raise Http404
    report = get_object_or_404(_reports_of(request).select_related("snapshot"), pk=pk)
    try:
        request_export(report, request.user, format_)
    except Problem as problem:
        messages.error(request, str(problem))
        return see_other(request, "report", pk)
    return see_other(request, "report_data", pk, format_)


@require_safe
def export(request: HttpRequest, pk, format_: str) -> HttpResponse:
    """How far the file is, and where it is once it is there."""
    export = _export_or_404(request, pk, format_)
    if request.htmx:
        if not has_news(request, export):
            return no_news()
        return render(request, "reports/data_state.html", {"export": export, "report": export.report})
    return render(request, "reports/data.html", {"export": export, "report": export.report})


@require_safe
def download(request: HttpRequest, pk, format_: str) -> HttpResponse:
    export = _export_or_404(request, pk, format_)
    if export.state != State.READY:
        raise Http404
    try:
        response = files.download(request, export.file, file_name(export.report, format_), TYPES[format_])
    except FileNotFoundError:
        export.delete()  # it can be asked for anew
        return render(request, "reports/file_missing.html", {"report": export.report}, status=404)
    patch_cache_control(response, private=True, no_cache=True)
    if request.method == "GET":
        audit.record(Did.DOWNLOADED, export.report, detail=export.get_format_display())
    return response


def _export_or_404(request: HttpRequest, pk, format_: str) -> Export:
    exports = Export.objects.filter(report__in=_reports_of(request)).select_related("report")
    return get_object_or_404(exports, report=pk, format=format_)


def _reports_of(request: HttpRequest):
    return Report.objects.visible_to(request.user).listed().filter(state=State.READY)
