"""The files of reports: the PDF, and the picture of a preview."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from reports.delivery.names import file_name
from reports.lifecycle import audit
from reports.models import Report, State
from reports.models.act import Did
from reports.web.files import download, file_response


@require_safe
@xframe_options_sameorigin
def pdf(request: HttpRequest, pk) -> HttpResponse:
    """The PDF to keep, or with `?inline` to read in the page."""
    report = get_object_or_404(Report.objects.visible_to(request.user).listed(), pk=pk, state=State.READY)
    name, type_ = file_name(report), "application/pdf"
    try:
        if "inline" in request.GET:
            response = file_response(report.pdf, type_, filename=name)
        else:
            response = download(request, report.pdf, name, type_)
    except FileNotFoundError:
        return render(request, "reports/file_missing.html", {"report": report}, status=404)
    if response.status_code == 200:
        patch_cache_control(response, private=True, no_cache=True)
        response["ETag"] = f'"{report.sha256}"'
        response = get_conditional_response(request, etag=response["ETag"], response=response)
    if request.method == "GET" and "inline" not in request.GET and response.status_code in (200, 302):
        audit.record(Did.DOWNLOADED, report)
    return response


@require_safe
def preview_image(request: HttpRequest, pk) -> HttpResponse:
    """The first page of a preview, as a picture.  It never changes: a new preview is a new report."""
    preview = get_object_or_404(Report.objects.visible_to(request.user).previews(), pk=pk, state=State.READY)
    try:
        response = file_response(preview.preview_image, "image/png")
    except FileNotFoundError:
        return HttpResponse(status=404)
    patch_cache_control(response, private=True, max_age=3600)
    return response
