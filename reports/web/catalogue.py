"""The catalogue: the definitions that one may use, the page of one, and asking for its report."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.kinds.parameters import ParametersForm
from reports.kinds.registry import KINDS
from reports.lifecycle import audit
from reports.lifecycle.definitions import form_of, trouble_of, wanted_from
from reports.lifecycle.limits import PASSING
from reports.lifecycle.request import request_report
from reports.lifecycle.words import answers_in_words
from reports.models import Dataset, Definition, Report, State
from reports.models.access import visible_report
from reports.models.act import Did
from reports.models.sorting import by_words, sort_key
from reports.problems import Problem
from reports.web.choice import uuid_in
from reports.web.forms.definitions import PrintForm
from reports.web.forms.language import language_of
from reports.web.forms.people import ShareForm
from reports.web.live import see_other
from reports.web.options import version_in_words
from reports.web.permission import refuse_unless
from reports.web.request import token_of
from reports.web.suggestions import suggest

PER_PAGE = 50
RECENT_REPORTS = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Whoever has definitions asks for their reports; whoever has none begins with a report."""
    has_any = Definition.objects.visible_to(request.user).exists()
    return HttpResponseRedirect(resolve_url("catalogue" if has_any else "reports"))


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    known = Definition.objects.visible_to(request.user)
    words, folder = request.GET.get("q", "").strip(), request.GET.get("folder", "")
    found = known.containing(words) if words else known
    if folder:
        found = found.filter(folder=folder)
    found = found.order_by(*by_words("folder", "name"), "id")
    page = Paginator(_with_last_report(found, request).with_data(), PER_PAGE).get_page(request.GET.get("page"))
    for definition in page:
        definition.trouble = trouble_of(definition)
    context = {
        "page": page,
        "words": words,
        "folder": folder,
        "folders": folders_of(request),
        "is_searched": bool(words or folder),
        "kind_names": {code: kind.name for code, kind in KINDS.items()},
    }
    return render(request, "catalogue/list.html", context)


def _with_last_report(definitions: QuerySet, request: HttpRequest) -> QuerySet:
    """`last_made` and `last_asked_for`: of the newest finished report that the person may see."""
    made = (State.READY, State.EXPIRED)
    ready = Report.objects.filter(
        visible_report(request.user), definition=OuterRef("pk"), is_preview__in=[False], state__in=made
    ).order_by("-requested_at")
    return definitions.annotate(
        last_made=Subquery(ready.values("finished_at")[:1]), last_asked_for=Subquery(ready.values("requested_at")[:1])
    )


def folders_of(request: HttpRequest) -> list[str]:
    folders = Definition.objects.visible_to(request.user).exclude(folder="").order_by("folder")
    return sorted(folders.values_list("folder", flat=True).distinct(), key=sort_key)


@require_http_methods(["GET", "HEAD", "POST"])
def definition(request: HttpRequest, pk) -> HttpResponse:
    """What it is, and the form that asks for its report with its parameters alone."""
    definition = definition_of(request, pk)
    if definition is None:
        return gone(request)
    trouble = trouble_of(definition)
    if trouble or request.method != "POST":
        return _page(request, definition, trouble, status=409 if request.method == "POST" else 200)
    version = definition.current
    if request.POST.get("version") != str(version.number):
        messages.warning(request, _("The definition has been changed meanwhile. Look at what is asked now."))
        return _page(request, definition, None, status=409)
    form = form_of(version, request.POST)
    printed = PrintForm(request.POST, standard=version.options.get("standard", ""))
    if not (form.is_valid() and printed.is_valid()):
        return _page(request, definition, None, form, printed, status=422)
    try:
        report = _ask(request, definition, form, printed)
    except Problem as problem:
        if problem.code not in PASSING:
            return _page(request, definition, problem, status=409)
        form.add_error(None, str(problem))
        return _page(request, definition, None, form, printed, status=422)
    return see_other(request, "report", report.pk)


def _ask(request: HttpRequest, definition: Definition, form: ParametersForm, printed: PrintForm) -> Report:
    token = uuid_in(request.POST.get("client_token"))
    if token is None:
        raise Http404
    version, language = definition.current, printed.cleaned_data["language"]
    password = printed.cleaned_data.get("password", "")
    wanted = wanted_from(version, request.user, form, language=language, password=password)
    # Tomorrow, or with newer data, the same words ask for another report.
    asked = [version.pk, str(wanted["snapshot"].pk), str(timezone.localdate()), wanted["options"], language]
    client_token = token_of(token, *asked, password=password)
    return request_report(**wanted, client_token=client_token)


def _page(
    request: HttpRequest,
    definition: Definition,
    trouble: Problem | None,
    form: ParametersForm | None = None,
    printed: PrintForm | None = None,
    status: int = 200,
) -> HttpResponse:
    version = definition.current
    like = _like(request, definition)
    if not trouble:
        form = form or form_of(version, answers=like.parameters if like else None)
        suggest(form, version.dataset.current)
        language = {"language": language_of({}, like)}
        printed = printed or PrintForm(initial=language, standard=version.options.get("standard", ""))
    reports = Report.objects.newest(request.user, RECENT_REPORTS, definition=definition).select_related("owner")
    context = {
        "definition": definition,
        "version": version,
        "trouble": trouble,
        "sees_dataset": version.would_lose and Dataset.objects.visible_to(request.user).filter(pk=version.dataset_id),
        "form": form,
        "print_form": printed,
        "like": like,
        "words": [(label, choice) for label, choice in version_in_words(version) if label not in _shown_above()],
        "reports": [(report, answers_in_words(report.parameters)) for report in reports],
        "share_form": ShareForm(person=request.user, thing=definition) if definition.may_own else None,
        "client_token": request.POST.get("client_token") or uuid4(),
    }
    return render(request, "catalogue/definition.html", context, status=status)


def _shown_above() -> set[str]:
    return {_("Name"), _("Description"), _("Folder")}


def _like(request: HttpRequest, definition: Definition) -> Report | None:
    """`?from=`: the report whose answers stand in the form."""
    pk = uuid_in(request.GET.get("from"))
    return pk and Report.objects.visible_to(request.user).listed().filter(pk=pk, definition=definition).first()


@require_POST
def delete_definition(request: HttpRequest, pk) -> HttpResponse:
    definition = definition_of(request, pk)
    if definition is None:
        return gone(request)
    refuse_unless(definition.may_own)
    with transaction.atomic():
        audit.record(Did.DELETED, definition)
        definition.delete()
    messages.success(request, _("“%(name)s” has been deleted. Its reports stay.") % {"name": definition.name})
    return see_other(request, "catalogue")


def definition_of(request: HttpRequest, pk) -> Definition | None:
    known = Definition.objects.visible_to(request.user).with_rights_of(request.user)
    return known.with_data().filter(pk=pk).first()


def gone(request: HttpRequest) -> HttpResponse:
    """A form may have been open while somebody deleted the definition."""
    return render(request, "catalogue/gone.html", status=404)
