"""Datasets that are read from a source: begin one, edit where it comes from, read it anew."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.lifecycle import changes
from reports.lifecycle import refresh as lifecycle
from reports.lifecycle.limits import refuse_bytes
from reports.models import Dataset, Source
from reports.problems import Problem
from reports.web.excerpt import table_of
from reports.web.forms.api import ApiForm
from reports.web.forms.combination import CombinationForm
from reports.web.forms.query import QueryForm
from reports.web.forms.sources import SourceForm
from reports.web.live import see_other
from reports.web.permission import refuse_unless

# The form of each source; its page is `datasets/source_<code>.html`.
FORMS: dict[str, type[SourceForm]] = {form.code: form for form in (QueryForm, CombinationForm, ApiForm)}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    if code not in FORMS:
        raise Http404
    form = FORMS[code](request.POST or None, person=request.user)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            refuse_bytes(request.user)
            dataset = lifecycle.begin(
                request.user,
                form.cleaned_data["name"],
                form.content(),
                client_token=form.cleaned_data["client_token"],
            )
            return see_other(request, "dataset", dataset.pk)
        except lifecycle.NameTakenError:
            form.refuse_name()
        except Problem as problem:
            form.add_error(None, str(problem))
    return _page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk) -> HttpResponse:
    source = _source_to_change(request, pk)
    form = FORMS[source.code](request.POST or None, person=request.user, source=source)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            refuse_bytes(source.dataset.owner)
            lifecycle.change(source, form.content())
            return see_other(request, "dataset", pk)
        except lifecycle.ChangedMeanwhileError:
            form.add_error(None, _("Somebody else has changed this meanwhile. Look at it again before you save yours."))
        except Problem as problem:
            form.add_error(None, str(problem))
        except Dataset.DoesNotExist:  # deleted meanwhile
            raise Http404 from None
    return _page(request, form, source.dataset)


@require_POST
def refresh(request: HttpRequest, pk) -> HttpResponse:
    source = _source_to_change(request, pk)
    try:
        refuse_bytes(source.dataset.owner)
        lifecycle.refresh(source.dataset)
    except Problem as problem:
        messages.error(request, str(problem))
    except Dataset.DoesNotExist:  # deleted meanwhile
        raise Http404 from None
    return see_other(request, "dataset", pk)


def _page(request: HttpRequest, form: SourceForm, dataset: Dataset | None = None) -> HttpResponse:
    """With the first rows, where those are asked for."""
    context = {"form": form, "dataset": dataset}
    if request.method == "POST" and "look" in request.POST and form.is_valid():
        try:
            columns, rows = form.first_rows()
            context |= table_of(columns, rows)
            names = [column.name for column in columns]
            context["would_break"] = dataset and changes.broken_without(dataset, names, request.user)
        except Problem as problem:
            form.add_error(None, str(problem))
        except MemoryError:
            form.add_error(None, _("The first rows need more memory than a page has. Save it: a worker has more."))
        except OSError as error:
            form.add_error(None, str(Problem("storage", reason=error.strerror or str(error))))
    return render(request, f"datasets/source_{form.code}.html", context, status=422 if form.errors else 200)


def _source_to_change(request: HttpRequest, pk) -> Source:
    datasets = Dataset.objects.visible_to(request.user).with_rights_of(request.user)
    dataset = get_object_or_404(datasets.select_related("source"), pk=pk)
    refuse_unless(dataset.may_edit)
    source = Source.objects.select_related("dataset", "connection").filter(dataset=dataset).first()
    if source is None:
        raise Http404
    return source
