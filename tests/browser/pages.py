"""Every page of the portal in every state that matters, with something to show: for whoever looks at all of them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import weasyprint
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page, Response

from reports import storage
from reports.delivery.email import message_of
from reports.delivery.links import UNSUBSCRIBE
from reports.lifecycle import inline
from reports.lifecycle.request import request_description
from reports.models import (
    Connection,
    Delivery,
    Description,
    Export,
    Group,
    Invitation,
    Membership,
    Role,
    ShareLink,
    Snapshot,
    Source,
    State,
    Worker,
)
from reports.models.access import May
from reports.models.person import INVITATION_LIFE
from reports.problems import Problem
from tests.browser.conftest import orders_of
from tests.conftest import give_session
from tests.delivery.sending import by_email, ready_report
from tests.factories import (
    DatasetFactory,
    PersonFactory,
    ReportFactory,
    SnapshotFactory,
    burst_of,
    definition_of,
    facts_of_pdf,
    schedule_of,
)

# Whom almost all is shown to: everything is hers, and she is staff.
OWNER = "ana"
LINK = {"channel": "link", "days": 30, "most_downloads": None, "password": ""}
WORKER = "worker-1@print-1.example.org"
# What answers with no page of its own: a redirect, a fragment of a page, or a file.
NO_PAGES = set(
    re.findall(
        r"\w+",
        """
    sign_out set_theme set_language invitation_again invitation_withdraw group_delete group_leave group_role
    group_remove person_active operations_retry metrics dataset_progress dataset_contents dataset_describe
    dataset_share dataset_unshare
    dataset_types dataset_delete dataset_sheet dataset_retry dataset_cancel
    dataset_use_held dataset_leave_held definition_share definition_unshare
    definition_delete definition_restore reports_delete report_filters preview_request report_progress report_pdf
    report_data_ask report_data_file report_looks brand_preview brand_logo_state brand_logo schedule_times
    schedule_pause schedule_resume schedule_run schedule_trial schedule_delete report_cancel report_retry
    report_again report_verdict report_delete preview_image schedule_target_remove delivery_retry share_link_revoke
    share_link_pdf report_deliveries burst_progress burst_again burst_cancel burst_delete report_keep audit_file
    report_again report_verdict report_delete preview_image report_last_data dataset_refresh connection_test
    connection_delete
    """,
    )
)

# A web address of which everything is said.
API = {
    "address": "https://api.example.org/v2/rates?currency=USD",
    "format": "json",
    "rows": "data.items",
    "pages": "cursor",
    "page_name": "after",
    "first_page": 1,
    "cursor": "meta.next",
    "token": "header",
    "token_name": "Authorization",
    "parameters": [["from", "2025-01-01"]],
    "headers": [["X-Version", "3"]],
    "body": "",
}


class Place(NamedTuple):
    """A page.  `act` is what is done once it is there; `by` is the user name of who looks at it, if anybody;
    `statuses` are those with which the server may answer at the end."""

    name: str
    route: str
    address: str
    act: Callable[[Page], Response | None] | None = None
    by: str = OWNER
    statuses: tuple[int, ...] = (200,)


def send(page: Page) -> Response:
    """The last form of the page as it is, past what the browser would object to."""
    with page.expect_navigation() as navigation:
        page.locator("main form[method=post]").last.evaluate("(form) => form.submit()")
    page.locator("main [aria-invalid=true]").first.wait_for(state="attached")
    return navigation.value


def open_(page: Page, popover: str) -> None:
    page.locator(f"[id='{popover}']").evaluate("(popover) => popover.showPopover()")


def refused(route: str, *args, query: str = "", **values) -> Place:
    """A page whose form was sent without an answer."""
    name = f"{route.replace('_', ' ')}, refused"
    return Place(name, route, reverse(route, args=args) + query, send, statuses=(200, 422), **values)


def furnish() -> list[Place]:
    """Data of all kinds, and every page that shows it."""
    owner = PersonFactory(username=OWNER, first_name="Ana Souza", is_staff=True)
    sales = orders_of(owner, "Sales", 60)
    group = _group(owner)
    shared = _shared(owner, group)
    return [
        *_doors(group),
        *_own(owner, group),
        *_datasets(owner, sales, shared),
        *_sources(owner, group),
        *_catalogue(owner, sales, group),
        *_reports(owner, sales.current),
        *_sent(owner),
        *_operations(),
        Place("style", "style", reverse("style")),
        Place("refused", "dataset_rename", reverse("dataset_rename", args=[shared.pk]), by="célia", statuses=(403,)),
        Place("not found", "report", reverse("report", args=[uuid4()]), statuses=(404,)),
    ]


def _group(owner) -> Group:
    group = Group.objects.create(name="Finance of the northern region")
    Membership.objects.create(group=group, person=owner, role=Role.MANAGER)
    for name, role in (("Bruno Carvalho", Role.AUTHOR), ("Célia", Role.READER)):
        person = PersonFactory(username=name.split()[0].lower(), first_name=name, email=f"{name[:2]}@example.org")
        Membership.objects.create(group=group, person=person, role=role)
    PersonFactory(username="former", first_name="A former colleague", is_active=False)
    return group


def _shared(owner, group: Group):
    colleague = Membership.objects.get(group=group, person__first_name="Bruno Carvalho").person
    dataset = orders_of(colleague, "Orders of the north", 20)
    dataset.group, dataset.group_may = group, May.EDIT
    dataset.save()
    return dataset


def _doors(group: Group) -> list[Place]:
    inviter = group.memberships.get(role=Role.MANAGER).person
    invitation = Invitation.objects.create(
        email="new@example.org", group=group, invited_by=inviter, expires_at=timezone.now() + INVITATION_LIFE
    )
    guest = group.memberships.get(role=Role.READER).person
    reset = [urlsafe_base64_encode(force_bytes(guest.pk)), default_token_generator.make_token(guest)]
    join = reverse("join", args=[invitation.pk, invitation.token])
    door = partial(Place, by="")
    return [
        door("sign in", "sign_in", reverse("sign_in")),
        refused("sign_in", by=""),
        door("password reset", "password_reset", reverse("password_reset")),
        refused("password_reset", by=""),
        door("password reset confirm", "password_reset_confirm", reverse("password_reset_confirm", args=reset)),
        door("password reset, too old", "password_reset_confirm", reverse("password_reset_confirm", args=["MQ", "x"])),
        door("join", "join", join),
        refused("join", invitation.pk, invitation.token, by=""),
        door("join, void", "join", reverse("join", args=[invitation.pk, "x"]), statuses=(404,)),
    ]


def _own(owner, group: Group) -> list[Place]:
    at_group = reverse("group", args=[group.pk])
    return [
        Place("profile", "profile", reverse("profile")),
        Place("account menu", "profile", reverse("profile"), partial(open_, popover="account-menu")),
        Place("password change", "password_change", reverse("password_change")),
        refused("password_change"),
        Place("groups", "groups", reverse("groups")),
        Place("group new", "group_new", reverse("group_new")),
        refused("group_new"),
        Place("group", "group", at_group),
        Place("group rename", "group_rename", reverse("group_rename", args=[group.pk])),
        Place("brand", "brand", reverse("brand", args=[group.pk])),
        Place("people", "people", reverse("people")),
        refused("people"),
        Place("verify", "verify", reverse("verify")),
        refused("verify"),
    ]


def _datasets(owner, sales, shared) -> list[Place]:
    problem = {"code": "storage", "params": {"reason": "No space left on device"}}
    unread = {
        "reading": {"state": State.RUNNING, "step": "read", "done": 12_000, "total": 48_000, **_begun()},
        "failed": {"state": State.FAILED, "step": "read", "problem": problem, "finished_at": timezone.now()},
    }
    places = []
    for state, values in unread.items():
        dataset = DatasetFactory(owner=owner, name=f"A file with a long name that is {state}")
        SnapshotFactory(dataset=dataset, number=1, rows=None, columns=[], artifacts={}, **values)
        places.append(Place(f"dataset, {state}", "dataset", reverse("dataset", args=[dataset.pk])))
    inline.make(request_description(sales.current), lambda job: None)
    looked_into = {
        "waiting": {"state": State.RUNNING, "step": "describe", "done": 3, "total": 8, **_begun()},
        "failed": {"state": State.FAILED, "problem": problem, "finished_at": timezone.now()},
    }
    for state, values in looked_into.items():
        dataset = orders_of(owner, f"Orders, {state}", 20)
        Description.objects.create(snapshot=dataset.current, owner=owner, **values)
        places.append(Place(f"dataset, contents {state}", "dataset", reverse("dataset", args=[dataset.pk])))
    at = {name: reverse(name, args=[sales.pk]) for name in ("dataset", "dataset_new_version", "dataset_rename")}
    return [
        Place("datasets", "datasets", reverse("datasets")),
        Place("dataset new", "dataset_new", reverse("dataset_new")),
        refused("dataset_new"),
        *(Place(name.replace("_", " "), name, address) for name, address in at.items()),
        Place("dataset, shared", "dataset", reverse("dataset", args=[shared.pk])),
        *places,
    ]


def _sources(owner, group: Group) -> list[Place]:
    connection = Connection.objects.create(name="Warehouse", address="mariadb://reader@db.example.org/warehouse")
    connection.groups.add(group)
    orders = orders_of(owner, "Orders of last month", 30)
    parameters = [{"name": "month", "type": "period", "value": "last_month"}]
    sql = "SELECT number, region, day, total\nFROM orders\nWHERE day BETWEEN :month_from AND :month_to"
    settings = {"sql": sql, "parameters": parameters}
    Source.objects.create(dataset=orders, code="query", settings=settings, connection=connection, refresh="age")
    moment = timezone.now()
    read = {"step": "read", "started": moment.isoformat(), "finished": (moment + timedelta(seconds=7)).isoformat()}
    Snapshot.objects.filter(dataset=orders).update(number=2, source_code="query", timeline=[{**read, "done": 30}])
    before = [
        {"name": "Order", "type": "integer"},
        {"name": "Region", "type": "text"},
        {"name": "Seller", "type": "text"},
    ]
    SnapshotFactory(dataset=orders, number=1, source_code="query", columns=before, timeline=[{**read, "done": 3}])
    problem = {"code": "query_refused", "params": {"reason": 'relation "orders" does not exist'}}
    unread = {"state": State.FAILED, "step": "read", "problem": problem, "finished_at": moment}
    failed = SnapshotFactory(dataset=orders, number=3, source_code="query", rows=None, columns=[], **unread)
    broken = definition_of(owner, "Orders of the month").current
    broken.dataset, broken.columns = orders, before
    broken.save()
    held = orders_of(owner, "Orders whose columns have changed", 30)
    new = [{"name": "Order", "type": "text"}, {"name": "Region", "type": "text"}, {"name": "Day", "type": "text"}]
    held.held = SnapshotFactory(dataset=held, number=2, source_code="query", rows=31, columns=new)
    held.save()
    Source.objects.create(dataset=held, code="query", settings=settings, connection=connection)
    holding = definition_of(owner, "Orders by day and region, with their totals", held)
    version = holding.current
    version.columns = held.current.columns
    version.save()
    why = {"code": "refresh_failed", "params": {"reason": problem}}
    report = ReportFactory(owner=owner, snapshot=failed, **{**unread, "step": "gather", "problem": why})
    at = {code: reverse("source_new", args=[code]) for code in ("query", "api", "combination")}
    rates = orders_of(owner, "Rates of the central bank", 5)
    Source.objects.create(dataset=rates, code="api", settings=API, secret="sealed")
    return [
        Place("connections", "connections", reverse("connections")),
        Place("connection new", "connection_new", reverse("connection_new")),
        refused("connection_new"),
        Place("connection", "connection", reverse("connection", args=[connection.pk])),
        Place("source new, query", "source_new", at["query"]),
        Place("source new, no database", "source_new", at["query"], by="célia"),
        refused("source_new", "query"),
        Place("source new, combination", "source_new", at["combination"]),
        Place("source new, first rows", "source_new", at["combination"], _first_rows),
        Place("source new, api", "source_new", at["api"]),
        Place("source new, api, refused", "source_new", at["api"], send, statuses=(200, 422)),
        Place("source edit", "source_edit", reverse("source_edit", args=[orders.pk])),
        Place("source edit, api", "source_edit", reverse("source_edit", args=[rates.pk])),
        Place("dataset, of an address", "dataset", reverse("dataset", args=[rates.pk])),
        Place("dataset, queried", "dataset", reverse("dataset", args=[orders.pk])),
        Place("dataset, new data held back", "dataset", reverse("dataset", args=[held.pk])),
        Place("definition, new data held back", "definition", reverse("definition", args=[holding.pk])),
        Place("report, data not refreshed", "report", reverse("report", args=[report.pk])),
    ]


def _first_rows(page: Page) -> None:
    page.get_by_label("Name").or_(page.get_by_label("Nome")).first.fill("Two of them")
    page.locator("[name=sql]").fill('SELECT * FROM "Sales" ORDER BY "Total" DESC')
    page.locator("[name=look]").click()
    page.locator("#first-rows-title").wait_for()


def _catalogue(owner, sales, group: Group) -> list[Place]:
    words = {"description": "Every order, with totals.", "folder": "Finance"}
    definition = definition_of(owner, "Sales of the month", sales, **words)
    definition.group, definition.group_may = group, May.USE
    definition.save()
    choice = f"?kind=listing&dataset={sales.pk}"
    routes = ("definition", "definition_edit", "definition_versions")
    places = [by_email("board@example.org", "celia.oliveira@example.org"), LINK]
    places = [{"id": str(uuid4()), **target} for target in places]
    schedule = schedule_of(
        definition, next_at=timezone.now() + timedelta(hours=22), deliveries=places, burst_column="Region"
    )
    problem = Problem("burst_too_many", column="Region", count=1001, most=1000).as_json()
    bursts = {
        "under way": burst_of(schedule, State.READY, State.FAILED, None, None),
        "ended": burst_of(schedule, State.READY, State.FAILED, State.READY),
        "failed": burst_of(schedule, state=State.FAILED, problem=problem, finished_at=timezone.now(), artifacts={}),
    }
    return [
        Place("catalogue", "catalogue", reverse("catalogue")),
        Place("home", "home", reverse("home")),
        *(Place(name.replace("_", " "), name, reverse(name, args=[definition.pk])) for name in routes),
        Place("schedules", "schedules", reverse("schedules")),
        Place("schedule", "schedule", reverse("schedule", args=[schedule.pk])),
        *(Place(f"burst, {name}", "burst", reverse("burst", args=[burst.pk])) for name, burst in bursts.items()),
        Place("schedule edit", "schedule_edit", reverse("schedule_edit", args=[schedule.pk])),
        Place("schedule deliveries", "schedule_deliveries", reverse("schedule_deliveries", args=[schedule.pk])),
        refused("schedule_deliveries", schedule.pk, query="?by=webhook"),
        Place("schedule new", "schedule_new", reverse("schedule_new") + f"?definition={definition.pk}"),
        Place("definition version", "definition_version", reverse("definition_version", args=[definition.pk, 1])),
        Place("definition new", "definition_new", reverse("definition_new") + choice),
        refused("definition_new", query=choice),
        Place("request, kind", "report_request", reverse("report_request")),
        Place("request, dataset", "report_request", reverse("report_request") + "?kind=listing"),
        Place("request, listing", "report_request", reverse("report_request") + choice),
        Place("request, summary", "report_request", reverse("report_request") + choice.replace("listing", "summary")),
        Place("request, profile", "report_request", reverse("report_request") + choice.replace("listing", "profile")),
    ]


def _reports(owner, snapshot: Snapshot) -> list[Place]:
    moment = timezone.now()
    ended = {"finished_at": moment, "started_at": moment - timedelta(seconds=4)}
    problem = {"code": "too_many_columns", "params": {"asked": 30, "fit": 24}}
    finished = {**facts_of_pdf(bytes=48_000, pages=2), **ended, "rows": 60, "artifacts": _stored("report.pdf")}
    finished.pop("standard")
    states = {
        State.QUEUED: {"step": "gather", "lease_until": moment + timedelta(minutes=5)},
        State.RUNNING: {"step": "render", "done": 24, "total": 60, **_begun()},
        State.RETRY_WAIT: {"step": "write_pdf", "not_before": moment + timedelta(minutes=1), "problem": problem},
        State.READY: finished,
        State.FAILED: {"step": "render", "problem": problem, **ended},
        State.CANCELLED: {"step": "render", **ended},
        State.EXPIRED: {"step": "write_pdf", **ended},
    }
    reports = {
        state: ReportFactory(owner=owner, snapshot=snapshot, state=state, epoch=1, title=f"Sales, {state}", **values)
        for state, values in states.items()
    }
    ready = reports[State.READY]
    Export.objects.create(report=ready, owner=owner, format="csv", state=State.READY, rows=60, bytes=4_000)
    Export.objects.create(report=ready, owner=owner, format="xlsx", state=State.RUNNING, step="export", **_begun())
    preview = ReportFactory(
        owner=owner, snapshot=snapshot, is_preview=True, state=State.FAILED, problem=problem, step="render", **ended
    )
    return [
        Place("reports", "reports", reverse("reports")),
        Place("reports, none found", "reports", reverse("reports") + "?q=nothing+of+the+kind"),
        Place("reports finished", "reports_finished", reverse("reports_finished")),
        *(
            Place(f"report, {state}", "report", reverse("report", args=[report.pk]))
            for state, report in reports.items()
        ),
        *(
            Place(f"report data, {export.state}", "report_data", reverse("report_data", args=[ready.pk, export.format]))
            for export in ready.exports.all()
        ),
        Place("preview", "preview", reverse("preview", args=[preview.pk])),
    ]


def _sent(owner) -> list[Place]:
    """What was sent of a report, how it is sent, and what those see who get it."""
    report = ready_report(owner=owner, title="Sales, sent")
    refused_by = Problem("mail_refused", answer="550 5.1.1 <carlos@example.org>: there is no such person").as_json()
    busy = Problem("webhook_deferred", answer="503 Service unavailable").as_json()
    ended = {"finished_at": timezone.now()}
    states = {
        "board@example.org": {"state": State.READY, "answers": [{"at": "", "text": "250 2.0.0 Ok: queued"}], **ended},
        "carlos@example.org": {"state": State.FAILED, "problem": refused_by, "attempts": 3, **ended},
        "dora@example.org": {},
        "https://hooks.example.org/prelo": {"state": State.RETRY_WAIT, "problem": busy, "channel": "webhook"},
    }
    for recipient, values in states.items():
        known = {"channel": "email", **values}
        Delivery.objects.create(report=report, owner=owner, recipient=recipient, **known)
    week = timezone.now() + timedelta(days=7)
    links = [
        ShareLink.objects.create(report=report, owner=owner, expires_at=week, password=password)
        for password in ("", make_password("sea green 7"))
    ]
    at_link = [reverse("share_link", args=[link.pk, link.token]) for link in links]
    unsubscribe = reverse("unsubscribe", args=[signing.dumps("zoe@example.org", salt=UNSUBSCRIBE)])
    letters = Path(settings.EMAIL_FILE_PATH)
    letters.mkdir(exist_ok=True)
    message = message_of(
        Delivery(report=report, owner=owner, recipient="zoe@example.org", content=by_email("zoe@example.org"))
    )
    (letters / "20260305-123000-1.log").write_bytes(message.message().as_bytes())
    return [
        Place("report, sent", "report", reverse("report", args=[report.pk])),
        *(
            Place(f"report send, {by}", "report_send", reverse("report_send", args=[report.pk]) + f"?by={by}")
            for by in ("email", "link", "webhook")
        ),
        refused("report_send", report.pk),
        Place("share link", "share_link", at_link[0], by=""),
        Place("share link, password", "share_link", at_link[1], by=""),
        Place("share link, none", "share_link", reverse("share_link", args=[uuid4(), "x"]), by="", statuses=(404,)),
        Place("share link, expired", "share_link", _expired_link(report), by="", statuses=(410,)),
        Place("unsubscribe", "unsubscribe", unsubscribe, by=""),
        Place("mailbox", "mailbox", reverse("mailbox")),
        Place("mailbox message", "mailbox_message", reverse("mailbox_message", args=["20260305-123000-1.log"])),
    ]


def _expired_link(report) -> str:
    """To another report, which has expired."""
    expired = ReportFactory(owner=report.owner, title="Sales of long ago", state=State.EXPIRED)
    week = timezone.now() + timedelta(days=7)
    link = ShareLink.objects.create(report=expired, owner=report.owner, expires_at=week)
    return reverse("share_link", args=[link.pk, link.token])


def _begun() -> dict:
    moment = timezone.now()
    return {
        "started_at": moment,
        "step_started_at": moment,
        "lease_until": moment + timedelta(hours=1),
        "worker": WORKER,
    }


def _stored(name: str) -> dict:
    folder = f"reports/{uuid4()}/1/write_pdf"
    path = storage.path_of(folder) / name
    path.parent.mkdir(parents=True)
    weasyprint.HTML(string="<h1>Sales by region</h1>").write_pdf(path)
    return {"write_pdf": folder}


def _operations() -> list[Place]:
    Worker.objects.create(name=WORKER, pid=2, queues=["reports", "quick"], processes=2)
    return [
        Place("operations", "operations", reverse("operations")),
        Place("audit log", "audit", reverse("audit")),
        Place("audit log, nothing found", "audit", reverse("audit") + "?q=nothing+of+the+kind"),
    ]


def visit(page: Page, portal: str, places: list[Place]) -> Iterator[Place]:
    """Each place of the portal at an address, once the page shows it; those that anybody sees come first."""
    for place in sorted(places, key=lambda place: place.by):
        if place.by:
            give_session(page.context, get_user_model().objects.get(username=place.by), portal)
        answer = page.goto(portal + place.address)
        if place.act:
            answer = place.act(page) or answer
        assert answer.status in place.statuses, f"{place.name}: {answer.status}"
        yield place
