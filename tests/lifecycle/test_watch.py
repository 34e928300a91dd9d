"""What operators are told: it follows the rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from reports.lifecycle import watch
from reports.models import Report, State, Validation, Worker
from reports.models.job import QUEUE_SECONDS
from reports.models.worker import SILENT_SECONDS
from tests.factories import ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def ago(**time) -> datetime:
    return NOW - timedelta(**time)


def worker(name: str = "worker@a", *, heard: datetime = NOW, taken: datetime | None = None, processes: int = 2) -> None:
    consumed = {"reports": taken.isoformat()} if taken else {}
    Worker.objects.create(
        name=name, pid=1, queues=["reports"], processes=processes, consumed=consumed, seen_at=heard, started_at=heard
    )


def running(by: str, lease_until: datetime = NOW + timedelta(seconds=20), **values) -> Report:
    times = {"step_started_at": ago(seconds=5), "lease_until": lease_until}
    return ReportFactory(state=State.RUNNING, epoch=1, worker=by, **times, **values)


def is_served(queue: str = "reports") -> bool:
    return watch.served(list(Worker.objects.all()), watch.running_jobs(), NOW)[queue]


def test_a_queue_is_served_by_a_worker_that_took_a_message_lately():
    worker(taken=ago(seconds=60))
    assert is_served()
    assert not is_served("quick")


def test_a_worker_that_lives_and_takes_nothing_is_deaf():
    worker(taken=ago(seconds=watch.DEAF_SECONDS + 1))
    assert not is_served()


def test_a_worker_that_has_its_hands_full_is_not_deaf():
    worker(taken=ago(minutes=5))
    running("worker@a")
    assert not is_served()
    running("worker@a")
    assert is_served()


def test_a_worker_that_fell_silent_with_its_hands_full_serves_nothing():
    worker(heard=ago(seconds=SILENT_SECONDS + 1), taken=ago(minutes=5))
    running("worker@a")
    running("worker@a")
    assert not is_served()


def test_what_a_worker_has_lost_does_not_keep_it_busy():
    worker(taken=ago(minutes=5), processes=1)
    running("worker@a", lease_until=ago(seconds=1))
    assert not is_served()


def test_one_worker_that_listens_is_enough():
    worker("deaf@a", taken=ago(minutes=5))
    worker("good@a", taken=ago(seconds=5))
    assert is_served()


def test_the_clock_runs_while_it_is_heard():
    worker()
    assert not watch.clock_runs(Worker.objects.all())
    worker("beat@a", processes=0)
    assert watch.clock_runs(Worker.objects.all())
    Worker.objects.update(seen_at=ago(minutes=2))
    assert not watch.clock_runs(Worker.objects.all())


def queues() -> dict[str, watch.QueueView]:
    return {view.name: view for view in watch.queues(list(Worker.objects.all()), watch.running_jobs(), NOW)}


def test_what_waits_is_counted_where_it_waits():
    report = ReportFactory(state=State.QUEUED, lease_until=ago(seconds=-10))
    ReportFactory(state=State.QUEUED, lease_until=ago(minutes=4))
    ReportFactory(state=State.REQUESTED)
    ReportFactory(state=State.RETRY_WAIT)
    ReportFactory(state=State.READY)
    Validation.objects.create(report=report, owner=report.owner, standard="ua-1")
    ReportFactory(state=State.REQUESTED, is_preview=True)
    SnapshotFactory(state=State.QUEUED, lease_until=NOW)
    running("worker@a")
    found = queues()
    reports = found["reports"]
    assert (reports.waiting, reports.queued, reports.running) == (3, 2, 1)
    assert reports.since == ago(minutes=4, seconds=QUEUE_SECONDS)
    assert (found["quick"].waiting, found["quick"].since) == (1, None)
    assert found["snapshots"].queued == 1


def test_the_last_message_of_a_queue_is_that_of_any_worker():
    worker("first@a", taken=ago(minutes=5))
    worker("second@a", taken=ago(minutes=3))
    assert queues()["reports"].consumed_at == ago(minutes=3)
    assert queues()["quick"].consumed_at is None


def test_what_was_made_in_a_time_is_added_up():
    ended = {"state": State.READY, "pages": 12}
    ReportFactory(requested_at=ago(minutes=10, seconds=30), finished_at=ago(minutes=10), **ended)
    ReportFactory(requested_at=ago(minutes=20, seconds=10), finished_at=ago(minutes=20), **ended)
    ReportFactory(finished_at=ago(minutes=61), **ended)
    ReportFactory(finished_at=ago(minutes=1), is_preview=True, **ended)
    ReportFactory(state=State.FAILED, finished_at=ago(minutes=2))
    assert watch.output(ago(hours=1)) == watch.Output(made=2, failed=1, pages=24, average=timedelta(seconds=20))
    assert watch.output(ago(days=1)).made == 3
    assert watch.output(NOW) == watch.Output(made=0, failed=0, pages=0, average=None)


def test_each_hour_of_the_last_day_has_its_count(settings):
    settings.TIME_ZONE = "Asia/Kolkata"  # its hours begin at half past
    for minutes in (1, 29, 31, 31 + 60):
        ReportFactory(state=State.READY, finished_at=ago(minutes=minutes))
    ReportFactory(state=State.READY, finished_at=ago(hours=25))
    assert watch.made_by_hour(NOW) == [0] * 21 + [1, 1, 2]


def test_the_last_failures_of_all_kinds_come_first_and_previews_do_not_come():
    report = ReportFactory(state=State.FAILED, finished_at=ago(minutes=3))
    snapshot = SnapshotFactory(state=State.FAILED, finished_at=ago(minutes=2))
    checked = ReportFactory(state=State.READY)
    check = Validation.objects.create(
        report=checked, owner=checked.owner, standard="ua-1", state=State.FAILED, finished_at=ago(minutes=1)
    )
    ReportFactory(state=State.FAILED, finished_at=NOW, is_preview=True)
    assert watch.failures() == [check, snapshot, report]
    for minutes in range(20):
        ReportFactory(state=State.FAILED, finished_at=ago(hours=1, minutes=minutes))
    assert len(watch.failures()) == watch.RECENT_FAILURES
    assert watch.failures()[:3] == [check, snapshot, report]
