"""The audit log, for staff: filtered by what stands in the address, paged from one act to the next, and as a file."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from reports.models import Act
from reports.models.act import ActQuerySet, Did, Place
from reports.web.staff import staff_only

PER_PAGE = 50
# What acts are done to -> its name.
THINGS = {
    "report": gettext_lazy("Report"),
    "burst": gettext_lazy("One PDF for each value"),
    "dataset": gettext_lazy("Dataset"),
    "source": gettext_lazy("Source of a dataset"),
    "definition": gettext_lazy("Definition"),
    "schedule": gettext_lazy("Schedule"),
    "connection": gettext_lazy("Connection"),
    "group": gettext_lazy("Group"),
    "person": gettext_lazy("Person"),
    "invitation": gettext_lazy("Invitation"),
}
# Of the address; those with a field are what that must be.
FILTERS = {"by": "by", "did": "did", "thing": "thing", "of": "thing_id", "q": "", "from": "", "to": ""}
HEAD = ("at", "by", "did", "thing", "thing_id", "label", "detail", "address")


@require_safe
@staff_only
def audit(request: HttpRequest) -> HttpResponse:
    after = _place_in(request.GET.get("after"))
    found = _sought(request)
    acts = list((found.behind(after) if after else found)[: PER_PAGE + 1])
    page, more = acts[:PER_PAGE], acts[PER_PAGE:]
    context = {
        "acts": [(act, THINGS.get(act.thing, act.thing)) for act in page],
        "older": str(page[-1].place) if more else "",
        "is_first": after is None,
        "deeds": Did.choices,
        "things": list(THINGS.items()),
        "is_narrowed": any(request.GET.get(name) for name in FILTERS),
    }
    return render(request, "operations/audit.html", context)


@require_safe
@staff_only
def audit_file(request: HttpRequest) -> StreamingHttpResponse:
    """All that the filters of the address find, as CSV: moments in UTC, and words as they are stored."""
    name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_lines(_sought(request)), content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(acts: ActQuerySet) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(HEAD)
    for at, *words in acts.values_list(*HEAD).iterator():
        yield writer.writerow([at.astimezone(UTC).isoformat(), *map(_harmless, words)])


def _harmless(text: str) -> str:
    """A spreadsheet would run it as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _sought(request: HttpRequest) -> ActQuerySet:
    """By the filters of the address; what means nothing filters nothing."""
    sought = {name: request.GET.get(name, "").replace("\0", "").strip() for name in FILTERS}
    exact = {field: sought[name] for name, field in FILTERS.items() if field and sought[name]}
    acts = Act.objects.filter(**exact)
    if begin := _midnight(sought["from"]):
        acts = acts.filter(at__gte=begin)
    if end := _midnight(sought["to"], days=1):
        acts = acts.filter(at__lt=end)
    for word in sought["q"].split():
        acts = acts.filter(Q(label__icontains=word) | Q(detail__icontains=word))
    return acts


def _midnight(text: str, days: int = 0) -> datetime | None:
    """The beginning of a day where the reader is, or of one so many days later; None for what is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _place_in(text: str | None) -> Place | None:
    """The act behind which a page begins, as `Place` writes it."""
    moment, _mark, pk = (text or "").partition("~")
    try:
        return Place(datetime.fromisoformat(moment).astimezone(UTC), int(pk))
    except (ValueError, OverflowError):
        return None
