"""Ask for a report: choose a kind, choose a dataset, set the options, see the first page, request.

What has been chosen is in the address (`reports.web.choice`).
"""

import json
from uuid import uuid5

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods, require_POST

from reports.kinds.forms import KindForm
from reports.lifecycle.request import request_report
from reports.models import Report
from reports.problems import Problem
from reports.web.choice import Choice, choice_of, title_of, uuid_in
from reports.web.forms.language import LanguageForm, language_of
from reports.web.live import see_other
from reports.web.options_form import edited, first_form, options_context, questions_context, unjudged


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    choice = choice_of(request)
    if not choice.is_complete:
        return _questions(request, choice)
    if request.method != "POST":
        given = choice.like.options if choice.like else None
        return _page(request, choice, first_form(choice, given, title=choice.dataset.name, person=request.user))
    changed = edited(request.POST)
    if changed:
        return _page(request, choice, unjudged(choice, changed))
    form = choice.kind.form(request.POST, columns=choice.dataset.current.typed_columns)
    if not form.is_valid():
        return _page(request, choice, form, status=422)
    try:
        return see_other(request, "report", _ask(request, choice, form).pk)
    except Problem as problem:
        form.add_error(None, str(problem))
        return _page(request, choice, form, status=422)


@require_POST
def filters(request: HttpRequest) -> HttpResponse:
    """The rows of filters again: the tests that fit the columns that were chosen, and an empty row."""
    choice = choice_of(request)
    if not choice.is_complete:
        raise Http404
    asks = "asks" in request.GET
    context = {"form": unjudged(choice, request.POST, asks=asks), "choice": choice, "asks": asks}
    return render(request, "reports/request_filters.html", context)


def _questions(request: HttpRequest, choice: Choice) -> HttpResponse:
    context = questions_context(request, choice, reverse("report_request"))
    return render(request, "reports/request.html", context, status=404 if choice.problem else 200)


def _page(request: HttpRequest, choice: Choice, form: KindForm, status: int = 200) -> HttpResponse:
    language = LanguageForm(initial={"language": language_of(request.POST, choice.like)})
    context = {**options_context(request, choice, form, reverse("report_request")), "language_form": language}
    return render(request, "reports/request.html", context, status=status)


def _ask(request: HttpRequest, choice: Choice, form: KindForm) -> Report:
    token = uuid_in(request.POST.get("client_token"))
    if token is None:
        raise Http404
    options, snapshot, password = form.options(), choice.dataset.current, form.cleaned_data["password"]
    language = language_of(request.POST)
    return request_report(
        request.user,
        choice.kind.code,
        snapshot,
        options,
        title=title_of(choice, form),
        language=language,
        password=password,
        client_token=token_of(token, choice.kind.code, str(snapshot.pk), options, language, password=password),
    )


def token_of(token, *content, password: str):
    """Sent twice, it is one report; sent again with other options (one went back and changed them), another."""
    mark = salted_hmac("password", password).hexdigest()
    return uuid5(token, json.dumps([*content, mark], sort_keys=True))
