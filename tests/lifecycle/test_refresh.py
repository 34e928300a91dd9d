"""Reports whose data is read anew first: they wait, share one reading, and say why when it fails."""

import sqlite3
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.urls import reverse
from django.utils import timezone

from reports.lifecycle import burst as bursts
from reports.lifecycle import cancel, inline, refresh, schedule
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.request import request_report
from reports.models import Burst, Connection, Report, Snapshot, State
from reports.models.dataset import Code
from reports.models.schedule import Origin
from tests import processes
from tests.factories import PersonFactory, definition_of, schedule_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]

OPTIONS = {
    "columns": ["region", "total"],
    "filters": [],
    "sort": [],
    "group": "",
    "totals": ["total"],
    "carry": False,
    "orientation": "auto",
    "standard": "ua-1",
}


@pytest.fixture
def file(tmp_path, settings):
    settings.SQLITE_FOLDERS = [str(tmp_path)]
    path = tmp_path / "orders.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE orders (region TEXT, total REAL)")
        database.execute("INSERT INTO orders VALUES ('Norte', 12.5)")
    return path


@pytest.fixture
def owner():
    return PersonFactory(username="ana", is_staff=True)


@pytest.fixture
def dataset(file, owner):
    """Its data is there, and is to be read before each report."""
    connection = Connection.objects.create(name="Orders", address=f"sqlite:///{file}")
    settings = {"sql": "SELECT * FROM orders", "parameters": []}
    content = refresh.Content(Code.QUERY, settings, connection=connection, refresh="each")
    dataset = refresh.begin(owner, "Orders", content, client_token=uuid4())
    read(dataset.snapshots.get())
    dataset.refresh_from_db()
    return dataset


@pytest.fixture
def dataset_of_server(owner, postgresql):
    """The same of a real server, read by a worker."""
    connection = Connection.objects.create(name="Server", address=postgresql)
    settings = {"sql": "SELECT 'Norte' AS region, 12.5 AS total", "parameters": []}
    content = refresh.Content(Code.QUERY, settings, connection=connection, refresh="each")
    dataset = refresh.begin(owner, "Orders", content, client_token=uuid4())
    processes.wait_until(lambda: dataset.snapshots.get().state == State.READY, "the data is read")
    dataset.refresh_from_db()
    return dataset


def read(snapshot: Snapshot) -> None:
    inline.make(snapshot, lambda job: None)


def asked(dataset, **more) -> Report:
    return request_report(dataset.owner, "listing", dataset.current, OPTIONS, title="Orders", language="en", **more)


def change(file, sql: str) -> None:
    with sqlite3.connect(file) as database:
        database.execute(sql)


def test_a_report_waits_for_new_data_and_others_share_it(dataset, file):
    change(file, "INSERT INTO orders VALUES ('Sul', 3)")
    first, second = asked(dataset), asked(dataset)
    assert first.snapshot == second.snapshot != dataset.current
    assert dataset.snapshots.count() == 2
    dispatch()
    first.refresh_from_db()
    assert first.state == State.REQUESTED and first.waits_for_data
    read(first.snapshot)
    dispatch()
    for report in (first, second):
        report.refresh_from_db()
        assert report.state == State.QUEUED
        inline.make_report(report, lambda job: None)
        assert (report.state, report.rows) == (State.READY, 2)


def test_the_same_request_sent_twice_reads_once(dataset):
    token = uuid4()
    report = asked(dataset, client_token=token)
    read(report.snapshot)
    dataset.refresh_from_db()
    assert asked(dataset, client_token=token) == report
    assert dataset.snapshots.count() == 2


def test_a_preview_and_a_repetition_are_made_of_what_is_there(dataset):
    assert asked(dataset, is_preview=True).snapshot == dataset.current
    report = asked(dataset)
    read(report.snapshot)
    inline.make_report(report, lambda job: None)
    assert asked(dataset, again_of=report).snapshot == dataset.current


@pytest.mark.parametrize(("minutes", "is_read"), [(59, False), (61, True)])
def test_data_is_read_anew_when_it_is_too_old(dataset, minutes, is_read):
    source = dataset.source
    source.refresh, source.most_minutes = "age", 60
    source.save()
    Snapshot.objects.update(requested_at=dataset.current.requested_at - timedelta(minutes=minutes))
    dataset.current.refresh_from_db()
    assert (asked(dataset).snapshot != dataset.current) == is_read


def test_a_report_whose_data_could_not_be_read_says_why_and_takes_the_last_good_data(client, dataset, file):
    change(file, "ALTER TABLE orders RENAME TO others")
    report = asked(dataset)
    read(report.snapshot)
    inline.make_report(report, lambda job: None)
    assert report.state == State.FAILED and "no such table: orders" in report.problem_in_words
    dataset.refresh_from_db()
    assert dataset.current == dataset.snapshots.last()
    client.force_login(dataset.owner)
    page = client.get(reverse("report", args=[report.pk])).content.decode()
    assert "could not be read anew" in page and "Make it with the data of" in page
    client.post(reverse("report_last_data", args=[report.pk]))
    report.refresh_from_db()
    assert report.snapshot == dataset.current
    inline.make_report(report, lambda job: None)
    assert (report.state, report.rows) == (State.READY, 1)


def test_a_report_that_is_tried_again_has_its_data_read_again(dataset, file):
    change(file, "ALTER TABLE orders RENAME TO others")
    report = asked(dataset)
    read(report.snapshot)
    inline.make_report(report, lambda job: None)
    change(file, "ALTER TABLE others RENAME TO orders")
    failed = report.snapshot
    assert cancel.retry(report)
    report.refresh_from_db()
    assert report.snapshot != failed and report.waits_for_data
    inline.make_report(report, lambda job: None)
    assert report.state == State.READY


def daily_of(dataset, **values):
    definition = definition_of(dataset.owner)
    version = definition.current
    version.dataset, version.columns = dataset, []
    version.options = {"title": "", **OPTIONS}
    version.save()
    return schedule_of(definition, state="active", **values)


def test_a_burst_waits_too_and_reads_again_when_it_is_tried_again(dataset, file):
    change(file, "ALTER TABLE orders RENAME TO others")
    burst = schedule.run_now(daily_of(dataset, burst_column="region"), Origin.HAND).burst
    assert burst.waits_for_data and not Burst.objects.due(timezone.now()).exists()
    read(burst.snapshot)
    burst = Burst.objects.due(timezone.now()).get()
    inline.make(burst, lambda job: None)
    assert (burst.state, burst.problem["code"]) == (State.FAILED, "refresh_failed")
    change(file, "ALTER TABLE others RENAME TO orders")
    assert bursts.try_again(burst) == 1
    burst = Burst.objects.get(pk=burst.pk)
    read(burst.snapshot)
    burst = Burst.objects.get(pk=burst.pk)
    inline.make(burst, lambda job: None)
    assert (burst.state, burst.rows) == (State.READY, 1)


def test_the_report_of_a_schedule_waits_too(dataset):
    slot = schedule.run_now(daily_of(dataset), Origin.HAND)
    report = slot.report
    assert report.waits_for_data and report.snapshot.dataset == dataset
    inline.make_report(report, lambda job: None)
    assert report.state == State.READY


def test_a_worker_reads_first_and_then_makes_the_report(worker, dataset_of_server):
    report = asked(dataset_of_server)
    processes.wait_until(lambda: Report.objects.get(pk=report.pk).state == State.READY, "the report is ready")
    assert report.snapshot == dataset_of_server.snapshots.first() != dataset_of_server.current


def test_a_query_ends_on_the_server_when_its_reading_is_cancelled(worker, dataset_of_server, postgresql):
    def running() -> int:
        with psycopg.connect(postgresql) as database:
            sql = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = 'prelo'"
            return database.execute(sql).fetchone()[0]

    source = dataset_of_server.source
    source.settings = {"sql": "SELECT pg_sleep(100)::text AS a", "parameters": []}
    source.save()
    snapshot = refresh.refresh(dataset_of_server)
    processes.wait_until(running, "the query runs")
    snapshot.refresh_from_db()
    cancel.cancel(snapshot)
    processes.wait_until(lambda: not running(), "the query has ended", seconds=15)


def test_a_reading_that_is_cancelled_ends_the_report(dataset):
    report = asked(dataset)
    cancel.cancel(report.snapshot)
    report = Report.objects.get(pk=report.pk)
    inline.make_report(report, lambda job: None)
    assert (report.state, report.problem["code"]) == (State.FAILED, "refresh_cancelled")
