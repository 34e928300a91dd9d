"""Who may go where: every address of the portal, with every kind of person.  docs/access.md says the same in words."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reports import storage
from reports.delivery.links import UNSUBSCRIBE
from reports.models import (
    Brand,
    Connection,
    Dataset,
    Definition,
    Delivery,
    Export,
    Group,
    Invitation,
    Logo,
    Membership,
    Role,
    ShareLink,
    Source,
    State,
)
from reports.models.access import May
from reports.models.person import INVITATION_LIFE
from reports.web.urls import urlpatterns
from tests.factories import (
    DatasetFactory,
    PersonFactory,
    ReportFactory,
    SnapshotFactory,
    burst_of,
    definition_of,
    schedule_of,
)

pytestmark = pytest.mark.django_db

# The owner is an author of the group.
PEOPLE = ("anonymous", "stranger", "reader", "author", "manager", "owner", "staff")
SECRETS = ("Margins of the north", "Board of directors", "Figures of the board")


class Walk(NamedTuple):
    """To one address: `to` names what its arguments are, `answers` is the status for each of PEOPLE; `shared` is how
    the dataset is shared, when that matters."""

    route: str
    answers: str
    method: str = "get"
    to: str = ""
    query: str = ""
    sent: str = ""
    shared: str = ""


OPEN = "200 200 200 200 200 200 200"
SIGNED_IN, SIGNED_IN_POST = "302 200 200 200 200 200 200", "302 303 303 303 303 303 303"
SEEN, SEEN_POST = "302 404 200 200 200 200 200", "302 404 303 303 303 303 303"
STAFF, STAFF_POST = "302 404 404 404 404 404 200", "302 404 404 404 404 404 303"
OF_GROUP_STAFF, OF_GROUP_STAFF_POST = "302 404 403 403 403 403 200", "302 404 403 403 403 403 303"
MANAGERS = "302 404 403 403 200 403 200"
MANAGERS_POST = "302 404 403 403 303 403 303"
OWN, OWN_POST = "302 404 403 403 403 200 200", "302 404 403 403 403 303 303"
EDITORS, EDITORS_POST = "302 404 403 200 200 200 200", "302 404 403 303 303 303 303"
PRIVATE, PRIVATE_POST = "302 404 404 404 404 200 200", "302 404 404 404 404 303 303"

WALKS = (
    Walk("home", "302 302 302 302 302 302 302"),
    Walk("sign_in", "200 302 302 302 302 302 302"),
    Walk("sign_out", "302 302 302 302 302 302 302", "post"),
    Walk("password_change", SIGNED_IN),
    Walk("password_reset", OPEN),
    Walk("password_reset_confirm", OPEN, to="reset"),
    Walk("profile", SIGNED_IN),
    Walk("set_theme", SIGNED_IN_POST, "post"),
    Walk("set_language", "302 302 302 302 302 302 302", "post"),
    Walk("join", OPEN, to="join"),
    Walk("invitation_again", "302 404 404 404 303 404 303", "post", "invitation"),
    Walk("invitation_withdraw", "302 404 404 404 303 404 303", "post", "invitation"),
    Walk("groups", SIGNED_IN),
    Walk("group_new", STAFF),
    Walk("group", SEEN, to="group"),
    Walk("group", MANAGERS_POST, "post", "group", sent="invite"),
    Walk("group_rename", OF_GROUP_STAFF, to="group"),
    Walk("group_delete", OF_GROUP_STAFF_POST, "post", "group"),
    Walk("group_leave", "302 404 303 303 303 303 404", "post", "group"),
    Walk("group_role", MANAGERS_POST, "post", "member", sent="role"),
    Walk("group_remove", MANAGERS_POST, "post", "member"),
    Walk("brand", MANAGERS, to="group"),
    Walk("brand_preview", MANAGERS, "post", "group"),
    Walk("brand_logo_state", MANAGERS, to="group"),
    Walk("brand_logo", MANAGERS, to="logo"),
    Walk("people", STAFF),
    Walk("person_active", STAFF_POST, "post", "person"),
    Walk("verify", SIGNED_IN),
    Walk("operations", STAFF),
    Walk("audit", STAFF),
    Walk("audit_file", STAFF),
    Walk("mailbox", STAFF),
    Walk("mailbox_message", STAFF, to="letter"),
    Walk("operations_retry", STAFF_POST, "post", sent="job"),
    Walk("style", STAFF),
    Walk("metrics", STAFF),
    Walk("datasets", SIGNED_IN),
    Walk("dataset_new", SIGNED_IN),
    Walk("source_new", SIGNED_IN, to="query"),
    Walk("source_new", SIGNED_IN, to="combination"),
    Walk("source_new", SIGNED_IN, to="api"),
    Walk("source_new", "302 404 404 404 404 404 404", to="nonsense"),
    Walk("source_edit", OWN, to="source", shared=May.USE),
    Walk("source_edit", EDITORS, to="source", shared=May.EDIT),
    Walk("dataset_refresh", OWN_POST, "post", "source", shared=May.USE),
    Walk("dataset_refresh", EDITORS_POST, "post", "source", shared=May.EDIT),
    Walk("dataset_refresh", "302 404 403 403 403 404 404", "post", "dataset", shared=May.USE),
    Walk("connections", STAFF),
    Walk("connection_new", STAFF),
    Walk("connection", STAFF, to="connection"),
    Walk("connection_test", STAFF_POST, "post", "connection"),
    Walk("connection_delete", STAFF_POST, "post", "connection"),
    Walk("dataset", SEEN, to="dataset"),
    Walk("dataset_progress", SEEN, to="dataset"),
    Walk("dataset_contents", "302 404 302 302 302 302 302", to="dataset"),
    Walk("dataset_describe", SEEN_POST, "post", "dataset"),
    Walk("dataset_rename", OWN, to="dataset"),
    Walk("dataset_share", OWN_POST, "post", "dataset"),
    Walk("dataset_unshare", "302 404 403 403 303 303 303", "post", "dataset"),
    Walk("dataset_delete", OWN_POST, "post", "dataset"),
    Walk("dataset_new_version", OWN, to="dataset", shared=May.USE),
    Walk("dataset_new_version", EDITORS, to="dataset", shared=May.EDIT),
    *(
        Walk(route, codes, "post", "snapshot", shared=how)
        for route in (
            "dataset_types",
            "dataset_sheet",
            "dataset_retry",
            "dataset_cancel",
            "dataset_use_held",
            "dataset_leave_held",
        )
        for how, codes in ((May.USE, OWN_POST), (May.EDIT, EDITORS_POST))
    ),
    Walk("catalogue", SIGNED_IN),
    Walk("definition_new", SIGNED_IN),
    Walk("definition_new", SEEN, query="choice"),
    Walk("definition", SEEN, to="definition"),
    Walk("definition_edit", OWN, to="definition", shared=May.USE),
    Walk("definition_edit", EDITORS, to="definition", shared=May.EDIT),
    Walk("definition_share", OWN_POST, "post", "definition"),
    Walk("definition_unshare", "302 404 403 403 303 303 303", "post", "definition"),
    Walk("definition_delete", OWN_POST, "post", "definition"),
    Walk("definition_versions", SEEN, to="definition"),
    Walk("definition_version", SEEN, to="version"),
    Walk("definition_restore", OWN_POST, "post", "version", shared=May.USE),
    Walk("definition_restore", EDITORS_POST, "post", "version", shared=May.EDIT),
    Walk("schedules", SIGNED_IN),
    Walk("schedule_new", SEEN, query="definition"),
    Walk("schedule_times", "302 200 200 200 200 200 200", "post"),
    Walk("schedule", PRIVATE, to="schedule"),
    Walk("schedule_edit", PRIVATE, to="schedule"),
    Walk("schedule_deliveries", PRIVATE, to="schedule"),
    Walk("schedule_target_remove", PRIVATE_POST, "post", "target"),
    *(
        Walk(f"schedule_{what}", PRIVATE_POST, "post", "schedule")
        for what in ("pause", "resume", "run", "trial", "delete")
    ),
    Walk("burst", PRIVATE, to="burst"),
    Walk("burst_progress", PRIVATE, to="burst"),
    Walk("burst_again", PRIVATE_POST, "post", "burst"),
    Walk("burst_cancel", PRIVATE_POST, "post", "burst"),
    Walk("burst_delete", PRIVATE_POST, "post", "burst"),
    Walk("reports", SIGNED_IN),
    Walk("reports_finished", SIGNED_IN),
    Walk("reports_delete", SIGNED_IN_POST, "post"),
    Walk("report_request", SIGNED_IN),
    Walk("report_request", SEEN, query="choice"),
    Walk("report_filters", SEEN, "post", query="choice"),
    Walk("report_looks", SEEN, "post", query="choice"),
    Walk("preview_request", SEEN, "post", query="choice"),
    Walk("report", SEEN, to="report"),
    Walk("report_progress", SEEN, to="report"),
    Walk("report_pdf", SEEN, to="report"),
    Walk("report_verdict", SEEN, to="report"),
    Walk("report_data", SEEN, to="data"),
    Walk("report_data_ask", SEEN_POST, "post", "data"),
    Walk("report_data_file", SEEN, to="data"),
    Walk("report_again", SEEN_POST, "post", "report"),
    Walk("report_cancel", OWN_POST, "post", "report"),
    Walk("report_last_data", OWN_POST, "post", "report"),
    Walk("report_retry", OWN_POST, "post", "report"),
    Walk("report_delete", OWN_POST, "post", "report"),
    Walk("report_keep", OWN_POST, "post", "report"),
    Walk("report_send", SEEN, to="report"),
    Walk("report_send", SEEN_POST, "post", "report", sent="letter"),
    Walk("report_deliveries", SEEN, to="report"),
    Walk("delivery_retry", PRIVATE_POST, "post", "delivery"),
    Walk("share_link_revoke", PRIVATE_POST, "post", "link"),
    Walk("share_link", OPEN, to="shared"),
    Walk("share_link_pdf", OPEN, to="shared"),
    Walk("unsubscribe", OPEN, to="unsubscribe"),
    Walk("report_send", PRIVATE, to="private"),
    Walk("report", PRIVATE, to="private"),
    Walk("report_pdf", PRIVATE, to="private"),
    Walk("preview", PRIVATE, to="preview"),
    Walk("preview_image", PRIVATE, to="preview"),
)


@pytest.fixture
def world():
    """A dataset and a report that are shared with a group, and people around them."""
    people = {name: PersonFactory(username=name, is_staff=name == "staff") for name in PEOPLE[1:]}
    group = Group.objects.create(name="Board of directors")
    guest = PersonFactory(username="guest", first_name="A guest")
    roles = {"reader": Role.READER, "author": Role.AUTHOR, "manager": Role.MANAGER, "owner": Role.AUTHOR}
    for name, role in roles.items():
        Membership.objects.create(group=group, person=people[name], role=role)
    Membership.objects.create(group=group, person=guest)
    dataset = DatasetFactory(owner=people["owner"], name="Margins of the north", group=group)
    snapshot = SnapshotFactory(dataset=dataset, number=1)
    Dataset.objects.filter(pk=dataset.pk).update(current=snapshot)
    known = {"snapshot": snapshot, "title": "Figures of the board", "state": State.READY, "pages": 1, "bytes": 4}
    known["finished_at"] = timezone.now()
    report = ReportFactory(group=group, artifacts=_stored("report.pdf"), **known)
    private = ReportFactory(artifacts=_stored("report.pdf"), **known)
    # Whatever it was made from, a preview is its owner's alone.
    preview = ReportFactory(group=group, is_preview=True, artifacts=_stored("preview.png"), **known)
    definition = definition_of(people["owner"], name="Margins of the north")
    Definition.objects.filter(pk=definition.pk).update(group=group)
    Dataset.objects.filter(pk=definition.current.dataset_id).update(group=group)
    Export.objects.create(
        report=report,
        owner=people["owner"],
        format="csv",
        state=State.READY,
        rows=3,
        bytes=4,
        artifacts=_stored("data.csv", "export"),
    )
    logo = Logo.objects.create(owner=people["manager"], file_name="logo.png", artifacts=_stored("logo.png", "draw"))
    Logo.objects.update(state=State.READY)
    Brand.objects.create(group=group, logo=logo, newest=logo)
    queried = DatasetFactory(owner=people["owner"], name="Margins of the north, queried", group=group)
    connection = Connection.objects.create(name="Board of directors", address="sqlite:////nowhere.db")
    Source.objects.create(dataset=queried, code="query", settings={"sql": "SELECT 1 AS a"}, connection=connection)
    invitation = Invitation.objects.create(
        email="new@example.org", group=group, invited_by=people["manager"], expires_at=timezone.now() + INVITATION_LIFE
    )
    schedule = schedule_of(definition, name="Margins of the north")
    failed = {"state": State.FAILED, "finished_at": timezone.now()}
    delivery = Delivery.objects.create(
        report=report, owner=people["owner"], channel="email", recipient="ben@example.org", **failed
    )
    week = timezone.now() + timedelta(days=7)
    link = ShareLink.objects.create(report=report, owner=people["owner"], expires_at=week)
    letters = Path(settings.EMAIL_FILE_PATH)
    letters.mkdir(exist_ok=True)
    (letters / "20260305-123000-1.log").write_bytes(b"Subject: Margins of the north\n\nThey rise.\n")
    places = {
        "": [],
        "reset": ["MQ", "no-token"],
        "join": [invitation.pk, invitation.token],
        "invitation": [invitation.pk],
        "group": [group.pk],
        "logo": [group.pk, logo.pk],
        "member": [group.pk, guest.pk],
        "person": [guest.pk],
        "query": ["query"],
        "combination": ["combination"],
        "api": ["api"],
        "nonsense": ["nonsense"],
        "source": [queried.pk],
        "connection": [connection.pk],
        "dataset": [dataset.pk],
        "snapshot": [dataset.pk, 1],
        "definition": [definition.pk],
        "version": [definition.pk, 1],
        "schedule": [schedule.pk],
        "burst": [burst_of(schedule, State.READY, State.FAILED, None).pk],
        "report": [report.pk],
        "data": [report.pk, "csv"],
        "target": [schedule.pk, uuid4()],
        "delivery": [delivery.pk],
        "link": [link.pk],
        "shared": [link.pk, link.token],
        "unsubscribe": [signing.dumps("ben@example.org", salt=UNSUBSCRIBE)],
        "letter": ["20260305-123000-1.log"],
        "private": [private.pk],
        "preview": [preview.pk],
    }
    queries = {
        "": {},
        "definition": {"definition": definition.pk},
        "choice": {"kind": "listing", "dataset": dataset.pk},
    }
    sent = {
        "": {},
        "invite": {"email": "other@example.org", "role": Role.READER},
        "role": {"role": Role.AUTHOR},
        "letter": {"to": "ben@example.org", "subject": "{title}"},
        "job": {"model": "report", "job": report.pk},
    }
    return SimpleNamespace(people=people, dataset=dataset, places=places, queries=queries, sent=sent)


def _stored(name: str, step: str = "write_pdf") -> dict:
    folder = f"reports/{uuid4()}/1/{step}"
    path = storage.path_of(folder) / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF")
    return {step: folder}


def test_every_address_has_an_expectation():
    assert {walk.route for walk in WALKS} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: f"{walk.method} {walk.route} {walk.to} {walk.shared}".strip())
def test_everybody_gets_where_they_may_and_nowhere_else(world, walk):
    if walk.shared:
        Dataset.objects.update(group_may=walk.shared)
        Definition.objects.update(group_may=walk.shared)
    address = reverse(walk.route, args=world.places[walk.to]) + "?" + urlencode(world.queries[walk.query])
    found, told = {}, {}
    for name in PEOPLE:
        with transaction.atomic():
            answer = _ask(world.people.get(name), walk.method, address, world.sent[walk.sent])
            transaction.set_rollback(True)
        found[name] = answer.status_code
        if answer.status_code in (403, 404):
            told[name] = [secret for secret in SECRETS if secret in answer.content.decode()]
        if walk.answers.startswith("302 ") and name == "anonymous":
            assert reverse("sign_in") in answer.url or walk.route in ("home", "sign_out", "set_language")
    assert found == dict(zip(PEOPLE, map(int, walk.answers.split()), strict=True))
    assert not any(told.values()), "an answer that refuses names what it is about"


# What a form that is empty, or a method that an address does not know, may be answered with.
HARMLESS = (200, 302, 303, 405, 409, 422)


@pytest.mark.parametrize("name", ["anonymous", "stranger", "reader"])
def test_whoever_may_not_look_may_not_send_either(world, name):
    """Of each address that has an expectation for one method alone, the other one lets in nobody else."""
    known = {(walk.route, walk.method) for walk in WALKS}
    person, wrong = world.people.get(name), []
    client = Client()
    if person:
        client.force_login(person)
    for walk in WALKS:
        other = "get" if walk.method == "post" else "post"
        if (walk.route, other) in known:
            continue
        Dataset.objects.update(group_may=walk.shared or May.USE)
        expected = int(walk.answers.split()[PEOPLE.index(name)])
        address = reverse(walk.route, args=world.places[walk.to]) + "?" + urlencode(world.queries[walk.query])
        with transaction.atomic():
            answer = getattr(client, other)(address)
            transaction.set_rollback(True)
        if person is None and expected == 302:
            right = answer.status_code in (302, 405)
        elif expected in (403, 404):
            right = answer.status_code in (expected, 405)
        else:
            right = answer.status_code in HARMLESS
        if not right:
            wrong.append((other, walk.route, walk.to, answer.status_code, expected))
    assert wrong == []


@pytest.mark.parametrize(("name", "status"), [("anonymous", 302), ("owner", 302), ("staff", 403)])
def test_accounts_are_for_superusers_alone(world, name, status):
    """Django's own administration, which leads whoever is no staff to the door."""
    client = Client()
    if name != "anonymous":
        client.force_login(world.people[name])
    for address in (reverse("admin:auth_user_changelist"), reverse("admin:auth_user_add")):
        assert client.get(address).status_code == client.post(address).status_code == status


def _ask(person, method: str, address: str, sent: dict):
    client = Client()
    if person:
        client.force_login(person)
    return getattr(client, method)(address, sent) if method == "post" else client.get(address)


@pytest.mark.parametrize(
    ("person", "shown", "hidden"),
    [
        ("reader", [], ["dataset_new_version", "dataset_types", "dataset_share", "dataset_unshare", "dataset_delete"]),
        ("author", ["dataset_new_version", "dataset_types"], ["dataset_share", "dataset_unshare", "dataset_delete"]),
        ("manager", ["dataset_new_version", "dataset_unshare"], ["dataset_share", "dataset_delete", "dataset_rename"]),
        ("owner", ["dataset_new_version", "dataset_share", "dataset_delete", "dataset_rename"], ["dataset_unshare"]),
    ],
)
def test_the_page_of_a_dataset_offers_nothing_that_would_be_refused(world, client, person, shown, hidden):
    Dataset.objects.update(group_may=May.EDIT)
    client.force_login(world.people[person])
    page = client.get(reverse("dataset", args=world.places["dataset"])).content.decode()
    address = {name: reverse(name, args=world.places["dataset"]) for name in {*shown, *hidden} - {"dataset_types"}}
    address["dataset_types"] = reverse("dataset_types", args=world.places["snapshot"])
    assert [name for name in shown if address[name] not in page] == []
    assert [name for name in hidden if address[name] in page] == []


@pytest.mark.parametrize("person", ["reader", "owner"])
def test_neither_does_the_page_of_a_report(world, client, person):
    client.force_login(world.people[person])
    page = client.get(reverse("report", args=world.places["report"])).content.decode()
    assert reverse("report_pdf", args=world.places["report"]) in page
    assert (reverse("report_delete", args=world.places["report"]) in page) == (person == "owner")
    history = client.get(reverse("reports")).content.decode()
    assert ('name="report"' in history) == (person == "owner")


def test_a_ticked_report_of_the_group_is_not_deleted_by_a_reader(world, client):
    client.force_login(world.people["reader"])
    client.post(reverse("reports_delete"), {"report": world.places["report"]})
    assert client.get(reverse("report", args=world.places["report"])).status_code == 200


def test_lists_say_whose_a_thing_is_and_with_whom_it_is_shared(world, client):
    client.force_login(world.people["reader"])
    page = client.get(reverse("datasets")).content.decode()
    assert "owner · shared with Board of directors" in page
    assert "owner · shared with Board of directors" in client.get(reverse("reports")).content.decode()


def test_what_is_no_longer_shared_is_gone(world, client):
    client.force_login(world.people["reader"])
    Dataset.objects.update(group=None)
    assert client.get(reverse("dataset", args=world.places["dataset"])).status_code == 404
    assert "Margins of the north" not in client.get(reverse("datasets")).content.decode()


@pytest.mark.parametrize("of_group", [False, True])
def test_a_report_that_was_not_made_before_the_sharing_ended_is_not_made_after_it(world, client, of_group):
    reader, group = world.people["reader"], world.dataset.group if of_group else None
    snapshot = world.dataset.snapshots.get()
    failed = ReportFactory(snapshot=snapshot, owner=reader, group=group, state=State.FAILED)
    client.force_login(reader)
    assert reverse("report_retry", args=[failed.pk]) in client.get(reverse("report", args=[failed.pk])).content.decode()
    Dataset.objects.update(group=None)
    Membership.objects.filter(person=reader).delete()
    assert "/retry/" not in client.get(reverse("report", args=[failed.pk])).content.decode()
    page = client.post(reverse("report_retry", args=[failed.pk]), follow=True).content.decode()
    assert "no longer shared with you" in page
    client.post(reverse("report_again", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.state == State.FAILED and not failed.repetitions.exists()
