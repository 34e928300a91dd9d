"""Whoever has a link, and the browser that they happen to have, get at the PDF."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from reports.models import ShareLink
from tests.browser.conftest import downloaded
from tests.delivery.sending import PDF, ready_report


def test_whoever_types_the_password_has_the_pdf(page):
    report = ready_report()
    end = timezone.now() + timedelta(days=1)
    password = make_password("sea green 7")
    link = ShareLink.objects.create(report=report, owner=report.owner, password=password, expires_at=end)
    page.goto(reverse("share_link", args=[link.pk, link.token]))
    page.get_by_label("Password").fill("sea green 8")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("alert")).to_contain_text("The password is wrong")
    page.get_by_label("Password").fill("sea green 7")
    download = downloaded(page, page.get_by_role("button", name="Download").click)
    assert download.path().read_bytes() == PDF
