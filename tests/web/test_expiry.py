"""What pages say of a report before and after it expires, and how it is kept."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from reports.models import Delivery, Report, ShareLink, Snapshot, State
from tests.factories import PersonFactory, ReportFactory

pytestmark = pytest.mark.django_db

MADE = datetime(2027, 2, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ten_days(settings, monkeypatch):
    settings.KEEP_REPORTS_DAYS = 10
    monkeypatch.setattr("reports.lifecycle.request.dispatch", lambda: 0)


@pytest.fixture
def report(client) -> Report:
    ana = PersonFactory(username="ana")
    client.force_login(ana)
    receipt = {"rows": 3, "columns": []}
    known = {"state": State.READY, "finished_at": MADE, "pages": 1, "bytes": 4, "artifacts": {"write_pdf": "none"}}
    return ReportFactory(owner=ana, receipt=receipt, **known)


def page(client, report=None) -> str:
    address = reverse("report", args=[report.pk]) if report else reverse("reports")
    return client.get(address).content.decode()


def test_it_is_told_until_when_it_is_kept(client, report, settings):
    assert "Kept until March 5, 2027" in page(client) and "Kept until March 5, 2027" in page(client, report)
    settings.KEEP_REPORTS_DAYS = 0
    assert "Kept" not in page(client) and reverse("report_keep", args=[report.pk]) not in page(client, report)


def test_whoever_owns_it_keeps_it_and_lets_it_go(client, report):
    address = reverse("report_keep", args=[report.pk])
    assert address in page(client, report)
    client.post(address)
    assert "Kept for good" in page(client, report) and "Kept until" not in page(client)
    client.post(address, {"for": "retention"})
    assert "Kept until March 5, 2027" in page(client, report)
    Report.objects.update(state=State.EXPIRED, artifacts={})
    client.post(address)
    assert not Report.objects.get().is_kept


def test_afterwards_it_says_so_and_offers_to_be_made_again_while_its_data_is_there(client, report):
    Report.objects.update(state=State.EXPIRED, artifacts={})
    again = reverse("report_again", args=[report.pk])
    said = page(client, report)
    assert "The report has expired" in said and "Its data is still here" in said and again in said
    assert "Expired" in page(client) and "Kept until" not in page(client)
    client.post(again)
    assert Report.objects.get(again_of=report).state == State.REQUESTED
    Report.objects.filter(again_of=report).delete()
    Snapshot.objects.update(state=State.EXPIRED)
    said = page(client, report)
    assert "Its data is gone, too" in said and again not in said
    refused = client.post(again, follow=True).content.decode()
    assert "has expired, so it cannot be made again" in refused


def test_its_ledger_offers_nothing_that_cannot_be_done_any_more(client, report):
    known = {"report": report, "owner": report.owner}
    delivery = Delivery.objects.create(channel="email", recipient="ben@example.org", state=State.FAILED, **known)
    link = ShareLink.objects.create(expires_at=datetime(2099, 1, 1, tzinfo=UTC), **known)
    offers = [reverse("delivery_retry", args=[delivery.pk]), reverse("share_link_revoke", args=[link.pk])]
    assert all(offer in page(client, report) for offer in offers)
    Report.objects.update(state=State.EXPIRED, artifacts={})
    said = page(client, report)
    assert not any(offer in said for offer in offers) and "ben@example.org" in said
