"""A query is looked at before it is saved, with scripts and without."""

import pytest
from playwright.sync_api import expect

ADDRESS = "/datasets/new/combination/"
GOOD = 'SELECT "Region", sum("Total") AS total FROM "Sales" GROUP BY ALL ORDER BY ALL'


@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_rows_are_shown_and_what_was_written_stays(page_with, sales, scripts):
    page = page_with(java_script_enabled=scripts)
    page.goto(ADDRESS)
    page.get_by_label("Name").fill("Totals")
    page.get_by_label("Query").fill("SELECT * FROM nowhere")
    arrived = page.evaluate("performance.timeOrigin") if scripts else None
    page.get_by_role("button", name="See the first rows").click()
    expect(page.get_by_role("alert")).to_contain_text("You have no dataset called nowhere")
    page.get_by_label("Query").fill(GOOD)
    page.get_by_role("button", name="See the first rows").click()
    rows = page.get_by_role("region", name="The first 2 rows")
    expect(rows).to_contain_text("North")
    expect(page.get_by_label("Name")).to_have_value("Totals")
    if scripts:
        assert page.evaluate("performance.timeOrigin") == arrived, "the page was not left"
        expect(page.get_by_role("heading", name="The first 2 rows")).to_be_focused()
    page.get_by_role("button", name="Save as a dataset").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Totals")
