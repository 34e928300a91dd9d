"""Two tabs of one person: what one has changed, the other is told in words."""

import re

from playwright.sync_api import expect

from reports.models import State
from tests.factories import PASSWORD, ReportFactory


def test_a_report_that_another_tab_has_deleted_says_that_it_is_gone(page, alice):
    report = ReportFactory(owner=alice, state=State.FAILED)
    page.goto(f"/reports/{report.pk}/")
    other = page.context.new_page()
    other.goto(f"/reports/{report.pk}/")
    for tab in (other, page):
        tab.get_by_role("button", name="Delete").first.click()
        tab.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(other.get_by_text("Deleted", exact=False)).to_be_visible()
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    page.get_by_role("link", name="Go to your reports").click()
    page.wait_for_url(re.compile("/$"))


def test_whoever_has_signed_out_in_another_tab_comes_back_after_signing_in(page, alice):
    page.goto("/profile/")
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="alice").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Email or user name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
