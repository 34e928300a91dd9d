"""The history: filtered and searched by what stands in the address, and paged from one report to the next."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID
from zlib import crc32

from django.contrib.auth import get_user_model
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from reports.kinds.registry import KINDS
from reports.lifecycle.words import answers_in_words
from reports.models import Burst, Definition, Report, State
from reports.models.access import groups_of
from reports.models.history import Place
from reports.models.job import UNFINISHED
from reports.models.sorting import by_words
from reports.web.choice import uuid_in
from reports.web.live import no_news

PER_PAGE = 25
# Longer histories have no counts: nobody needs them, and they take time.
MOST_COUNTED = 1_000
# What a list to choose from holds.
MOST_CHOICES = 200
# The chips: `?state=` -> its label and the states that it stands for.
STATES = {
    "unfinished": (_("In progress"), UNFINISHED),
    "ready": (_("Ready"), [State.READY]),
    "failed": (_("Failed"), [State.FAILED]),
    "cancelled": (_("Cancelled"), [State.CANCELLED]),
    "expired": (_("Expired"), [State.EXPIRED]),
}
# What is known of a PDF, but shown on its own page only; and what else of a report is of no use in a list.
OF_NO_LIST = ("receipt", "notes", "verdict", "engine", "password", "options", "timeline", "artifacts", "search")


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    sought, state = _sought(request), request.GET.get("state")
    counts = _counts(request, sought)
    total = sum(counts.values())
    if state in STATES:
        sought |= {"state__in": STATES[state][1]}
    after = _place_in(request.GET.get("after"))
    found = Report.objects.newest(request.user, PER_PAGE + 1, after=after, **sought)
    found = found.with_rights_of(request.user).select_related("owner", "group")
    reports = list(found.defer(*OF_NO_LIST))
    page, more = reports[:PER_PAGE], reports[PER_PAGE:]
    seen = _seen(page, counts)
    if request.htmx and request.GET.get("seen") == seen:
        return no_news()
    _forget_what_was_seen(request)
    context = {
        "reports": [(report, answers_in_words(report.parameters)) for report in page],
        "older": str(page[-1].place) if more else "",
        "is_first": after is None,
        "seen": seen,
        "chips": list(_chips(counts, state, total <= MOST_COUNTED)),
        "is_all": state not in STATES,
        "total": total,
        "are_counted": total <= MOST_COUNTED,
        "is_live": any(report.is_unfinished for report in page),
        "kind_names": {code: kind.name for code, kind in KINDS.items()},
        "is_narrowed": any(request.GET.get(name) for name in ("q", "kind", "definition", "person", "burst")),
    }
    if request.htmx:
        return render(request, "reports/history_table.html", context)
    burst = sought.get("burst") and Burst.objects.visible_to(request.user).filter(pk=sought["burst"]).first()
    return render(request, "reports/history.html", context | _choices(request) | {"burst": burst})


def _sought(request: HttpRequest) -> dict:
    """The filters of the address, as `ReportQuerySet.newest` takes them; what means nothing filters nothing."""
    sought = {"words": request.GET.get("q", "")}
    if request.GET.get("kind") in KINDS:
        sought["kind"] = request.GET["kind"]
    if definition := uuid_in(request.GET.get("definition")):
        sought["definition"] = definition
    if burst := uuid_in(request.GET.get("burst")):
        sought["burst"] = burst
    person = request.GET.get("person", "")
    if person.isascii() and person.isdigit() and len(person) < 10:
        sought["owner"] = int(person)
    return sought


def _counts(request: HttpRequest, sought: dict) -> dict[str, int]:
    """State -> how many, among the newest that may be counted."""
    newest = Report.objects.among_newest(request.user, MOST_COUNTED + 1, **sought)
    return dict(newest.order_by().values_list("state").annotate(Count("pk")))


def _place_in(text: str | None) -> Place | None:
    """The report behind which a page begins, as `Place` writes it."""
    moment, _mark, pk = (text or "").partition("~")
    try:
        return Place(datetime.fromisoformat(moment).astimezone(UTC), UUID(pk))
    except (ValueError, OverflowError):
        return None


def _seen(page: list[Report], counts: dict) -> str:
    """Changes whenever something changes that the list shows."""
    return str(crc32(repr([counts, [(report.pk, report.revision) for report in page]]).encode()))


def _forget_what_was_seen(request: HttpRequest) -> None:
    """Links on the page keep the address's parameters; this one is the poll's own."""
    request.GET = request.GET.copy()
    request.GET.pop("seen", None)


def _chips(counts: dict, chosen: str | None, are_counted: bool) -> Iterator[dict]:
    for code, (label, states) in STATES.items():
        count = sum(counts.get(state, 0) for state in states)
        if count or code == chosen or not are_counted:
            yield {"code": code, "label": label, "count": count, "is_chosen": code == chosen}


def _choices(request: HttpRequest) -> dict:
    """What the lists to choose from hold: kinds, definitions, and the people whose reports one may see."""
    definitions = Definition.objects.visible_to(request.user).order_by(*by_words("name"))
    return {
        "kinds": [(code, kind.name) for code, kind in KINDS.items()],
        "definitions": [(str(pk), name) for pk, name in definitions.values_list("pk", "name")[:MOST_CHOICES]],
        "people": [(str(pk), name) for pk, name in _people(request)],
    }


def _people(request: HttpRequest) -> list[tuple[int, str]]:
    people = get_user_model().objects.order_by("username")
    if not request.user.is_staff:
        people = people.filter(Q(pk=request.user.pk) | Q(memberships__group__in=groups_of(request.user))).distinct()
    found = list(people.values_list("pk", "username")[:MOST_CHOICES])
    return found if len(found) > 1 else []
