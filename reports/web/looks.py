"""The part of the options that says how columns look: drawn again when another column is chosen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from reports.web.choice import choice_of
from reports.web.options_form import unjudged


@require_POST
def looks(request: HttpRequest) -> HttpResponse:
    """The rows of controls again, those of the column that was chosen last among them."""
    choice = choice_of(request)
    if not choice.is_complete:
        raise Http404
    context = {"form": unjudged(choice, request.POST), "choice": choice}
    return render(request, "reports/request_looks.html", context)
