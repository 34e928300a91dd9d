"""One step: what becomes of the row, and of the files, when the work ends well, badly or too late."""

import os
from functools import partial

import pytest
from django.db import DataError, OperationalError, connection

from reports import artifacts, storage
from reports.lifecycle.cancel import cancel, retry
from reports.models import Report, State
from reports.models.job import MAX_ATTEMPTS
from reports.pipeline import step
from reports.problems import Problem
from reports.storage import local
from tests.factories import ReportFactory, facts_of_pdf

# The fork must find no open transaction, as in a worker.
pytestmark = pytest.mark.django_db(transaction=True)


def queued(step_name: str = "render") -> Report:
    storage.path_of("reports/earlier/1/gather").mkdir(parents=True, exist_ok=True)
    report = ReportFactory(step=step_name, artifacts={"gather": "reports/earlier/1/gather"})
    assert report.queue()
    return report


def perform(report: Report, work) -> str:
    return step.perform(Report, str(report.pk), report.epoch, report.step, lambda job: work)


def stored(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def writes(text: str, source, folder, progress) -> dict:
    (folder / "document.html").write_text(text)
    return {}


def fails_with(error: Exception, source, folder, progress) -> dict:
    (folder / "half").write_text("half")
    raise error


def test_a_finished_step_leaves_its_files_where_the_row_says():
    report = queued()
    assert perform(report, partial(writes, "<p>done")) == State.QUEUED
    report = stored(report)
    assert report.step == "write_pdf"
    assert storage.path_of(f"{report.artifacts['render']}/document.html").read_text() == "<p>done"


def test_the_work_reads_what_the_step_before_it_left():
    report = queued()
    seen = []
    step.perform(
        Report, str(report.pk), report.epoch, "render", lambda job: seen.append(job.source()) or partial(writes, "")
    )
    assert seen == ["reports/earlier/1/gather"]


def test_the_same_message_twice_does_the_work_once():
    report = queued()
    perform(report, partial(writes, "first"))
    assert (
        step.perform(Report, str(report.pk), report.epoch, "render", lambda job: partial(writes, "second")) == "refused"
    )
    assert storage.path_of(f"{stored(report).artifacts['render']}/document.html").read_text() == "first"


def test_a_problem_of_the_data_fails_the_report_in_words():
    report = queued()
    assert perform(report, partial(fails_with, Problem("dataset_gone"))) == State.FAILED
    report = stored(report)
    assert "has been deleted" in report.problem_in_words
    assert report.finished_at is not None


def test_a_failed_step_leaves_no_file():
    report = queued()
    perform(report, partial(fails_with, Problem("dataset_gone")))
    assert storage.names_in(artifacts.home_of(report)) == []
    assert list(local.scratch_root().iterdir()) == []


def test_a_full_disk_is_tried_again_later_and_not_for_ever():
    report = queued()
    full = partial(fails_with, OSError(28, "No space left on device"))
    for _ in range(MAX_ATTEMPTS - 1):
        assert perform(report, full) == State.RETRY_WAIT
        report = stored(report)
        assert "No space left" in report.problem_in_words
        assert report.queue()
    assert perform(report, full) == State.FAILED
    assert stored(report).attempts == MAX_ATTEMPTS


def test_a_bug_fails_the_report_at_once_and_tells_no_secrets():
    report = queued()
    assert perform(report, partial(fails_with, ValueError("secret"))) == State.FAILED
    assert "secret" not in stored(report).problem_in_words


def test_a_report_whose_dataset_is_gone_says_so():
    report = ReportFactory(snapshot=None, owner=ReportFactory().owner, dataset_name="Sales")
    report.queue()
    assert perform(report, partial(writes, "")) == State.FAILED
    assert stored(report).problem["code"] == "dataset_gone"


def test_a_step_whose_files_are_gone_says_so_and_a_retry_makes_them_anew():
    report = queued()
    storage.delete("reports/earlier/1/gather")
    assert perform(report, partial(writes, "")) == State.FAILED
    report = stored(report)
    assert report.problem["code"] == "file_missing"
    assert retry(report)
    assert stored(report).step == "gather"


def test_a_database_that_is_gone_at_the_end_of_a_step_costs_no_work(monkeypatch):
    report = queued()
    advance, answers = Report.advance, iter([OperationalError("gone"), OperationalError("gone")])

    def gone_at_first(job, *args):
        for error in answers:
            raise error
        return advance(job, *args)

    monkeypatch.setattr(Report, "advance", gone_at_first)
    monkeypatch.setattr("reports.pipeline.step.DATABASE_PAUSE_SECONDS", 0)
    assert perform(report, partial(writes, "<p>done")) == State.QUEUED
    assert stored(report).step == "write_pdf"


def test_an_end_that_was_stored_although_the_database_could_not_say_so_counts(monkeypatch):
    report = queued("write_pdf")
    Report.objects.update(artifacts={"render": "reports/earlier/1/gather"})
    advance, losses = Report.advance, iter([OperationalError("the connection was lost")])

    def lose_the_answer(job, *args):
        advanced = advance(job, *args)
        for error in losses:
            raise error
        return advanced

    def write_pdf(source, folder, progress):
        (folder / "report.pdf").write_bytes(b"%PDF")
        return facts_of_pdf()

    monkeypatch.setattr(Report, "advance", lose_the_answer)
    monkeypatch.setattr("reports.pipeline.step.DATABASE_PAUSE_SECONDS", 0)
    assert perform(report, write_pdf) == State.READY
    assert storage.path_of(stored(report).pdf).read_bytes() == b"%PDF"


def test_what_the_database_refuses_for_good_fails_the_report_at_once(monkeypatch):
    report = queued()
    monkeypatch.setattr(Report, "advance", lambda *args: (_ for _ in ()).throw(DataError("out of range")))
    assert perform(report, partial(writes, "")) == State.FAILED
    assert stored(report).problem["code"] == "unexpected"


def test_a_failure_that_nobody_can_be_told_of_leaves_the_row_to_its_lease(monkeypatch):
    report = queued()
    monkeypatch.setattr(Report, "fail", lambda *args: (_ for _ in ()).throw(OperationalError("gone")))
    assert perform(report, partial(fails_with, Problem("dataset_gone"))) == "left to its lease"
    assert stored(report).state == State.RUNNING


def test_the_fork_has_no_connection_to_the_database(monkeypatch):
    fork, open_connections = os.fork, []

    def look_and_fork():
        open_connections.append(connection.connection)
        return fork()

    report = queued()
    monkeypatch.setattr(os, "fork", look_and_fork)
    assert perform(report, partial(writes, "")) == State.QUEUED
    assert open_connections == [None]


def test_a_value_that_no_database_holds_is_told_without_it():
    report = queued()
    assert perform(report, partial(fails_with, Problem("columns_gone", columns="a\0b\ud800"))) == State.FAILED
    assert "a\ufffdb\ufffd" in stored(report).problem_in_words


def test_a_database_that_stays_gone_leaves_the_row_to_its_lease(monkeypatch):
    report = queued()
    monkeypatch.setattr(Report, "advance", lambda *args: (_ for _ in ()).throw(OperationalError("gone")))
    monkeypatch.setattr("reports.pipeline.step.DATABASE_PATIENCE_SECONDS", 0)
    assert perform(report, partial(writes, "")) == "left to its lease"
    report = stored(report)
    assert (report.state, report.problem) == (State.RUNNING, None)


def test_cancelling_keeps_the_files_that_were_finished_meanwhile():
    page = queued()
    report = stored(page)
    assert perform(report, partial(writes, "<p>done")) == State.QUEUED
    assert cancel(page)
    report = stored(report)
    assert storage.exists(report.artifacts["render"])


def test_work_on_a_cancelled_report_is_stopped_and_leaves_no_file(monkeypatch):
    report = queued()

    def never_ends(source, folder, progress):
        (folder / "half").write_text("half")
        while True:
            progress(1)

    renew = Report.renew

    def cancel_meanwhile(job, *args):
        stored(job).cancel()
        return renew(job, *args)

    monkeypatch.setattr(Report, "renew", cancel_meanwhile)
    assert perform(report, never_ends) == "fenced"
    assert stored(report).state == State.CANCELLED
    assert storage.names_in(artifacts.home_of(report)) == []


def test_a_result_that_comes_after_the_epoch_is_over_is_thrown_away(monkeypatch):
    report = queued()
    put = storage.put

    def lose_the_epoch_meanwhile(source, key):
        holder = stored(report)
        holder.retry_later(None, seconds=0)
        holder.queue()
        put(source, key)

    monkeypatch.setattr(storage, "put", lose_the_epoch_meanwhile)
    assert perform(report, partial(writes, "late")) == "fenced"
    after = stored(report)
    assert (after.state, after.epoch, after.artifacts.get("render")) == (State.QUEUED, 2, None)
    assert storage.names_in(f"{artifacts.home_of(report)}/1") == []


def test_a_worker_that_is_told_to_end_hands_the_step_back_uncharged(monkeypatch):
    report = queued()
    monkeypatch.setattr(step, "GRACE_SECONDS", -1)
    step.ask_to_stop()
    try:

        def never_ends(source, folder, progress):
            while True:
                progress(1)

        assert perform(report, never_ends) == "handed back"
    finally:
        step._stop_asked[:] = bytes(8)
    after = stored(report)
    assert (after.state, after.attempts) == (State.REQUESTED, 0)


def test_a_ready_report_keeps_its_pdf_and_nothing_else():
    report = queued()
    perform(report, partial(writes, "<p>"))
    report = stored(report)

    def write_pdf(source, folder, progress):
        (folder / "report.pdf").write_bytes(b"%PDF")
        return facts_of_pdf()

    assert perform(report, write_pdf) == State.READY
    report = stored(report)
    assert storage.path_of(report.pdf).read_bytes() == b"%PDF"
    assert storage.names_in(f"{artifacts.home_of(report)}/1") == ["write_pdf"]
