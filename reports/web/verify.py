"""Is a PDF that somebody holds one of ours, and still as it was made?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from reports.lifecycle import verify as lifecycle
from reports.web.body_limit import takes_a_file
from reports.web.forms.verify import VerifyForm


@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    context = {"form": form}
    if form.is_valid():
        file = form.cleaned_data["file"]
        context |= {"finding": lifecycle.verify(file.chunks(), request.user), "file_name": file.name}
    return render(request, "verify/verify.html", context, status=422 if form.errors else 200)
