"""Every page can be used by everybody: what axe finds out, in both themes, on a desk and on a phone."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import Page

from reports.web.urls import urlpatterns
from tests.browser.pages import NO_PAGES, furnish, visit

pytestmark = pytest.mark.usefixtures("redis_server")
# WCAG 2.2 AA and what axe calls good practice; a theme changes colours, and nothing else.
THEMES = {"light": {}, "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}}
# A colour that is on its way to another one is neither.
SETTLED = "() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))"
# axe would look for style sheets below the address of the page, which are tries at links that are none.
RUN = "([part, rules]) => axe.run(part ?? document, {resultTypes: ['violations'], preload: false, ...rules})"
# The one of the account has a place of its own, in which it is open.
POPOVERS = "[popover]:not(#account-menu)"
# What sticks out, to be named in the failure.
WIDEST = """() => [...document.querySelectorAll("body *")].filter((part) =>
    part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.outerHTML.slice(0, 80)).slice(0, 3)"""


@pytest.fixture
def places(transactional_db):
    return furnish()


@pytest.fixture
def reader(browser, live_portal):
    """axe adds styles to the page, which the content policy would not let it."""
    with browser.new_context(base_url=live_portal, bypass_csp=True, reduced_motion="reduce") as context:
        yield context.new_page()


def test_every_address_is_looked_at_or_no_page(places):
    looked_at = {place.route for place in places}
    assert not looked_at & NO_PAGES
    assert looked_at | NO_PAGES == {pattern.name for pattern in urlpatterns}


@pytest.mark.thorough
@pytest.mark.timeout(480)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(reader, live_portal, places, theme):
    found = {}
    reader.emulate_media(color_scheme=theme)
    for place in visit(reader, live_portal, places):
        reader.evaluate(AXE_SCRIPT)
        for width in (1440, 390):
            reader.set_viewport_size({"width": width, "height": 900})
            found[f"{place.name}, {width}"] = complaints(reader, THEMES[theme])
        found[f"{place.name}, what opens"] = complaints_of_popovers(reader, THEMES[theme])
    assert not {name: told for name, told in found.items() if told}


def complaints(page: Page, rules: dict, part: str | None = None) -> list[str]:
    page.evaluate(SETTLED)
    told = page.evaluate(RUN, [part, rules])["violations"]
    return [
        f"{rule['help']} {[(node['html'][:200], node['failureSummary']) for node in rule['nodes']]}" for rule in told
    ]


def complaints_of_popovers(page: Page, rules: dict) -> list[str]:
    told = []
    for popover in page.locator(POPOVERS).all():
        popover.evaluate("(popover) => popover.showPopover()")
        told += complaints(page, rules, f"[id='{popover.get_attribute('id')}']")
        popover.evaluate("(popover) => popover.hidePopover()")
    return told


@pytest.mark.thorough
@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_no_page_is_wider_than_the_screen(reader, live_portal, places, language):
    reader.set_extra_http_headers({"Accept-Language": language})
    wide = {}
    for place in visit(reader, live_portal, places):
        for width in (1440, 390, 320):
            reader.set_viewport_size({"width": width, "height": 900})
            if reader.evaluate("document.documentElement.scrollWidth") > width:
                wide[f"{place.name}, {width}"] = reader.evaluate(WIDEST)
    assert not wide
