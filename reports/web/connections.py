"""The databases that may be queried: staff register them, look whether they answer, and remove them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.lifecycle import audit
from reports.models import Connection, Dataset
from reports.models.act import Did
from reports.models.sorting import by_words
from reports.pipeline.given import url_to
from reports.problems import Problem
from reports.sources.servers import connected, said_by
from reports.web.forms.connections import ConnectionForm
from reports.web.live import see_other
from reports.web.staff import staff_only

PER_PAGE = 50
TEST_SECONDS = 10


@require_safe
@staff_only
def connections(request: HttpRequest) -> HttpResponse:
    found = (
        Connection.objects.annotate(dataset_count=Count("sources"))
        .order_by(*by_words("name"))
        .prefetch_related("groups")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "connections/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def edit(request: HttpRequest, pk) -> HttpResponse:
    return _form(request, get_object_or_404(Connection, pk=pk))


def _form(request: HttpRequest, connection: Connection | None) -> HttpResponse:
    form = ConnectionForm(request.POST or None, instance=connection)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            audit.record(Did.CHANGED if connection else Did.MADE, saved)
        messages.success(request, _("“%(name)s” has been saved. Test whether it answers.") % {"name": saved.name})
        return see_other(request, "connection", saved.pk)
    context = {
        "form": form,
        "connection": connection,
        "datasets": Dataset.objects.filter(source__connection=connection) if connection else [],
    }
    return render(request, "connections/edit.html", context, status=422 if form.errors else 200)


@require_POST
@staff_only
def test(request: HttpRequest, pk) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=pk)
    try:
        with connected(url_to(connection), seconds=TEST_SECONDS, time_zone="UTC") as database:
            database.exec_driver_sql("SELECT 1")
    except Problem as problem:
        messages.error(request, " ".join(filter(None, [str(problem), said_by(problem)])))
    else:
        messages.success(request, _("The database answers. “%(name)s” can be queried.") % {"name": connection.name})
    return see_other(request, "connection", pk)


@require_POST
@staff_only
def delete(request: HttpRequest, pk) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=pk)
    with transaction.atomic():
        audit.record(Did.DELETED, connection)
        connection.delete()
    messages.success(request, _("“%(name)s” has been deleted.") % {"name": connection.name})
    return see_other(request, "connections")
