"""The life of a job: every change is made once, by whoever holds the epoch."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal import logs
from reports.models import Report, State, StepTime
from reports.models.job import MAX_ATTEMPTS, QUEUE_SECONDS
from reports.problems import Problem
from tests.factories import PersonFactory, ReportFactory, SnapshotFactory, facts_of_pdf

pytestmark = pytest.mark.django_db


def queued(**values) -> Report:
    report = ReportFactory(**values)
    assert report.queue()
    return report


def running(step: str = "gather") -> Report:
    report = queued(step=step)
    return Report.objects.claim(report.pk, report.epoch, step)


def stored(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def test_a_new_report_waits_at_its_first_step():
    report = ReportFactory()
    assert (report.state, report.step, report.epoch, report.attempts) == (State.REQUESTED, "gather", 0, 0)


def test_queueing_begins_a_new_epoch():
    assert stored(queued()).epoch == 1


def test_only_one_of_two_dispatchers_queues_a_report():
    report = ReportFactory()
    twin = stored(report)
    assert report.queue()
    assert not twin.queue()
    assert stored(report).epoch == 1


def test_only_one_of_two_workers_gets_a_step():
    report = queued()
    assert Report.objects.claim(report.pk, report.epoch, "gather")
    assert Report.objects.claim(report.pk, report.epoch, "gather") is None


@pytest.mark.parametrize(("epoch", "step"), [(0, "gather"), (2, "gather"), (1, "render")])
def test_a_message_of_another_epoch_or_step_is_refused(epoch, step):
    report = queued()
    assert Report.objects.claim(report.pk, epoch, step) is None
    assert stored(report).attempts == 0


def test_an_attempt_counts_before_the_work():
    assert stored(running()).attempts == 1


def test_the_row_names_the_worker_that_took_it(monkeypatch):
    monkeypatch.setattr(logs, "_worker", "worker@print-1")
    assert stored(running()).worker == "worker@print-1"


def test_the_time_of_a_finished_step_is_added_up_once():
    report = running()
    Report.objects.filter(pk=report.pk).update(step_started_at=report.step_started_at - timedelta(seconds=20))
    report = stored(report)
    assert report.advance({"rows": 42}, "reports/x/1/gather")
    assert not report.advance({"rows": 42}, "reports/x/1/gather")
    time = StepTime.objects.get()
    assert (time.step, time.is_preview, time.up_to, time.count) == ("gather", False, 30, 1)


def test_a_finished_step_leads_to_the_next_with_its_files_and_facts():
    report = running()
    assert report.advance({"rows": 42}, "reports/x/1/gather")
    report = stored(report)
    assert (report.state, report.step, report.attempts, report.rows) == (State.QUEUED, "render", 0, 42)
    assert report.artifacts == {"gather": "reports/x/1/gather"}
    assert [(entry["step"], entry["done"]) for entry in report.timeline] == [("gather", 42)]


def test_the_last_step_makes_the_report_ready():
    report = running("write_pdf")
    assert report.advance(facts_of_pdf(pages=3, bytes=900, sha256="ab"), "reports/x/1/write_pdf")
    report = stored(report)
    assert (report.state, report.pages, report.bytes, report.sha256) == (State.READY, 3, 900, "ab")
    assert report.finished_at is not None
    assert report.pdf == "reports/x/1/write_pdf/report.pdf"


def test_whoever_lost_the_epoch_can_write_nothing():
    loser = running()
    winner = stored(loser)
    assert winner.retry_later(None, seconds=0)
    assert winner.queue()
    assert not loser.renew(1, None)
    assert not loser.advance({"rows": 1}, "reports/x/1/gather")
    assert not loser.fail(Problem("unexpected"))
    assert not loser.hand_back()
    assert stored(winner).state == State.QUEUED


def test_cancelling_is_final_at_once_and_fences_the_worker():
    worker = running()
    assert stored(worker).cancel()
    assert not worker.renew(1, None)
    assert not worker.advance({"rows": 1}, "reports/x/1/gather")
    assert stored(worker).state == State.CANCELLED


def test_a_finished_report_cannot_be_cancelled():
    report = running("write_pdf")
    page = stored(report)
    report.advance(facts_of_pdf(), "f")
    assert not page.cancel()
    assert stored(report).state == State.READY


def test_handing_back_charges_no_attempt():
    report = running()
    assert report.hand_back()
    report = stored(report)
    assert (report.state, report.attempts) == (State.REQUESTED, 0)


def test_a_message_that_was_lost_charges_no_attempt():
    report = queued()
    assert report.unqueue()
    assert stored(report).attempts == 0


def test_a_retry_is_due_only_when_its_time_has_come():
    report = running()
    report.retry_later(Problem("storage", reason="disk full"), seconds=60)
    now = timezone.now()
    assert not Report.objects.due(now).exists()
    assert Report.objects.due(now + timedelta(seconds=61)).get() == report


def test_a_job_is_overdue_when_its_lease_has_ended():
    report = queued()
    now = timezone.now()
    assert not Report.objects.overdue(now).exists()
    assert Report.objects.overdue(now + timedelta(seconds=QUEUE_SECONDS + 1)).get() == report


def test_asking_again_goes_on_with_all_attempts_where_it_stopped():
    report = running("render")
    Report.objects.filter(pk=report.pk).update(attempts=MAX_ATTEMPTS)
    report = stored(report)
    report.fail(Problem("unexpected"))
    assert report.ask_again("render")
    report = stored(report)
    assert (report.state, report.step, report.attempts, report.problem) == (State.REQUESTED, "render", 0, None)


def test_a_running_report_cannot_be_asked_for_again():
    assert not running().ask_again("gather")


def test_the_revision_changes_with_progress():
    report = running()
    before = report.revision
    report.renew(10, 100)
    assert report.revision != before


def test_people_see_their_own_and_staff_see_all():
    report = ReportFactory()
    assert Report.objects.visible_to(report.owner).get() == report
    assert not Report.objects.visible_to(PersonFactory()).exists()
    assert Report.objects.visible_to(PersonFactory(is_staff=True)).get() == report


def test_a_snapshot_that_is_read_becomes_the_current_one_of_its_dataset():
    snapshot = SnapshotFactory(state=State.REQUESTED, artifacts={})
    snapshot.queue()
    snapshot = type(snapshot).objects.claim(snapshot.pk, 1, "read")
    facts = {"rows": 2, "columns": [], "bytes": 9, "sheets": [], "sheet": None, "notes": []}
    assert snapshot.advance(facts, "snapshots/x/1/read")
    snapshot.dataset.refresh_from_db()
    assert snapshot.dataset.current == snapshot


def test_an_older_snapshot_that_ends_later_does_not_replace_a_newer_one():
    newer = SnapshotFactory(number=2)
    older = SnapshotFactory(dataset=newer.dataset, number=1, state=State.REQUESTED, artifacts={})
    newer.dataset.current = newer
    newer.dataset.save()
    older.queue()
    older = type(older).objects.claim(older.pk, 1, "read")
    facts = {"rows": 2, "columns": [], "bytes": 9, "sheets": [], "sheet": None, "notes": []}
    assert older.advance(facts, "snapshots/y/1/read")
    newer.dataset.refresh_from_db()
    assert newer.dataset.current == newer
