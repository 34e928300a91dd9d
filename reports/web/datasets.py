"""Datasets: the list, a dataset's page, the progress of its reading, corrections, deletion."""

import json
from uuid import uuid5

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Page, Paginator
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from reports.lifecycle import cancel, changes
from reports.lifecycle.limits import refuse_bytes
from reports.lifecycle.request import request_description
from reports.lifecycle.upload import read_again
from reports.models import Dataset, Report, Snapshot, Source, State
from reports.problems import Problem
from reports.web.contents import contents_of
from reports.web.excerpt import first_rows, table_of
from reports.web.forms.datasets import SheetForm, TypesForm
from reports.web.forms.people import ShareForm
from reports.web.live import has_new_state, has_news, no_news, see_other
from reports.web.permission import refuse_unless

PER_PAGE = 50
# A table may have thousands of columns; a page shows so many at a time.
COLUMNS_PER_PAGE = 50
# A dataset that is read anew before each report may have thousands of versions.
MOST_VERSIONS = 50


@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    newest = Snapshot.objects.filter(dataset=OuterRef("pk")).order_by("-number")
    found = (
        Dataset.objects.visible_to(request.user)
        .select_related("current", "owner", "group")
        .annotate(
            updated_at=Coalesce(Max("snapshots__requested_at"), "created_at"),
            newest_state=Subquery(newest.values("state")[:1]),
        )
        .order_by("-updated_at", "name")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "datasets/list.html", {"page": page})


@require_safe
def dataset(request: HttpRequest, pk) -> HttpResponse:
    dataset = _dataset_or_404(request, pk)
    snapshots = list(dataset.snapshots.all()[:MOST_VERSIONS])
    changes.tell(snapshots)
    newest = snapshots[0] if snapshots else None
    context = {
        "dataset": dataset,
        "snapshots": snapshots,
        "most_versions": MOST_VERSIONS,
        # The newest one, when it is being read, or could not be.
        "unread": newest if newest and newest.state != State.READY else None,
        "source": Source.objects.filter(dataset=dataset).select_related("connection").first(),
    }
    context["inputs"] = _inputs(context["source"], request.user)
    if dataset.may_own:
        context |= _of_its_owner(request, dataset)
    if dataset.current:
        context["broken"] = changes.broken_by(dataset, request.user)
        context["held"] = changes.held_back(dataset, request.user)
        context |= _reading(dataset.current, request.GET.get("page"))
    return render(request, "datasets/dataset.html", context)


def _inputs(source: Source | None, person: AbstractBaseUser) -> list[tuple[str, Dataset | None]]:
    """What a combination reads, by the names that it gives it, as far as somebody sees it."""
    pinned = source.settings.get("datasets", {}) if source else {}
    if not pinned:
        return []
    seen = Dataset.objects.visible_to(person).select_related("current").filter(pk__in=pinned.values())
    known = {str(dataset.pk): dataset for dataset in seen}
    return [(name, known.get(pk)) for name, pk in sorted(pinned.items())]


def _of_its_owner(request: HttpRequest, dataset: Dataset) -> dict:
    """With whom it can be shared, and what is lost with it."""
    reports = Report.objects.listed().filter(snapshot__dataset=dataset)
    return {
        "share_form": ShareForm(person=request.user, thing=dataset),
        "report_count": reports.filter(state=State.READY).count(),
        "unfinished_count": reports.unfinished().count(),
    }


def _reading(snapshot: Snapshot, number: str | None) -> dict:
    """What the page shows of a snapshot: some of its columns with their types, and the first rows of these."""
    page = _columns_page(snapshot, number)
    columns = [snapshot.typed_columns[position] for position in page]
    return {
        "current": snapshot,
        "page": page,
        **table_of(columns, first_rows(snapshot, columns)),
        "types_form": TypesForm(snapshot=snapshot, positions=page),
        "sheet_form": SheetForm(snapshot=snapshot) if len(snapshot.sheets) > 1 else None,
        **contents_of(snapshot, page),
    }


@require_safe
def progress(request: HttpRequest, pk) -> HttpResponse:
    """The polled fragment: nothing while nothing has changed, the whole page once the reading has ended."""
    newest = _dataset_or_404(request, pk).snapshots.first()
    if newest is None or not newest.is_unfinished:
        return HttpResponseClientRefresh()
    if not has_news(request, newest):
        return no_news()
    context = {"snapshot": newest, "announced": has_new_state(request, newest)}
    return render(request, "datasets/progress.html", context)


@require_safe
def contents(request: HttpRequest, pk) -> HttpResponse:
    """What is in the data: the polled fragment of the dataset's page, which shows it to whoever has no scripts."""
    dataset = _dataset_or_404(request, pk)
    if not (request.htmx and dataset.current):
        return redirect("dataset", pk)
    description = getattr(dataset.current, "description", None)
    if description and not has_news(request, description):
        return no_news()
    page = _columns_page(dataset.current, request.GET.get("page"))
    return render(request, "datasets/contents.html", {"dataset": dataset, **contents_of(dataset.current, page)})


@require_POST
def describe(request: HttpRequest, pk) -> HttpResponse:
    """What can be read is left alone: whoever may see the data may ask."""
    dataset = _dataset_or_404(request, pk)
    if dataset.current and dataset.current.rows:
        known = contents_of(dataset.current, _columns_page(dataset.current, None))["description"]
        if known is None or known.state != State.READY:
            request_description(dataset.current)
    return see_other(request, "dataset", pk)


@require_POST
def correct_types(request: HttpRequest, pk, number: int) -> HttpResponse:
    snapshot = _snapshot_to_change(request, pk, number)
    positions = _columns_page(snapshot, request.POST.get("page"))
    form = TypesForm(request.POST, snapshot=snapshot, positions=positions)
    if form.is_valid():
        _read_again(request, form, snapshot, types=snapshot.types | form.changes(), sheet=snapshot.sheet)
    else:
        messages.error(request, _("These types could not be understood. Nothing was changed."))
    return see_other(request, "dataset", pk)


@require_POST
def choose_sheet(request: HttpRequest, pk, number: int) -> HttpResponse:
    snapshot = _snapshot_to_change(request, pk, number)
    form = SheetForm(request.POST, snapshot=snapshot)
    if form.is_valid():
        sheet = form.cleaned_data["sheet"]
        _read_again(request, form, snapshot, types=snapshot.types if sheet == snapshot.sheet else {}, sheet=sheet)
    else:
        messages.error(request, _("The workbook has no such sheet. Nothing was changed."))
    return see_other(request, "dataset", pk)


def _read_again(request: HttpRequest, form, snapshot: Snapshot, *, types: dict, sheet: str) -> None:
    if snapshot.pk != snapshot.dataset.current_id:
        messages.info(request, _("Another version is in use by now, so nothing was changed."))
    elif (types, sheet) == (snapshot.types, snapshot.sheet):
        messages.info(request, _("This is how the file was read already, so it was not read again."))
    else:
        # Sent twice, it is one request; sent again with other choices (one went back and changed them), another.
        token = uuid5(form.cleaned_data["client_token"], json.dumps([types, sheet], sort_keys=True))
        try:
            refuse_bytes(snapshot.owner)
            read_again(snapshot, types=types, sheet=sheet, client_token=token)
        except Problem as problem:
            messages.error(request, str(problem))
        except Dataset.DoesNotExist:  # deleted meanwhile
            raise Http404 from None


@require_POST
def retry_reading(request: HttpRequest, pk, number: int) -> HttpResponse:
    cancel.retry(_snapshot_to_change(request, pk, number))
    return see_other(request, "dataset", pk)


@require_POST
def cancel_reading(request: HttpRequest, pk, number: int) -> HttpResponse:
    cancel.cancel(_snapshot_to_change(request, pk, number))
    return see_other(request, "dataset", pk)


@require_POST
def decide(request: HttpRequest, pk, number: int, use: bool) -> HttpResponse:
    """About new data that is held back."""
    snapshot = _snapshot_to_change(request, pk, number)
    if not snapshot.dataset.decide(snapshot, use=use):
        messages.info(request, _("Another version is in use by now, so nothing was changed."))
    elif use:
        messages.success(request, _("The new columns are in use."))
    else:
        messages.success(request, _("The old data stays in use."))
    return see_other(request, "dataset", pk)


@require_POST
def delete_dataset(request: HttpRequest, pk) -> HttpResponse:
    dataset = _dataset_or_404(request, pk)
    refuse_unless(dataset.may_own)
    cancel.delete_dataset(dataset)
    messages.success(request, _("“%(name)s” has been deleted.") % {"name": dataset.name})
    return see_other(request, "datasets")


def _dataset_or_404(request: HttpRequest, pk) -> Dataset:
    datasets = Dataset.objects.visible_to(request.user).with_rights_of(request.user)
    return get_object_or_404(datasets.select_related("current__description", "held", "owner", "group"), pk=pk)


def _snapshot_to_change(request: HttpRequest, pk, number: int) -> Snapshot:
    dataset = _dataset_or_404(request, pk)
    refuse_unless(dataset.may_edit)
    return get_object_or_404(dataset.snapshots.select_related("dataset"), number=number)


def _columns_page(snapshot: Snapshot, number: str | None) -> Page:
    """A page of the positions of its columns."""
    return Paginator(range(len(snapshot.columns)), COLUMNS_PER_PAGE).get_page(number)
