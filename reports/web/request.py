"""Ask for a report: choose a kind, choose a dataset, set the options, see the first page, request.

What has been chosen is in the address, `?kind=&dataset=`, or `?from=` a report to ask for another like it.
"""

import json
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.kinds import Kind
from reports.kinds.forms import KindForm
from reports.kinds.registry import KINDS, kind_named
from reports.lifecycle.request import request_report
from reports.models import Dataset, Report
from reports.problems import Problem
from reports.web.live import see_other


@dataclass
class Choice:
    """What has been chosen so far.  `problem` says what of it does not exist."""

    kind: Kind | None = None
    dataset: Dataset | None = None
    like: Report | None = None
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.kind and self.dataset)

    @property
    def query(self) -> str:
        """The address's parameters that lead back here."""
        query = QueryDict(mutable=True)
        if self.kind:
            query["kind"] = self.kind.code
        if self.dataset:
            query["dataset"] = str(self.dataset.pk)
        return query.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    choice = choice_of(request)
    if not choice.is_complete:
        return _questions(request, choice)
    if request.method != "POST":
        return _page(request, choice, _first_form(choice))
    edited = _edited(request.POST)
    if edited:
        return _page(request, choice, unjudged(choice, edited))
    form = choice.kind.form(request.POST, columns=choice.dataset.current.typed_columns)
    if not form.is_valid():
        return _page(request, choice, form, status=422)
    return see_other(request, "report", _ask(request, choice, form).pk)


@require_POST
def filters(request: HttpRequest) -> HttpResponse:
    """The rows of filters again: the tests that fit the columns that were chosen, and an empty row."""
    choice = choice_of(request)
    if not choice.is_complete:
        raise Http404
    context = {"form": unjudged(choice, request.POST), "choice": choice}
    return render(request, "reports/request_filters.html", context)


def choice_of(request: HttpRequest) -> Choice:
    if "from" in request.GET:
        return _choice_of_another(request)
    choice = Choice()
    code, dataset = request.GET.get("kind"), request.GET.get("dataset")
    try:
        choice.kind = kind_named(code) if code else None
    except Problem as problem:
        choice.problem = str(problem)
    if dataset:
        choice.dataset = usable_datasets(request).filter(pk=uuid_in(dataset)).first()
        if choice.dataset is None:
            choice.problem = _("There is no such dataset, or its file has not been read yet. Choose another.")
    return choice


def _choice_of_another(request: HttpRequest) -> Choice:
    """What was chosen for a report, if its data is still there."""
    reports = Report.objects.visible_to(request.user).listed().select_related("snapshot")
    like = reports.filter(pk=uuid_in(request.GET["from"])).first()
    kept = like and like.snapshot and usable_datasets(request).filter(pk=like.snapshot.dataset_id).first()
    if kept:
        return Choice(KINDS.get(like.kind), kept, like)
    return Choice(problem=_("The data of that report has been deleted. Choose another dataset."))


def usable_datasets(request: HttpRequest) -> QuerySet:
    usable = Dataset.objects.visible_to(request.user).exclude(current=None)
    return usable.select_related("current", "owner").order_by("-current__requested_at")


def title_of(choice: Choice, form: KindForm) -> str:
    return form.cleaned_data["title"] or choice.dataset.name


def _questions(request: HttpRequest, choice: Choice) -> HttpResponse:
    kinds = [(kind, [f"reports/drawings/{code}.html", "reports/drawings/other.html"]) for code, kind in KINDS.items()]
    context = {"choice": choice, "kinds": kinds, "datasets": usable_datasets(request)}
    return render(request, "reports/request.html", context, status=404 if choice.problem else 200)


def _page(request: HttpRequest, choice: Choice, form: KindForm, status: int = 200) -> HttpResponse:
    context = {
        "choice": choice,
        "form": form,
        "tagged_rows": settings.TAGGED_ROWS,
        "may_be_untagged": choice.kind.prints_every_row and choice.dataset.current.rows > settings.TAGGED_ROWS,
        "columns": _in_order(form) if "columns" in form.fields else [],
        "client_token": request.POST.get("client_token") or uuid4(),
    }
    return render(request, "reports/request.html", context, status=status)


def _first_form(choice: Choice) -> KindForm:
    columns = choice.dataset.current.typed_columns
    if choice.like:
        return choice.kind.form(choice.like.options, columns=columns)
    return choice.kind.form(None, columns=columns, initial={"title": choice.dataset.name})


def _in_order(form: KindForm) -> list[tuple[str, bool]]:
    """(column, whether it is chosen): the chosen ones first, in their order."""
    known = dict.fromkeys(column.name for column in form.columns)
    chosen = {name: True for name in form["columns"].value() or [] if name in known}
    return [*chosen.items(), *((name, False) for name in known if name not in chosen)]


def unjudged(choice: Choice, data: QueryDict) -> KindForm:
    """The form as it was sent, but nobody has asked yet whether it is right."""
    columns = choice.dataset.current.typed_columns
    sent = choice.kind.form(data, columns=columns)
    return choice.kind.form(None, columns=columns, initial={field.name: field.value() for field in sent})


def _edited(data: QueryDict) -> QueryDict | None:
    """The form after one of its buttons that only change it, as they work without a script; None when it was the
    button that asks for the report."""
    for button, step in (("up", -1), ("down", 1)):
        if button in data:
            return _moved(data, data[button], step)
    return data if "more" in data or "drop_look" in data else None


def _moved(data: QueryDict, name: str, step: int) -> QueryDict:
    moved = data.copy()
    for field in ("columns", "parts"):
        names = data.getlist(field)
        if name in names:
            place = names.index(name)
            names.insert(max(0, place + step), names.pop(place))
            moved.setlist(field, names)
    return moved


def _ask(request: HttpRequest, choice: Choice, form: KindForm) -> Report:
    token = uuid_in(request.POST.get("client_token"))
    if token is None:
        raise Http404
    options, snapshot, password = form.options(), choice.dataset.current, form.cleaned_data["password"]
    # Sent twice, it is one report; sent again with other options (one went back and changed them), another.
    mark = salted_hmac("password", password).hexdigest()
    content = json.dumps([choice.kind.code, str(snapshot.pk), options, mark], sort_keys=True)
    return request_report(
        request.user,
        choice.kind.code,
        snapshot,
        options,
        title=title_of(choice, form),
        language=get_language(),
        password=password,
        client_token=uuid5(token, content),
    )


def uuid_in(text: str | None) -> UUID | None:
    try:
        return UUID(text)
    except (TypeError, ValueError):
        return None
