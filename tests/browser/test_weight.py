"""What the pages weigh: all styles and scripts that a browser fetches for them, compressed as they are sent."""

import re

from tests.browser.pages import furnish, visit

MOST_BYTES = 60 * 1024
HASHED = re.compile(r"\.[0-9a-f]{12}\.(css|js)$")


def test_all_pages_together_need_little_and_it_is_kept_for_ever(browser, live_portal, redis_server):
    heaviest = {"request, listing", "dataset new", "report, running", "operations", "definition new"}
    fetched = {}
    with browser.new_context(base_url=live_portal) as context:
        page = context.new_page()
        page.on("response", lambda answer: fetched.setdefault(answer.url, answer))
        for place in visit(page, live_portal, [place for place in furnish() if place.name in heaviest]):
            page.wait_for_load_state("networkidle")
            heaviest.discard(place.name)
        assert not heaviest
        parts = [answer for url, answer in fetched.items() if re.search(r"\.(css|js)$", url)]
        assert all(HASHED.search(part.url) and "immutable" in part.headers["cache-control"] for part in parts)
        weights = {part.url: part.request.sizes()["responseBodySize"] for part in parts}
    assert any(".css" in url for url in weights) and any("htmx" in url for url in weights)
    assert 0 < sum(weights.values()) <= MOST_BYTES, weights
