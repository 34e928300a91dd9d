"""What outlives its time goes, and says so; what somebody still needs stays."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from reports import artifacts, storage
from reports.lifecycle import retention
from reports.lifecycle.request import make_again
from reports.lifecycle.sweep import collect
from reports.models import Act, Burst, Dataset, Delivery, Description, Export, Report, Slot, Snapshot, State
from reports.models.act import Did
from reports.problems import Problem
from tests.factories import ReportFactory, SnapshotFactory, burst_of, definition_of, schedule_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ten_days(settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.KEEP_REPORTS_DAYS = settings.KEEP_SNAPSHOTS_DAYS = settings.KEEP_AUDIT_DAYS = 10
    monkeypatch.setattr("reports.lifecycle.request.dispatch", lambda: 0)
    plain = retention.expire

    def expire():
        with django_capture_on_commit_callbacks(execute=True):
            plain()

    monkeypatch.setattr(retention, "expire", expire)


def ago(days: float):
    return timezone.now() - timedelta(days=days)


def with_file(job, step: str, **values):
    """Its last step has left a file."""
    key = f"{artifacts.home_of(job)}/1/{step}"
    storage.path_of(key).mkdir(parents=True)
    (storage.path_of(key) / "file").write_bytes(b"bytes")
    type(job).objects.filter(pk=job.pk).update(artifacts={step: key}, step=step, **values)
    job.refresh_from_db()
    return job


def made(days: float, state=State.READY, step="write_pdf", **values) -> Report:
    return with_file(ReportFactory(state=state, finished_at=ago(days), **values), step)


def has_files(job) -> bool:
    return storage.exists(artifacts.home_of(job))


def state_of(job) -> str:
    return type(job).objects.values_list("state", flat=True).get(pk=job.pk)


def versions(*days: float, **values) -> list[Snapshot]:
    """Of one dataset, which became ready so many days ago; the last one is in use."""
    first = SnapshotFactory(number=1, finished_at=ago(days[0]), **values)
    others = [
        SnapshotFactory(dataset=first.dataset, number=number, finished_at=ago(age), **values)
        for number, age in enumerate(days[1:], 2)
    ]
    found = [with_file(snapshot, "read") for snapshot in (first, *others)]
    Dataset.objects.filter(pk=first.dataset_id).update(current=found[-1])
    return found


def test_a_report_keeps_its_row_and_loses_its_files():
    old, young = made(11, title="Sales of May", sha256="ab" * 32), made(9)
    assert young.expires_at == young.finished_at + timedelta(days=10)
    retention.expire()
    old.refresh_from_db()
    assert (old.state, old.artifacts, old.title, old.sha256) == (State.EXPIRED, {}, "Sales of May", "ab" * 32)
    assert not has_files(old) and old.expires_at is None
    assert (state_of(young), has_files(young)) == (State.READY, True)


def test_nothing_expires_where_nobody_has_said_so(settings):
    settings.KEEP_REPORTS_DAYS = settings.KEEP_SNAPSHOTS_DAYS = settings.KEEP_AUDIT_DAYS = 0
    report, (old, _current) = made(3000), versions(3000, 2000)
    Act.objects.create(did=Did.ASKED, at=ago(3000))
    retention.expire()
    assert report.expires_at is None
    assert {state_of(report), state_of(old)} == {State.READY} and Act.objects.count() == 1


def test_what_somebody_keeps_or_waits_for_does_not_expire():
    kept, sent, exported, scheduled, unfinished = (made(11) for _ in range(5))
    Report.objects.filter(pk=kept.pk).update(is_kept=True)
    Report.objects.filter(pk=unfinished.pk).update(state=State.RUNNING)
    delivery = Delivery.objects.create(report=sent, owner=sent.owner, channel="email", recipient="ana@example.org")
    Export.objects.create(report=exported, owner=exported.owner, format="csv")
    schedule = schedule_of(definition_of(scheduled.owner))
    Slot.objects.create(schedule=schedule, moment=ago(11), state="asked", report=scheduled)
    retention.expire()
    assert not Report.objects.filter(state=State.EXPIRED).exists()
    unjudged = burst_of(schedule, State.READY, finished_at=ago(11))
    unjudged.reports.update(finished_at=ago(11))
    retention.expire()
    assert not Report.objects.filter(state=State.EXPIRED).exists()
    Delivery.objects.filter(pk=delivery.pk).update(state=State.FAILED)
    retention.expire()
    assert Report.objects.get(state=State.EXPIRED) == sent


def test_what_failed_stays_failed_and_begins_anew_when_it_is_asked_for_again():
    report = made(11, State.FAILED, step="render")
    retention.expire()
    assert state_of(report) == State.FAILED and not has_files(report)


def test_files_that_were_not_deleted_at_once_are_found_later(monkeypatch):
    monkeypatch.setattr(retention, "delete_folders", lambda keys: None)
    report = made(11)
    retention.expire()
    assert state_of(report) == State.EXPIRED and has_files(report)
    monkeypatch.setattr(artifacts, "ORPHAN_SECONDS", 0)
    artifacts.collect_orphans()
    assert not has_files(report)


def test_what_is_left_of_a_job_that_names_no_file_is_collected():
    burst = burst_of(schedule_of(definition_of(made(0).owner)), State.READY, artifacts={})
    left = storage.path_of(f"{artifacts.home_of(burst)}/1/split")
    left.mkdir(parents=True)
    artifacts.tidy(burst)
    assert not left.exists()


def test_it_goes_on_where_it_stopped_and_the_clock_sets_it_going(monkeypatch):
    monkeypatch.setattr(retention, "SOME", 2)
    monkeypatch.setattr(retention, "MOST_ROUNDS", 2)
    snapshot = SnapshotFactory()
    for _ in range(5):
        made(11, snapshot=snapshot)
    collect()
    assert Report.objects.filter(state=State.EXPIRED).count() == 4
    collect()
    assert Report.objects.filter(state=State.EXPIRED).count() == 5


def test_a_version_expires_so_long_after_a_newer_one_has_replaced_it():
    oldest, replaced_lately, current = versions(300, 200, 5)
    SnapshotFactory(dataset=current.dataset, number=4, state=State.FAILED, finished_at=ago(50))
    Description.objects.create(snapshot=oldest, owner=oldest.owner)
    described = with_file(Description.objects.get(), "describe", state=State.READY)
    retention.expire()
    assert [state_of(found) for found in (oldest, replaced_lately, current)] == [
        State.EXPIRED,
        State.READY,
        State.READY,
    ]
    assert not has_files(oldest) and not has_files(described) and not Description.objects.exists()
    assert has_files(replaced_lately) and has_files(current)


def test_a_version_that_waits_for_a_decision_stays():
    held, _newer, current = versions(300, 200, 100)
    Dataset.objects.filter(pk=current.dataset_id).update(held=held)
    retention.expire()
    assert state_of(held) == State.READY and has_files(held)


def test_the_file_that_was_brought_goes_with_the_last_version_that_was_read_from_it(monkeypatch):
    monkeypatch.setattr(artifacts, "ORPHAN_SECONDS", 0)
    key = artifacts.new_original()
    storage.path_of(key).parent.mkdir(parents=True, exist_ok=True)
    storage.path_of(key).write_bytes(b"Region,Total")
    first, second, *_others = versions(300, 200, 100, original=key)
    Snapshot.objects.filter(number=3).update(original="")
    report = made(1, snapshot=second)
    retention.expire()
    artifacts.collect_orphans()
    assert (state_of(first), storage.exists(key)) == (State.EXPIRED, True)
    report.delete()
    retention.expire()
    artifacts.collect_orphans()
    assert (state_of(second), storage.exists(key)) == (State.EXPIRED, False)


def test_a_version_stays_while_something_may_be_made_of_it():
    by_report, by_failure, by_burst, by_mapping, by_nothing, _current = versions(300, 290, 280, 270, 260, 250)
    made(1, snapshot=by_report)
    failed = made(1, State.FAILED, snapshot=by_failure)
    schedule = schedule_of(definition_of(by_report.owner))
    burst = burst_of(schedule)
    known = {"state": State.FAILED, "finished_at": ago(1)}
    Burst.objects.filter(pk=burst.pk).update(snapshot=by_burst, mapping=by_mapping, **known)
    retention.expire()
    assert set(Snapshot.objects.filter(state=State.EXPIRED)) == {by_nothing}
    Report.objects.filter(pk=failed.pk).update(finished_at=ago(11))
    Burst.objects.update(finished_at=ago(11))
    retention.expire()
    assert set(Snapshot.objects.filter(state=State.READY, dataset=by_report.dataset)) == {by_report, _current}


def test_what_has_expired_is_made_again_while_its_data_is_there():
    old, _newer = versions(300, 290)
    report = made(11, snapshot=old)
    retention.expire_reports(before=timezone.now())
    report.refresh_from_db()
    again = make_again(report, report.owner)
    assert (again.again_of, again.snapshot) == (report, old)
    again.delete()
    retention.expire()
    report = Report.objects.get()
    assert report.snapshot == old and not report.has_data
    with pytest.raises(Problem) as caught:
        make_again(report, report.owner)
    assert caught.value.code == "data_expired"
    with pytest.raises(Problem, match="has expired"):
        _ = report.data


def test_what_is_still_to_be_sent_of_it_says_why_it_is_not():
    report = made(1, State.EXPIRED)
    delivery = Delivery.objects.create(report=report, owner=report.owner, channel="email", recipient="ana@example.org")
    with pytest.raises(Problem, match="expired before it was sent"):
        delivery.source()


def test_acts_are_forgotten():
    Act.objects.create(did=Did.ASKED, at=ago(11))
    young = Act.objects.create(did=Did.ASKED, at=ago(9))
    retention.expire()
    assert Act.objects.get() == young


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_it_is_fast_also_where_it_finds_little():
    first, now = SnapshotFactory(number=1), timezone.now()
    known = {"owner": first.owner, "state": State.READY}
    about = {"kind": "listing", "title": "Sales", "dataset_name": "Sales", "language": "en", "time_zone": "UTC"}
    for start in range(2, 100_000, 5_000):
        snapshots = Snapshot.objects.bulk_create(
            Snapshot(dataset=first.dataset, number=n, finished_at=now - timedelta(minutes=200_000 - n), **known)
            for n in range(start, start + 5_000)
        )
        Report.objects.bulk_create(
            Report(snapshot=snapshot, step="write_pdf", finished_at=snapshot.finished_at, **known, **about)
            for snapshot in snapshots
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for forget, count in (
        (lambda: retention.expire_snapshots(ago(10)), 0),  # reports hold all of them
        (lambda: retention.expire_reports(ago(1000)), 0),
        (lambda: retention.expire_reports(ago(10)), retention.SOME),
        (lambda: retention.clear_stopped(ago(10)), 0),
        (lambda: retention.expire_snapshots(ago(10)), retention.SOME),
    ):
        began = time.perf_counter()
        assert forget() == count
        assert time.perf_counter() - began < 2
