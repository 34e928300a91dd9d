"""Asking for a report, and what becomes of the request."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction

from reports.lifecycle.cancel import delete_dataset
from reports.lifecycle.request import request_report, usual_seconds
from reports.models import Report, State
from tests.factories import ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db


def ask(snapshot, **more) -> Report:
    return request_report(snapshot.owner, "listing", snapshot, {"sort": []}, title="Sales", language="en", **more)


def test_the_request_pins_its_snapshot_and_options():
    snapshot = SnapshotFactory()
    report = ask(snapshot)
    report.refresh_from_db()
    assert (report.snapshot, report.options, report.dataset_name) == (snapshot, {"sort": []}, snapshot.dataset.name)


def test_a_double_click_gives_one_report():
    snapshot, token = SnapshotFactory(), uuid.uuid4()
    assert ask(snapshot, client_token=token) == ask(snapshot, client_token=token)
    assert Report.objects.count() == 1


def test_the_same_token_of_another_person_is_another_request():
    token = uuid.uuid4()
    ask(SnapshotFactory(), client_token=token)
    ask(SnapshotFactory(), client_token=token)
    assert Report.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_rolled_back_publishes_nothing(monkeypatch):
    published = []
    monkeypatch.setattr("reports.lifecycle.request.dispatch", lambda: published.append(True))
    snapshot = SnapshotFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        ask(snapshot)
        raise RuntimeError
    assert published == []
    ask(snapshot)
    assert published == [True]


def test_a_new_preview_cancels_the_one_before():
    snapshot = SnapshotFactory()
    first = ask(snapshot, is_preview=True)
    second = ask(snapshot, is_preview=True)
    first.refresh_from_db()
    assert (first.state, second.state) == (State.CANCELLED, State.REQUESTED)


def test_a_preview_leaves_reports_and_other_peoples_previews_alone():
    report, other = ask(SnapshotFactory()), ask(SnapshotFactory(), is_preview=True)
    ask(report.snapshot, is_preview=True)
    for job in (report, other):
        job.refresh_from_db()
        assert job.state == State.REQUESTED


def test_the_usual_time_is_the_median_of_finished_reports_of_the_kind():
    assert usual_seconds("listing") is None
    for seconds in (1, 2, 60):
        report = ReportFactory(state=State.READY)
        finished = report.requested_at.replace(microsecond=0) + timedelta(seconds=seconds)
        Report.objects.filter(pk=report.pk).update(
            requested_at=report.requested_at.replace(microsecond=0), finished_at=finished
        )
    assert usual_seconds("listing") == 2
    assert usual_seconds("summary") is None


def test_deleting_a_dataset_cancels_what_waits_and_keeps_what_is_finished():
    snapshot = SnapshotFactory()
    waiting = [ask(snapshot) for _ in range(3)]
    ready = ReportFactory(snapshot=snapshot, state=State.READY)
    delete_dataset(snapshot.dataset)
    for report in (*waiting, ready):
        report.refresh_from_db()
    assert [report.state for report in waiting] == [State.CANCELLED] * 3
    assert (ready.state, ready.snapshot, ready.dataset_name) == (State.READY, None, snapshot.dataset.name)
