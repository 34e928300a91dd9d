"""The page of a burst, and how a schedule asks for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports import storage
from reports.models import Burst, BurstPart, Report, Schedule, State
from tests.factories import DatasetFactory, PersonFactory, SnapshotFactory, burst_of, definition_of, schedule_of
from tests.kinds.making import snapshot
from tests.web.test_schedules import sent

pytestmark = pytest.mark.django_db

ROWS = 'SELECT \'Region \' || (i % 3) AS "Region", DATE \'2025-01-01\' AS "Day", 1.5 AS "Total" FROM range(9) AS n(i)'
PEOPLE = "SELECT 'region 1' AS \"Area\", 'ana@example.org' AS \"Address\""


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr("reports.lifecycle.burst.dispatch", lambda: 0)
    monkeypatch.setattr("reports.lifecycle.schedule.dispatch", lambda: 0)


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


@pytest.fixture
def schedule(alice) -> Schedule:
    return schedule_of(definition_of(alice), burst_column="Region")


@pytest.fixture
def people(alice, schedule, tmp_path):
    """A dataset of recipients; it and the data have files."""
    columns = [{"name": "Area", "type": "text"}, {"name": "Address", "type": "text"}]
    dataset = DatasetFactory(owner=alice, name="People")
    dataset.current = SnapshotFactory(dataset=dataset, columns=columns)
    dataset.save()
    for known, rows in ((schedule.definition.current.dataset.current, ROWS), (dataset.current, PEOPLE)):
        path = storage.path_of(known.data)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(snapshot(tmp_path, rows).read_bytes())
    return dataset


def page(client, name, *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def asked(people, **changes) -> dict:
    known = {"burst_column": "Region", "mapping": str(people.pk), "mapping_value": "Area", "mapping_address": "Address"}
    return sent(condition="always", figure="", threshold="", **known | changes)


def test_it_says_how_many_are_made_and_what_became_of_each(client, schedule):
    burst = burst_of(schedule, State.READY, State.FAILED, None)
    said = page(client, "burst", burst.pk)
    assert "1 of 3 PDFs made" in said and "1 has failed" in said
    assert reverse("burst_progress", args=[burst.pk]) in said
    assert all(reverse("report", args=[report.pk]) in said for report in burst.reports.all())
    assert "Region 2" in said


def test_it_is_told_only_what_has_changed_and_polls_no_more_at_the_end(client, schedule):
    burst = burst_of(schedule, State.READY, None)
    address = reverse("burst_progress", args=[burst.pk])
    answer = client.get(address)
    same = client.get(address, {"seen": answer.context["seen"]})
    assert same.status_code == 204
    BurstPart.objects.update(state=State.READY)
    changed = client.get(address, {"seen": answer.context["seen"]})
    assert changed.status_code == 200 and "hx-get" not in changed.content.decode()


def test_however_many_values_there_are_it_asks_as_often(client, schedule):
    counts = []
    for states in ([State.READY], [State.READY] * 40):
        burst = burst_of(schedule, *states)
        with CaptureQueriesContext(connection) as queries:
            page(client, "burst", burst.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_what_failed_is_tried_again(client, schedule):
    burst = burst_of(schedule, State.READY, State.FAILED)
    assert "Try the failed ones again" in page(client, "burst", burst.pk)
    client.post(reverse("burst_again", args=[burst.pk]))
    assert sorted(burst.reports.values_list("state", flat=True)) == [State.READY, State.REQUESTED]


def test_a_cancelled_one_keeps_what_was_made(client, schedule):
    burst = burst_of(schedule, State.READY, None)
    client.post(reverse("burst_cancel", args=[burst.pk]))
    assert burst.parts.get().state == State.CANCELLED
    assert Report.objects.get().state == State.READY
    assert "Not all was made" in page(client, "burst", burst.pk)


def test_it_is_deleted_as_a_whole_once_it_is_said_how_much_that_is(client, schedule):
    burst, other = burst_of(schedule, State.READY, State.READY, State.FAILED), burst_of(schedule, State.READY)
    assert "2 PDFs go for good" in page(client, "burst", burst.pk)
    answer = client.post(reverse("burst_delete", args=[burst.pk]))
    assert answer.url == reverse("schedule", args=[schedule.pk])
    assert Burst.objects.get() == other and Report.objects.get() == other.reports.get()


def test_what_has_expired_of_it_was_made(client, schedule):
    burst = burst_of(schedule, State.READY, State.EXPIRED)
    said = page(client, "burst", burst.pk)
    assert "2 of 2 PDFs made" in said and "1 has expired" in said and "All was made" in said
    assert "1 PDF goes for good" in said


def test_the_history_lists_what_belongs_to_one(client, schedule):
    burst, other = burst_of(schedule, State.READY, State.FAILED), burst_of(schedule, State.READY)
    of_one = {"burst": str(burst.pk)}
    found = client.get(reverse("reports"), of_one)
    assert {report.pk for report, _words in found.context["reports"]} == set(burst.reports.values_list("pk", flat=True))
    assert reverse("burst", args=[burst.pk]) in found.content.decode()
    failed = client.get(reverse("reports"), {**of_one, "state": "failed"})
    assert [report.state for report, _words in failed.context["reports"]] == [State.FAILED]
    client.force_login(PersonFactory())
    elsewhere = client.get(reverse("reports"), of_one)
    assert not elsewhere.context["reports"] and other.title not in elsewhere.content.decode()


def test_run_now_leads_to_it(client, schedule):
    answer = client.post(reverse("schedule_run", args=[schedule.pk]))
    assert answer.url == reverse("burst", args=[Burst.objects.get().pk])
    assert reverse("burst", args=[Burst.objects.get().pk]) in page(client, "schedule", schedule.pk)


def test_its_reports_are_found_by_words_and_do_not_drown_the_history(client, schedule):
    burst_of(schedule, State.READY, State.READY)
    Report.objects.update(search="monthly region")
    assert "Monthly: Region" not in page(client, "reports")
    assert "Monthly: Region 1" in client.get(reverse("reports"), {"q": "region"}).content.decode()


def test_a_schedule_asks_for_it(client, schedule, people):
    client.post(reverse("schedule_edit", args=[schedule.pk]), asked(people))
    schedule.refresh_from_db()
    assert (schedule.burst_column, schedule.mapping) == ("Region", people)
    assert (schedule.mapping_value, schedule.mapping_address) == ("Area", "Address")
    said = page(client, "schedule_edit", schedule.pk)
    assert "In the data of now there are 3 values. 1 of them have recipients." in said


def test_more_values_than_may_be_made_are_said(client, schedule, people, settings):
    settings.MAX_BURST = 2
    assert "has more than 2 values" in page(client, "schedule_edit", schedule.pk)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mapping_address": "Nowhere"}, "“People” has no column “Nowhere”. There is: Area, Address."),
        ({"burst_column": ""}, "Choose the column whose values the recipients are for."),
        ({"burst_column": "Total"}, "Total is not one of the available choices"),
        ({"mapping": "c1f4b2a0-0000-4000-8000-000000000000"}, "not one of the available choices"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(client, schedule, people, changes, words):
    answer = client.post(reverse("schedule_edit", args=[schedule.pk]), asked(people, **changes))
    assert answer.status_code == 422 and words in answer.content.decode()


def test_the_datasets_of_others_are_not_offered(client, schedule, people):
    DatasetFactory(name="Secret recipients", current=SnapshotFactory())
    assert "Secret recipients" not in page(client, "schedule_edit", schedule.pk)
