"""Whatever takes a moment says that it goes on.  The answers of the server are held until the sign has been seen."""

import re

import pytest
from playwright.sync_api import expect

from reports.models import Report, State
from tests.factories import definition_of


@pytest.fixture
def held(page):
    """`held(pattern)`: the answer to such an address is kept back; `held.release()` lets it come."""
    return Held(page)


class Held:
    def __init__(self, page):
        self._page = page
        self._routes = []

    def __call__(self, pattern: str) -> None:
        self._page.route(re.compile(pattern), lambda route: self._routes.append(route))

    def release(self) -> None:
        while self._routes:
            self._routes.pop().continue_()
        self._page.unroute_all()


def test_regions_that_come_again_are_dimmed_until_they_have(page, sales, held):
    page.goto(f"/reports/new/?kind=listing&dataset={sales.pk}")
    held("/new/filters/")
    first = page.get_by_role("group", name="Filter 1", exact=True)
    first.get_by_label("Column").select_option("Day")
    expect(page.locator("#filters")).to_have_css("opacity", "0.6")
    held.release()
    expect(first.get_by_label("Period")).to_be_visible()
    expect(page.locator("#filters")).to_have_css("opacity", "1")


def test_what_is_typed_meanwhile_stays(page, sales, held):
    page.goto(f"/reports/new/?kind=listing&dataset={sales.pk}")
    first = page.get_by_role("group", name="Filter 1", exact=True)
    first.get_by_label("Column").select_option("Order")
    page.get_by_role("group", name="Filter 2", exact=True).wait_for()
    held("/new/filters/")
    first.get_by_label("Column").select_option("Region")
    first.get_by_label("Value").press_sequentially("North")
    with page.expect_response(re.compile("/new/filters/")):
        held.release()
    expect(first.get_by_label("Value")).to_have_value("North")


def test_a_preview_is_dimmed_from_the_first_change(page, sales):
    page.goto(f"/reports/new/?kind=listing&dataset={sales.pk}")
    page.locator("#preview-pane[data-live]").wait_for()
    Report.objects.previews().update(state=State.FAILED, problem={"code": "crashed", "params": {}})
    page.locator("#preview-pane:not([data-live])").wait_for()
    page.locator("#id_title").press_sequentially("S")
    expect(page.locator("#preview-pane .preview__sheet")).to_have_css("opacity", "0.45", timeout=800)


def test_a_dataset_that_was_picked_is_dimmed_until_its_options_come(page, sales, held):
    page.goto("/reports/new/?kind=listing")
    held(f"dataset={sales.pk}")
    pick = page.get_by_role("link", name=re.compile("Sales"))
    pick.click()
    expect(pick).to_have_css("opacity", "0.6")
    held.release()
    expect(page.get_by_role("button", name="Request report")).to_be_visible()
    # What the page asks for by itself has been answered when the test ends.
    page.locator("#preview-pane[data-live]").wait_for()


def test_the_times_of_a_schedule_are_dimmed_until_they_are_known(page, alice, held):
    definition = definition_of(alice)
    page.goto(f"/schedules/new/?definition={definition.pk}")
    held("/schedules/times/")
    page.get_by_label("Time", exact=False).first.press("ArrowUp")
    expect(page.locator(".timing")).to_have_css("opacity", "0.6")
    held.release()
    expect(page.locator(".timing")).to_have_css("opacity", "1")


def test_a_button_is_busy_until_the_next_page_comes(page, sales):
    page.goto(f"/reports/new/?kind=listing&dataset={sales.pk}")
    button = page.get_by_role("button", name="Request report")
    busy = button.evaluate("(button) => { button.form.requestSubmit(button); return button.ariaBusy }")
    assert busy == "true"
    page.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}/$"))
