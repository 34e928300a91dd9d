"""The files of reports: the PDF, and the picture of a preview."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from reports import storage
from reports.delivery.names import file_name
from reports.lifecycle import audit
from reports.models import Report, State
from reports.models.act import Did


@require_safe
@xframe_options_sameorigin
def pdf(request: HttpRequest, pk) -> HttpResponse:
    """The PDF to keep, or with `?inline` to read in the page."""
    report = get_object_or_404(Report.objects.visible_to(request.user).listed(), pk=pk, state=State.READY)
    try:
        file = storage.path_of(report.pdf).open("rb")
    except OSError:
        return render(request, "reports/file_missing.html", {"report": report}, status=404)
    response = FileResponse(
        file, as_attachment="inline" not in request.GET, filename=file_name(report), content_type="application/pdf"
    )
    patch_cache_control(response, private=True, no_cache=True)
    response["ETag"] = f'"{report.sha256}"'
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    if request.method == "GET" and answer.status_code == 200 and response.as_attachment:
        audit.record(Did.DOWNLOADED, report)
    return answer


@require_safe
def preview_image(request: HttpRequest, pk) -> HttpResponse:
    """The first page of a preview, as a picture.  It never changes: a new preview is a new report."""
    preview = get_object_or_404(Report.objects.visible_to(request.user).previews(), pk=pk, state=State.READY)
    try:
        file = storage.path_of(preview.preview_image).open("rb")
    except OSError:
        return HttpResponse(status=404)
    response = FileResponse(file, content_type="image/png")
    patch_cache_control(response, private=True, max_age=3600)
    return response
