"""The pages of datasets in a browser: what needs a script, a pointer or a keyboard."""

from django.utils import timezone
from playwright.sync_api import expect

from reports.models import Dataset, Snapshot, State
from tests.factories import SnapshotFactory


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page, alice, tmp_path):
    for name, rows in (("large", 100), ("small", 1)):
        (tmp_path / f"{name}.csv").write_text("Order\n" + "1\n" * rows)
    page.goto("/datasets/new/")
    field = page.locator("input[type=file]")
    field.evaluate("field => { field.dataset.mostBytes = 100 }")
    field.set_input_files(tmp_path / "large.csv")
    expect(page.get_by_text("The file is too large")).to_be_visible()
    page.get_by_role("button", name="Upload").click()
    field.set_input_files(tmp_path / "small.csv")
    expect(page.get_by_text("The file is too large")).to_have_count(0)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/datasets/*-*/")
    assert Dataset.objects.get().name == "small"


def test_an_upload_that_is_refused_says_why_and_takes_the_focus(page, sales, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("Order\n1\n")
    page.goto("/datasets/new/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Name").fill("Sales")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="You have a dataset called").click()
    expect(page.get_by_label("Name")).to_be_focused()


def test_an_upload_whose_connection_breaks_off_says_so_and_can_be_sent_again(page, alice, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("Order\n1\n")
    page.goto("/datasets/new/")
    page.locator("input[type=file]").set_input_files(file)
    page.route("**/datasets/new/", lambda route: route.abort("connectionreset"), times=1)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("The connection broke off")).to_be_visible()
    assert not Dataset.objects.exists()
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/datasets/*-*/")
    assert Dataset.objects.get().name == "orders"


def test_the_page_follows_a_reading_and_shows_its_end(page, sales):
    newer = SnapshotFactory(
        dataset=sales, number=2, file_name="newer.csv", state=State.RUNNING, requested_at=timezone.now()
    )
    page.goto(f"/datasets/{sales.pk}/")
    expect(page.get_by_role("heading", name="Reading newer.csv")).to_be_visible()
    Snapshot.objects.filter(pk=newer.pk).update(done=2 * 1024**2, total=4 * 1024**2)
    expect(page.get_by_text("2.0 MB of 4.0 MB read")).to_be_visible()
    problem = {"code": "unexpected", "params": {}}
    Snapshot.objects.filter(pk=newer.pk).update(state=State.FAILED, problem=problem)
    expect(page.get_by_role("heading", name="newer.csv could not be read")).to_be_visible()


def test_deleting_asks_first(page, sales):
    page.goto(f"/datasets/{sales.pk}/")
    page.get_by_role("button", name="Delete this dataset").click()
    question = page.get_by_role("dialog")
    expect(question.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.get_by_role("button", name="Delete this dataset").click()
    question.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("“Sales” has been deleted.")).to_be_visible()


def test_a_row_is_a_link_as_a_whole(page, sales):
    page.goto("/datasets/")
    page.get_by_role("cell", name="60", exact=True).click(force=True)
    page.wait_for_url(f"**/datasets/{sales.pk}/")


def test_a_chosen_theme_stays(page, alice):
    page.goto("/datasets/")
    page.get_by_role("button", name="Account of alice").click()
    with page.expect_response("**/profile/theme/"):
        page.get_by_role("button", name="Dark").click()
    page.goto("/datasets/new/")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(236, 234, 229)"


def test_a_phone_scrolls_the_table_and_not_the_page(page, sales):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/datasets/{sales.pk}/")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
