"""The waiting page in a browser.  The rows are changed by hand, so that each moment can be looked at."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reports import storage
from reports.models import Report, State
from tests.factories import ReportFactory


@pytest.fixture
def report(sales) -> Report:
    """A report whose PDF is being written: three pages of twelve."""
    moment = timezone.now()
    return ReportFactory(
        owner=sales.owner,
        snapshot=sales.current,
        state=State.RUNNING,
        step="write_pdf",
        epoch=1,
        requested_at=moment,
        started_at=moment,
        step_started_at=moment,
        lease_until=moment + timedelta(hours=1),
        done=3,
        total=12,
    )


def change(report: Report, **values) -> None:
    Report.objects.filter(pk=report.pk).update(**values)


def finish(report: Report) -> None:
    report.artifacts = {"write_pdf": f"reports/{report.pk}/1/write_pdf"}
    path = storage.path_of(report.pdf)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF-1.7")
    ended = {"finished_at": timezone.now(), "rows": 60, "pages": 12, "bytes": 8}
    change(report, state=State.READY, artifacts=report.artifacts, **ended)


def test_the_page_follows_the_report_and_the_button_keeps_the_focus(page, report):
    page.goto(f"/reports/{report.pk}/")
    cancel = page.get_by_role("button", name="Cancel")
    cancel.focus()
    expect(page.get_by_text("3 of 12 pages")).to_be_visible()
    change(report, done=6)
    expect(page.get_by_text("6 of 12 pages")).to_be_visible()
    assert page.get_by_role("progressbar").get_attribute("value") == "75"
    expect(cancel).to_be_focused()
    expect(page.locator("#announcer")).to_be_empty()
    finish(report)
    expect(page.locator("#actions a[download]")).to_be_visible()
    expect(cancel).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("Ready: 12 pages")
    expect(page.locator("#state")).to_contain_text("Ready")
    expect(page.locator("[data-live]")).to_have_count(0)


def test_a_tab_that_nobody_sees_asks_nothing_and_asks_at_once_when_seen(page, report):
    page.add_init_script("""
        let hidden = false;
        Object.defineProperty(document, "hidden", { get: () => hidden });
        globalThis.hide = (value) => { hidden = value; document.dispatchEvent(new Event("visibilitychange")); };
    """)
    page.goto(f"/reports/{report.pk}/")
    with page.expect_request("**/progress/**"):
        pass
    page.evaluate("hide(true)")
    polls = []
    page.on("request", lambda request: polls.append(request.url))
    change(report, done=6)
    page.wait_for_timeout(2500)
    assert polls == []
    with page.expect_request("**/progress/**", timeout=900):
        page.evaluate("hide(false)")
    expect(page.get_by_text("6 of 12 pages")).to_be_visible()


def test_a_failure_comes_with_its_reason_and_a_way_on(page, report):
    page.goto(f"/reports/{report.pk}/")
    change(report, state=State.FAILED, problem={"code": "crashed", "params": {}}, finished_at=timezone.now())
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    expect(page.get_by_text("The program that makes the document crashed.").first).to_be_visible()


def test_a_lost_connection_is_told_and_found_again(page_with, report):
    page = page_with()
    page.goto(f"/reports/{report.pk}/")
    note = page.get_by_text("The connection is lost.")
    expect(note).to_be_hidden()
    page.route("**/progress/**", lambda route: route.abort())
    expect(note).to_be_visible()
    page.unroute("**/progress/**")
    page.route("**/progress/**", lambda route: route.fulfill(status=502))
    change(report, done=9)
    expect(note).to_be_visible()
    page.unroute("**/progress/**")
    expect(page.get_by_text("9 of 12 pages")).to_be_visible()
    expect(note).to_be_hidden()


def test_a_report_that_somebody_deletes_is_gone_from_the_page(page_with, report):
    page = page_with()
    page.goto(f"/reports/{report.pk}/")
    expect(page.get_by_text("3 of 12 pages")).to_be_visible()
    report.delete()
    expect(page.get_by_text("3 of 12 pages")).to_have_count(0)
    expect(page.locator("[data-live]")).to_have_count(0)


def test_the_history_follows_too_and_keeps_what_was_ticked(page, report):
    page.goto("/reports/")
    box = page.get_by_role("checkbox")
    box.check()
    expect(page.locator("#history")).to_contain_text("Running")
    finish(report)
    expect(page.locator("#history")).to_contain_text("12", timeout=10_000)
    expect(box).to_be_checked()
    page.get_by_role("button", name="Delete the chosen").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("“Sales by region” has been deleted.")).to_be_visible()
    assert not Report.objects.exists()


def test_the_row_is_the_link(page, report):
    page.goto("/reports/")
    page.get_by_role("cell", name="Running").click(force=True)
    page.wait_for_url(f"**/reports/{report.pk}/")
