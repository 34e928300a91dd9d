"""A definition as people make and use it: what is asked each time, and two clicks to the report."""

import re

from django.utils import timezone
from playwright.sync_api import expect

from reports.models import Definition, Report, State

CHOOSE_AT_ONCE = """() => {
  const choose = () => {
    const test = document.getElementById("id_filter_test_0");
    test.value = "between";
    test.dispatchEvent(new Event("change", {bubbles: true}));
  };
  const listen = ({detail}) => {
    if (detail.target.id !== "filters") return;
    document.removeEventListener("htmx:afterSwap", listen);
    setTimeout(choose);
  };
  document.addEventListener("htmx:afterSwap", listen);
}"""


def test_a_definition_is_made_asked_for_and_seen_to_have_ended(page, sales):
    page.goto(f"/reports/new/?kind=listing&dataset={sales.pk}")
    page.get_by_role("button", name="Save as a definition").click()
    page.get_by_label("Name", exact=True).fill("Monthly sales")
    first = page.get_by_role("group", name="Filter 1", exact=True)
    first.get_by_label("Column").select_option("Day")
    # Rows of filters come again from the server when something else fits them.
    first.get_by_label("Period").wait_for()
    first.get_by_label("Test").select_option("between")
    expect(first.get_by_label("Period")).to_contain_text("last month")
    first.get_by_label("Period").select_option("last_month")
    expect(first.get_by_label("From")).to_have_count(0)
    first.get_by_label("Ask each time, as").check()
    first.get_by_label("What filter 1 is asked for as").fill("Month")
    page.get_by_role("button", name="Save the definition").click()

    expect(page.get_by_role("heading", name="Monthly sales")).to_be_visible()
    assert Definition.objects.get().current.options["filters"][0]["asked"] == "Month"

    page.goto("/")
    page.get_by_role("link", name="Request Monthly sales").click()
    month = page.get_by_role("group", name="Month")
    expect(month.get_by_label("From")).to_be_hidden()
    month.get_by_label("Period").select_option("")
    expect(month.get_by_label("From")).to_be_visible()
    month.get_by_label("Period").select_option("last_year")
    page.get_by_role("button", name="Request report").click()
    page.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}/$"))
    report = Report.objects.listed().get()
    assert (report.definition_name, report.options["filters"][0]["said"]) == ("Monthly sales", "last_year")

    page.goto("/datasets/")
    Report.objects.listed().update(state=State.FAILED, finished_at=timezone.now())
    page.reload()
    page.get_by_role("link", name="1 thing is new").click()
    expect(page.get_by_role("row", name=re.compile("Monthly sales New"))).to_be_visible()
    expect(page.get_by_role("link", name="What has finished")).to_be_visible()


def test_a_choice_made_as_the_filters_have_just_come_again_is_not_lost(page, sales):
    page.goto(f"/reports/new/?kind=listing&dataset={sales.pk}")
    page.evaluate(CHOOSE_AT_ONCE)
    with page.expect_response(re.compile("filters")):
        page.get_by_role("group", name="Filter 1", exact=True).get_by_label("Column").select_option("Day")
    expect(page.get_by_role("group", name="Filter 1", exact=True).get_by_label("To")).to_be_visible()
