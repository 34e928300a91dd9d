"""Whoever leaves a form that they have begun to fill in is asked first."""

import pytest
from playwright.sync_api import expect

from tests.factories import PersonFactory


@pytest.fixture
def questions(page):
    """What the browser asks before it leaves; the answer is to stay."""
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def test_a_form_that_was_begun_is_not_left_by_mistake(page, alice, questions):
    page.goto("/profile/")
    page.get_by_label("Name").first.fill("Alice Almeida")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Reports").click()
    assert questions == ["beforeunload"] and page.url.endswith("/profile/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name").first).to_have_value("Alice Almeida")
    page.get_by_role("link", name="Reports").click()
    page.wait_for_url("**/reports/")
    assert len(questions) == 1


def test_neither_is_one_that_was_refused(page, sign_in, questions):
    sign_in(PersonFactory(is_staff=True))
    page.goto("/groups/new/")
    page.locator("main form button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Reports").click()
    assert questions == ["beforeunload"]
