"""What needs a script or a pointer in the pages of people and groups."""

from django.urls import reverse
from playwright.sync_api import expect

from reports.models import Group, Membership, Profile, Role
from tests.factories import PersonFactory


def test_a_theme_is_kept_with_the_account_without_another_page(page, alice):
    page.goto("/datasets/")
    page.get_by_role("button", name="Account of alice").click()
    with page.expect_response(lambda answer: answer.url.endswith(reverse("set_theme"))):
        page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert Profile.objects.get(person=alice).theme == "dark"
    # Another browser, which remembers nothing.
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    # Signed out, this one still knows.
    page.get_by_role("button", name="Account of alice").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_account_menu_leads_to_ones_own_pages(page, alice):
    page.goto("/datasets/")
    for name in ("Profile", "Groups"):
        page.get_by_role("button", name="Account of alice").click()
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Account of alice").click()
    expect(page.get_by_role("link", name="People")).to_have_count(0)


def test_leaving_a_group_asks_first(page, alice):
    group = Group.objects.create(name="Finance")
    Membership.objects.create(group=group, person=alice)
    Membership.objects.create(group=group, person=PersonFactory(), role=Role.MANAGER)
    page.goto("/profile/")
    page.get_by_role("button", name="Leave “Finance”").click()
    question = page.get_by_role("dialog")
    expect(question.get_by_role("button", name="Stay")).to_be_focused()
    question.get_by_role("button", name="Leave", exact=True).click()
    expect(page.get_by_text("You have left “Finance”.")).to_be_visible()
    assert not group.memberships.filter(person=alice).exists()
