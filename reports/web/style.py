"""Every component of the pages in every state, for whoever changes one."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports import shared_time
from reports.models import Report, State
from reports.models.report import STEP_NAMES
from reports.web.forms.datasets import DatasetForm
from reports.web.forms.people import InviteForm
from reports.web.specimens import specimens
from reports.web.staff import staff_only

LEVELS = ("info", "success", "warning", "error")
MARKS = ("done", "running", "waiting", "failed", "stopped")
BUTTONS = ("", "primary", "danger", "quiet", "quiet-danger")


@require_safe
@staff_only
def style(request: HttpRequest) -> HttpResponse:
    steps = zip(MARKS, STEP_NAMES.values(), strict=False)
    context = {
        "buttons": BUTTONS,
        "levels": LEVELS,
        "reports": [Report(state=state) for state in State],
        "steps": [{"mark": mark, "name": name, "took": timedelta(seconds=7)} for mark, name in steps],
        "empty": InviteForm(auto_id="empty_%s"),
        "refused": InviteForm({"email": "ana@"}, auto_id="refused_%s"),
        "file": DatasetForm(auto_id="file_%s"),
        "page": Paginator(range(30), 10).page(2),
        "moment": shared_time.now() - timedelta(hours=2),
        **specimens(request.user),
    }
    return render(request, "style/style.html", context)
