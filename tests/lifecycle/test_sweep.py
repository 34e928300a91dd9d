"""What was lost is found: jobs that nobody works on, messages that never came, files that nobody owns."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.celery import app
from reports import artifacts, storage
from reports.lifecycle.sweep import collect, sweep
from reports.models import Report, State
from reports.models.job import MAX_ATTEMPTS
from tests.factories import ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_dispatch(monkeypatch):
    """The sweeper's own decisions are looked at here, before the rows are queued again."""
    monkeypatch.setattr("reports.lifecycle.sweep.dispatch", lambda: 0)


def abandoned(state: State, **values) -> Report:
    report = ReportFactory(state=state, epoch=1, lease_until=timezone.now() - timedelta(seconds=1), **values)
    sweep()
    report.refresh_from_db()
    return report


def old_file(key: str) -> None:
    path = storage.path_of(key)
    path.mkdir(parents=True)
    (path / "report.pdf").write_bytes(b"%PDF")
    long_ago = time.time() - artifacts.ORPHAN_SECONDS - 60
    for folder in (path, *path.parents[:3]):
        os.utime(folder, (long_ago, long_ago))


def test_a_step_whose_worker_died_is_done_again():
    report = abandoned(State.RUNNING, attempts=1)
    assert report.state == State.RETRY_WAIT
    assert Report.objects.due(timezone.now()).get() == report


def test_a_step_that_kills_its_worker_each_time_fails_with_the_reason():
    report = abandoned(State.RUNNING, attempts=MAX_ATTEMPTS)
    assert report.state == State.FAILED
    assert str(MAX_ATTEMPTS) in report.problem_in_words


def test_a_lost_message_costs_no_attempt(redis_server):
    report = abandoned(State.QUEUED)
    assert (report.state, report.attempts) == (State.REQUESTED, 0)


def test_a_message_that_waits_behind_others_is_not_lost(redis_server):
    with app.connection_for_write() as connection, connection.SimpleQueue("reports") as queue:
        queue.put({})
        assert abandoned(State.QUEUED).state == State.QUEUED
        queue.clear()


def test_work_that_goes_on_is_left_alone():
    report = ReportFactory(state=State.RUNNING, epoch=1, lease_until=timezone.now() + timedelta(seconds=20))
    sweep()
    report.refresh_from_db()
    assert report.state == State.RUNNING


def test_files_of_no_row_are_deleted_and_those_of_a_row_are_kept():
    report = ReportFactory(state=State.READY)
    kept = f"reports/{report.pk}/1/write_pdf"
    Report.objects.filter(pk=report.pk).update(artifacts={"write_pdf": kept})
    loser = f"reports/{report.pk}/2/write_pdf"
    nobodys = "reports/3f2c8a52-0000-4000-8000-000000000000/1/write_pdf"
    for key in (kept, loser, nobodys):
        old_file(key)
    os.utime(storage.path_of(f"reports/{report.pk}"), (0, 0))
    collect()
    assert storage.exists(kept)
    assert not storage.exists(loser)
    assert not storage.exists(nobodys)


def test_a_file_that_was_just_made_is_left_alone():
    key = "reports/3f2c8a52-0000-4000-8000-000000000001/1/write_pdf"
    storage.path_of(key).mkdir(parents=True)
    collect()
    assert storage.exists(key)


def test_previews_are_forgotten_after_an_hour():
    old = ReportFactory(is_preview=True, requested_at=timezone.now() - timedelta(hours=2))
    new, report = ReportFactory(is_preview=True), ReportFactory(requested_at=old.requested_at)
    collect()
    assert set(Report.objects.values_list("pk", flat=True)) == {new.pk, report.pk}
