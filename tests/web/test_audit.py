"""Who did what over the web, and the page on which staff read it."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reports import storage
from reports.models import Act, Connection, Export, Group, Membership, Role, ShareLink, State
from reports.models.act import Did
from tests.factories import (
    PASSWORD,
    DatasetFactory,
    PersonFactory,
    ReportFactory,
    definition_of,
    schedule_of,
)
from tests.web.test_report_request import address, answers, dataset_of

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 5, 12, tzinfo=UTC)
SECRETS = ("secret-of-ana", "sea green 7", "Margins", "Region 9", PASSWORD)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    for module in ("cancel", "deliver", "request", "burst", "schedule"):
        monkeypatch.setattr(f"reports.lifecycle.{module}.dispatch", lambda: 0)
    monkeypatch.setattr("reports.lifecycle.invite.post", lambda *_: None)


@pytest.fixture
def ana(client):
    person = PersonFactory(username="ana", is_staff=True)
    client.force_login(person)
    Act.objects.all().delete()
    return person


def told() -> list[tuple]:
    """What was done, the oldest first."""
    return [(act.did, act.by, act.label, act.detail) for act in Act.objects.order_by("pk")]


def finished(owner, **values):
    report = ReportFactory(owner=owner, title="Sales", state=State.READY, sha256="ab" * 32, **values)
    report.artifacts = {"write_pdf": f"reports/{report.pk}/1/write_pdf"}
    report.save()
    _write(report.pdf)
    return report


def _write(key: str) -> None:
    storage.path_of(key).parent.mkdir(parents=True)
    storage.path_of(key).write_bytes(b"%PDF")


def test_signing_in_is_told_and_a_failure_without_what_was_typed(ana):
    stranger, page = Client(REMOTE_ADDR="203.0.113.77"), reverse("sign_in")
    for name in ("ana", "secret-of-ana"):
        stranger.post(page, {"username": name, "password": "wrong"})
    stranger.post(page, {"username": "ana", "password": PASSWORD})
    assert told() == [("not_signed_in", "", "ana", ""), ("not_signed_in", "", "", ""), ("signed_in", "ana", "", "")]
    assert set(Act.objects.values_list("address", flat=True)) == {"203.0.113.0"}


def test_downloads_are_told_and_looks_are_not(client, ana):
    report = finished(ana)
    pdf = reverse("report_pdf", args=[report.pk])
    for name in ("report", "report_progress", "report_deliveries"):
        client.get(reverse(name, args=[report.pk]))
    client.get(pdf + "?inline")
    client.head(pdf)
    client.get(pdf, headers={"If-None-Match": f'"{report.sha256}"'})
    assert told() == []
    client.get(pdf)
    export = Export.objects.create(report=report, owner=ana, format="csv", state=State.READY)
    Export.objects.update(artifacts={"export": f"exports/{export.pk}/1/export"})
    _write(f"exports/{export.pk}/1/export/data.csv")
    client.get(reverse("report_data_file", args=[report.pk, "csv"]))
    assert told() == [("downloaded", "ana", "Sales", ""), ("downloaded", "ana", "Sales", "CSV")]


def test_sending_and_links_are_told_with_whom_and_without_passwords(client, ana):
    report = finished(ana)
    send = reverse("report_send", args=[report.pk])
    client.post(send + "?by=email", {"to": "ben@example.org", "subject": "{title}"})
    client.post(send + "?by=email", {"to": "ben@example.org", "subject": "{title}"})  # has it already
    client.post(send + "?by=link", {"days": 7, "password": "sea green 7"})
    link = ShareLink.objects.get()
    ShareLink.objects.update(password=make_password("sea green 7"))
    guest, page = Client(REMOTE_ADDR="203.0.113.77"), reverse("share_link", args=[link.pk, link.token])
    guest.get(page)
    guest.post(page, {"password": "wrong"})
    guest.post(page, {"password": "sea green 7"})
    client.post(reverse("share_link_revoke", args=[link.pk]))
    assert told() == [
        ("sent", "ana", "Sales", "ben@example.org"),
        ("made_link", "ana", "Sales", ""),
        ("used_link", "", "Sales", ""),
        ("ended_link", "ana", "Sales", ""),
    ]
    assert Act.objects.get(did=Did.USED_LINK).address == "203.0.113.0"


def test_requests_are_told_without_what_was_chosen(client, ana):
    chosen = answers(title="Sales", filter_value=["", "Region 9"], password="sea green 7")
    client.post(address(dataset_of(ana)), chosen)
    schedule = schedule_of(definition_of(ana), burst_column="Region")
    client.post(reverse("schedule_run", args=[schedule.pk]))
    assert told() == [("asked", "ana", "Sales", ""), ("asked", "ana", "Monthly", "")]
    stored = str(list(Act.objects.values()))
    assert not any(secret in stored for secret in SECRETS)


def test_whatever_is_deleted_is_told(client, ana):
    definition = definition_of(ana, name="Monthly")
    schedule = schedule_of(definition)
    things = {
        "report_delete": finished(ana),
        "schedule_delete": schedule,
        "definition_delete": definition,
        "dataset_delete": DatasetFactory(owner=ana, name="Orders"),
        "group_delete": Group.objects.create(name="Board"),
        "connection_delete": Connection.objects.create(name="Shop", address="sqlite:////nowhere.db"),
    }
    for name, thing in things.items():
        client.post(reverse(name, args=[thing.pk]))
    labels = ["Sales", "Every morning", "Monthly", "Orders", "Board", "Shop"]
    assert told() == [("deleted", "ana", label, "") for label in labels]
    assert list(Act.objects.order_by("pk").values_list("thing", flat=True)) == [name.split("_")[0] for name in things]


def test_changes_of_what_people_may_are_told(client, ana):
    ben, group = PersonFactory(username="ben"), Group.objects.create(name="Board")
    for person, role in ((ana, Role.MANAGER), (ben, Role.READER)):
        Membership.objects.create(group=group, person=person, role=role)
    dataset = DatasetFactory(owner=ana, name="Orders")
    client.post(reverse("group_role", args=[group.pk, ben.pk]), {"role": "author"})
    client.post(reverse("group_role", args=[group.pk, ana.pk]), {"role": "reader"})  # the last manager
    client.post(reverse("group_remove", args=[group.pk, ben.pk]))
    client.post(reverse("dataset_share", args=[dataset.pk]), {"group": group.pk, "group_may": "use"})
    client.post(reverse("dataset_unshare", args=[dataset.pk]))
    client.post(reverse("group", args=[group.pk]), {"email": "eva@example.org", "role": "reader"})
    client.post(reverse("person_active", args=[ben.pk]))
    client.post(reverse("person_active", args=[ben.pk]), {"activate": ""})
    assert [(did, label, detail) for did, _by, label, detail in told()] == [
        ("made_author", "ben", "Board"),
        ("removed", "ben", "Board"),
        ("shared", "Orders", "Board"),
        ("unshared", "Orders", ""),
        ("invited", "eva@example.org", "Board"),
        ("deactivated", "ben", ""),
        ("activated", "ben", ""),
    ]


def test_a_superuser_who_makes_somebody_staff_is_told(client, ana):
    type(ana).objects.update(is_superuser=True)
    ben = PersonFactory(username="ben")
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00", "is_active": "on", "is_staff": "on"}
    client.post(reverse("admin:auth_user_change", args=[ben.pk]), {"username": "ben", **joined})
    assert told() == [("rights", "ana", "ben", "is_staff=True")]


def test_connections_are_told_without_their_passwords(client, ana):
    known = {"name": "Shop", "address": "postgresql://prelo@db.example.org/shop", "password": "secret-of-ana"}
    client.post(reverse("connection_new"), known)
    client.post(reverse("connection", args=[Connection.objects.get().pk]), known)
    assert told() == [("made", "ana", "Shop", ""), ("changed", "ana", "Shop", "")]


def acts(count: int, **values) -> list[Act]:
    """The newest first: one each hour until MOMENT."""
    rows = [
        Act(at=MOMENT - timedelta(hours=n), **{"did": Did.ASKED, "by": "ana", "label": f"Sales {n}"} | values)
        for n in range(count)
    ]
    return Act.objects.bulk_create(rows)


def shown(client, **query) -> list[str]:
    answer = client.get(reverse("audit"), query)
    assert answer.status_code == 200
    return [act.label for act, _name in answer.context["acts"]]


def test_it_is_paged_from_one_act_to_the_next_with_as_many_queries(client, ana):
    acts(1)
    counts = []
    for more in (0, 120):
        acts(more)
        with CaptureQueriesContext(connection) as queries:
            shown(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    seen, after = [], ""
    while answer := client.get(reverse("audit"), {"after": after}):
        seen += [act.pk for act, _name in answer.context["acts"]]
        if not (after := answer.context["older"]):
            break
    assert seen == list(Act.objects.values_list("pk", flat=True)) and len(set(seen)) == 121


def test_the_address_filters_it(client, ana):
    acts(3, thing="report", thing_id="1")
    acts(1, by="ben", did=Did.DELETED, label="Orders of May", detail="Board", thing="dataset", thing_id="2")
    assert (
        shown(client, by="ben") == shown(client, did="deleted") == shown(client, thing="dataset") == ["Orders of May"]
    )
    assert shown(client, of="2") == shown(client, q="may orders board") == ["Orders of May"]
    assert len(shown(client, **{"from": "2026-03-05", "to": "2026-03-05"})) == 4
    assert shown(client, **{"from": "2026-03-06"}) == shown(client, to="2026-03-04") == shown(client, by="eva") == []


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=2026-01-01~y",
        "after=2026-01-01~99999999999999999999",
        "from=tomorrow",
        "to=9999-12-31",
        "from=0001-01-01",
        "q=%00",
        "did=x",
    ],
)
def test_what_means_nothing_is_no_error(client, ana, query):
    assert client.get(f"{reverse('audit')}?{query}").status_code == 200


def test_as_a_file_it_is_whole_and_runs_nothing(client, ana):
    acts(120, label='=HYPERLINK("x")')
    acts(1, by="ben")
    answer = client.get(reverse("audit_file"), {"by": "ana"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 121 and rows[0][:3] == ["at", "by", "did"]
    assert rows[1] == [MOMENT.isoformat(), "ana", "asked", "", "", '\'=HYPERLINK("x")', "", ""]


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_every_page_of_a_long_log_is_fast(client, ana):
    for start in range(0, 100_000, 5_000):
        Act.objects.bulk_create(
            Act(
                at=timezone.now() - timedelta(minutes=n),
                did=Did.ASKED if n % 1_000 else Did.DELETED,
                by="ana" if n % 500 else "ben",
                thing="report",
                thing_id=str(n),
                label=f"Sales {n}",
            )
            for n in range(start, start + 5_000)
        )
    middle = Act.objects.all()[50_000].place
    for query in ({}, {"by": "ben"}, {"did": "deleted"}, {"of": "77"}, {"q": "nowhere"}, {"after": str(middle)}):
        began = timezone.now()
        shown(client, **query)
        assert timezone.now() - began < timedelta(seconds=0.2), query
