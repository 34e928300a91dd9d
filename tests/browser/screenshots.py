"""Pictures of every page, light and dark, wide and narrow, in both languages: `make screenshots` makes them.

They are in `var/screenshots`, named `<language>-<theme>-<width>-<page>.png`; those that the README shows are also in
`docs/images`.  No test: pytest is asked for this file by name, because what it needs is what the tests of the browser
need.
"""

import shutil
from itertools import product

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.pages import furnish, visit

FOLDER = settings.BASE_DIR / "var" / "screenshots"
IN_README = {
    "en-light-wide-request-summary.png": "request.png",
    "en-light-wide-report-running.png": "running.png",
    "pt-br-dark-narrow-reports.png": "history-phone.png",
}
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
LOOKS = list(product(dict(settings.LANGUAGES), ["light", "dark"], SIZES))
# A preview that has not been asked for yet, or is being made.
UNFINISHED = "#preview-pane:is([data-live], :has(> .preview__caption > .spinner))"


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("language", "theme", "size"), LOOKS)
def test_pictures(browser, live_portal, worker, transactional_db, language, theme, size):
    FOLDER.mkdir(parents=True, exist_ok=True)
    look = {"locale": language, "color_scheme": theme, "reduced_motion": "reduce", "viewport": SIZES[size]}
    with browser.new_context(**look) as context:
        page = context.new_page()
        for place in visit(page, live_portal, furnish()):
            expect(page.locator(UNFINISHED)).to_have_count(0, timeout=60_000)
            name = f"{language}-{theme}-{size}-{place.name.replace(', ', '-').replace(' ', '-')}.png"
            page.screenshot(path=FOLDER / name, full_page=True)
            if name in IN_README:
                shutil.copyfile(FOLDER / name, settings.BASE_DIR / "docs" / "images" / IN_README[name])
