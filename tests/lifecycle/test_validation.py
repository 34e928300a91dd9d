"""The check of a long PDF: asked for when it is published, done once, and found again when it was lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reports import artifacts, press, storage
from reports.lifecycle import cancel, inline
from reports.lifecycle.sweep import sweep
from reports.models import Report, State, Validation
from reports.models.job import MAX_ATTEMPTS
from tests.factories import ReportFactory, facts_of_pdf
from tests.press.test_press import ASSETS

# The fork must find no open transaction, as in a worker.
pytestmark = pytest.mark.django_db(transaction=True)


def published(html: str = "<p>all of it", is_preview: bool = False, **facts) -> Report:
    """A report that has become ready with a PDF that nobody has judged."""
    running = {"state": State.RUNNING, "epoch": 1, "lease_until": timezone.now()}
    report = ReportFactory(step="write_pdf", is_preview=is_preview, **running)
    folder = artifacts.folder_of(report)
    storage.path_of(folder).mkdir(parents=True)
    document = f"<!doctype html><html lang=en><title>Sales</title>{html}"
    press.write_pdf(document, storage.path_of(f"{folder}/report.pdf"), progress=lambda *_: None, assets=ASSETS)
    report.step_started_at = timezone.now()
    assert report.advance(facts_of_pdf(**{"verdict": None, **facts}), folder)
    return report


def judged(report: Report) -> dict:
    inline.make(report.validation, lambda job: None)
    return Report.objects.get().verdict


def test_a_pdf_that_was_judged_needs_no_check():
    published(verdict=facts_of_pdf()["verdict"])
    assert not Validation.objects.exists()


def test_a_pdf_that_claims_nothing_needs_no_check():
    published(standard="")
    assert not Validation.objects.exists()


def test_a_preview_is_not_judged():
    published(is_preview=True)
    assert not Validation.objects.exists()


def test_the_verdict_comes_to_the_report():
    verdict = judged(published())
    assert (verdict["standard"], verdict["conforms"]) == ("ua-1", True)


def test_a_rule_that_is_broken_leaves_the_pdf_published():
    verdict = judged(published("<svg width=9 height=9><rect width=9 height=9 /></svg>"))
    assert [broken["rule"] for broken in verdict["broken"]] == ["PDFUA1-FIGURE-ALTERNATIVE-TEXT-001"]
    assert Report.objects.get().state == State.READY


def test_a_check_that_nobody_does_is_found_by_the_sweeper(redis_server):
    validation = published().validation
    late = timezone.now() - timedelta(seconds=1)
    Validation.objects.update(state=State.RUNNING, epoch=1, attempts=1, lease_until=late)
    sweep()
    validation.refresh_from_db()
    assert (validation.state, validation.epoch) == (State.QUEUED, 2)


def test_a_check_that_kills_its_worker_ends_and_the_report_stays():
    published()
    late = timezone.now() - timedelta(seconds=1)
    Validation.objects.update(state=State.RUNNING, attempts=MAX_ATTEMPTS, lease_until=late)
    sweep()
    assert (Validation.objects.get().state, Report.objects.get().state) == (State.FAILED, State.READY)


def test_the_check_goes_with_its_report():
    report = published()
    judged(report)
    homes = [artifacts.home_of(report), artifacts.home_of(report.validation)]
    assert all(map(storage.exists, homes))
    cancel.delete_report(report)
    assert not Validation.objects.exists()
    assert not any(map(storage.exists, homes))
