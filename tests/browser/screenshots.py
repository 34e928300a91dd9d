"""Pictures of every page, light and dark, wide and narrow, in both languages: `make screenshots` makes them.

They are in `var/screenshots`, named `<language>-<theme>-<width>-<page>.png`.  No test: pytest is asked for this file by
name, because what it needs is what the tests of the browser need.
"""

from itertools import product

import pytest
from django.conf import settings

from tests.browser.pages import furnish, visit

FOLDER = settings.BASE_DIR / "var" / "screenshots"
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "theme", "size"), product(dict(settings.LANGUAGES), ["light", "dark"], SIZES))
def test_pictures(browser, live_portal, redis_server, transactional_db, language, theme, size):
    FOLDER.mkdir(parents=True, exist_ok=True)
    look = {"locale": language, "color_scheme": theme, "reduced_motion": "reduce", "viewport": SIZES[size]}
    with browser.new_context(**look) as context:
        page = context.new_page()
        for place in visit(page, live_portal, furnish()):
            name = place.name.replace(", ", "-").replace(" ", "-")
            page.screenshot(path=FOLDER / f"{language}-{theme}-{size}-{name}.png", full_page=True)
