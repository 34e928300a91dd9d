"""From rows to messages: fairly, once, and not at all when the broker is gone."""

import pytest
from django.conf import settings

from portal.celery import app
from reports.lifecycle.dispatch import dispatch
from reports.models import Report, Snapshot, State
from tests.factories import PersonFactory, ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def messages(redis_server):
    """How many messages wait in a queue of the broker, by name; the queues are empty at the start."""
    with app.connection_for_read() as connection:
        redis = connection.default_channel.client
        redis.flushdb()
        yield redis.llen
        redis.flushdb()


def states_of(owner) -> list[str]:
    return sorted(Report.objects.filter(owner=owner).values_list("state", flat=True))


def test_a_request_becomes_one_message(messages):
    report = ReportFactory()
    assert dispatch() == 1
    assert messages("reports") == 1
    report.refresh_from_db()
    assert (report.state, report.epoch) == (State.QUEUED, 1)


def test_dispatching_again_publishes_nothing_twice(messages):
    ReportFactory()
    dispatch()
    assert dispatch() == 0
    assert messages("reports") == 1


def test_each_kind_of_job_has_its_queue(messages):
    ReportFactory(is_preview=True)
    SnapshotFactory(state=State.REQUESTED)
    dispatch()
    assert (messages("quick"), messages("reports"), messages("snapshots")) == (1, 0, 1)


def test_one_persons_many_reports_do_not_stand_before_anothers(messages):
    many, few = PersonFactory(), PersonFactory()
    snapshot = SnapshotFactory()
    ReportFactory.create_batch(10, owner=many, snapshot=snapshot)
    ReportFactory(owner=few, snapshot=snapshot)
    dispatch()
    assert states_of(many).count(State.QUEUED) == settings.JOBS_PER_PERSON
    assert states_of(few) == [State.QUEUED]


def test_the_next_one_is_queued_when_one_has_ended(messages):
    person = PersonFactory()
    reports = ReportFactory.create_batch(settings.JOBS_PER_PERSON + 1, owner=person, snapshot=SnapshotFactory())
    dispatch()
    assert states_of(person).count(State.REQUESTED) == 1
    Report.objects.filter(pk=reports[0].pk).update(state=State.READY)
    assert dispatch() == 1


def test_the_oldest_request_goes_first(messages, settings):
    settings.JOBS_PER_PERSON = 1
    first = ReportFactory()
    second = ReportFactory(owner=first.owner, snapshot=first.snapshot)
    Report.objects.filter(pk=second.pk).update(requested_at=first.requested_at.replace(year=2020))
    dispatch()
    second.refresh_from_db()
    assert second.state == State.QUEUED


def test_a_resumed_report_is_published_from_the_step_where_it_stopped(messages):
    ReportFactory(step="write_pdf", artifacts={"gather": "a", "render": "b"})
    dispatch()
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("reports").get(timeout=5)
    assert message.headers["task"] == "reports.write_pdf"
    message.ack()


def test_snapshots_of_one_person_have_a_limit_of_their_own(messages, settings):
    settings.JOBS_PER_PERSON = 1
    report = ReportFactory()
    SnapshotFactory(dataset=report.snapshot.dataset, state=State.REQUESTED, number=99)
    assert dispatch() == 2
    assert Snapshot.objects.filter(state=State.QUEUED).count() == 1
