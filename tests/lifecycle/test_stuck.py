"""Stuck work: what is said of it is what the sweeper then does."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from portal.celery import app
from reports.lifecycle import watch
from reports.lifecycle.stuck import Fate, stuck
from reports.lifecycle.sweep import sweep
from reports.models import Report, State
from reports.models.job import MAX_ATTEMPTS, QUEUE_SECONDS
from tests.factories import PersonFactory, ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def messages(redis_server):
    """The broker's queue of reports, empty at the start and at the end."""
    with app.connection_for_write() as connection, connection.SimpleQueue("reports") as queue:
        queue.clear()
        yield queue
        queue.clear()


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def fates(broker_answers: bool = True) -> dict[Report, Fate]:
    return {
        found.job: found.fate for found in stuck(timezone.now(), watch.running_jobs(), broker_answers=broker_answers)
    }


def swept(report: Report) -> Report:
    sweep()
    return Report.objects.get(pk=report.pk)


def abandoned(attempts: int) -> Report:
    times = {"lease_until": ago(1), "step_started_at": ago(60)}
    return ReportFactory(state=State.RUNNING, epoch=1, attempts=attempts, **times)


def late() -> Report:
    return ReportFactory(state=State.QUEUED, epoch=1, lease_until=ago(1))


def test_what_goes_on_or_waits_its_turn_is_not_stuck():
    person = PersonFactory()
    soon = {"lease_until": ago(-20), "step_started_at": ago(5)}
    for _ in range(settings.JOBS_PER_PERSON):
        ReportFactory(owner=person, state=State.RUNNING, epoch=1, **soon)
    ReportFactory(owner=person, state=State.REQUESTED, requested_at=ago(600))
    ReportFactory(state=State.QUEUED, epoch=1, lease_until=ago(-QUEUE_SECONDS))
    ReportFactory(state=State.REQUESTED)
    ReportFactory(state=State.FAILED)
    assert fates() == {}


def test_a_step_that_nobody_works_on_is_resumed():
    report = abandoned(attempts=1)
    assert fates() == {report: Fate.RESUMED}
    after = swept(report)
    assert (after.state, after.epoch) == (State.QUEUED, 2)


def test_after_the_last_attempt_it_fails():
    report = abandoned(attempts=MAX_ATTEMPTS)
    assert fates() == {report: Fate.FAILED}
    assert swept(report).state == State.FAILED


def test_a_lost_message_is_published_again():
    report = late()
    assert fates() == {report: Fate.REPUBLISHED}
    assert swept(report).epoch == 2


def test_a_message_that_waits_for_a_worker_is_left(messages):
    messages.put({})
    report = late()
    assert fates() == {report: Fate.LEFT}
    assert swept(report).epoch == 1


def test_without_a_broker_everything_is_left():
    assert list(fates(broker_answers=False).values()) == []
    report = late()
    assert fates(broker_answers=False) == {report: Fate.LEFT}


def test_what_rests_is_queued_when_its_time_has_come():
    report = ReportFactory(state=State.RETRY_WAIT, epoch=1, attempts=1, not_before=ago(-60))
    assert fates() == {report: Fate.RETRIED}
    assert swept(report).state == State.RETRY_WAIT
    Report.objects.update(not_before=ago(1))
    assert swept(report).state == State.QUEUED


def test_what_the_broker_had_not_taken_is_queued():
    report = ReportFactory(state=State.REQUESTED, requested_at=ago(60))
    assert fates() == {report: Fate.PUBLISHED}
    assert swept(report).state == State.QUEUED


def test_readings_of_files_get_stuck_too():
    snapshot = SnapshotFactory(state=State.REQUESTED, requested_at=ago(60))
    assert fates() == {snapshot: Fate.PUBLISHED}


def test_a_report_that_waits_for_its_data_is_not_stuck():
    reading = SnapshotFactory(state=State.RUNNING, lease_until=timezone.now() + timedelta(hours=1))
    report = ReportFactory(snapshot=reading, owner=reading.owner, requested_at=ago(3600))
    assert report not in fates()
    reading.state = State.READY
    reading.save()
    assert fates()[report] == Fate.PUBLISHED
