"""From a file to a PDF: what a person does, through a real server, a real broker and a real worker."""

import pytest
from playwright.sync_api import Page, expect

from reports.models import Report, State
from tests.browser.conftest import downloaded, text_of
from tests.factories import PASSWORD, PersonFactory, ReportFactory

pytestmark = pytest.mark.usefixtures("worker")
# A worker makes a report in a second or two; a busy machine takes longer.
PATIENCE = 60_000

CSV = "Pedido;Região;Data;Total\n" + "".join(
    f"{number:04};{'Norte' if number % 2 else 'Sul'};{1 + number % 28:02}/03/2026;1.{number:03},50\n"
    for number in range(1, 121)
)


def choose(page: Page, kind: str, dataset: str) -> None:
    page.goto("/reports/new/")
    page.get_by_role("link", name=kind).click()
    page.get_by_role("link", name=dataset).click()
    expect(page.locator("#options")).to_be_visible()


def request(page: Page) -> None:
    page.locator("#request-report").click()
    page.wait_for_url("**/reports/*-*/")


def download_link(page: Page):
    link = page.locator("#actions a[download]")
    link.wait_for(timeout=PATIENCE)
    return link


def test_a_file_is_brought_and_comes_back_as_a_pdf(page, tmp_path):
    PersonFactory(username="ana")
    (tmp_path / "vendas.csv").write_bytes(CSV.encode("cp1252"))
    page.goto("/")
    page.get_by_label("Email or user name").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    page.goto("/datasets/new/")
    page.locator("input[type=file]").set_input_files(tmp_path / "vendas.csv")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="Ask for a report").click(timeout=PATIENCE)

    page.get_by_role("link", name="Listing").click()
    picture = page.get_by_role("img", name="The first page")
    picture.wait_for(timeout=PATIENCE)
    page.get_by_label("Title").fill("Vendas de março")
    page.get_by_label("Sort by").select_option("-Total")
    page.get_by_role("group", name="Add up").get_by_label("Total").check()
    page.locator("#filters").get_by_label("Column").select_option("Região")
    page.get_by_label("Value").first.fill("Norte")
    page.locator(".preview__sheet--former").wait_for(timeout=PATIENCE)
    page.locator("#preview-pane:not([data-live])").wait_for(timeout=PATIENCE)
    expect(picture).to_be_visible()

    request(page)
    download = downloaded(page, download_link(page).click)
    assert download.suggested_filename.startswith("Vendas de março ")
    text = text_of(download)
    assert text.index("Vendas de março") < text.index("0119") < text.index("0001")
    assert "0120" not in text and "Sul" not in text
    assert "1,119.50" in text and "1,001.50" in text
    # Sixty odd numbers from 1 to 119, each 1,000.50 more than its number.
    assert "63,630.00" in text
    assert page.locator("#announcer").inner_text().startswith("Ready: ")


def test_a_summary_is_made_too(page, sales):
    choose(page, "Summary", "Sales")
    page.get_by_role("img", name="The first page").wait_for(timeout=PATIENCE)
    request(page)
    text = text_of(downloaded(page, download_link(page).click))
    # The sum of sixty orders of 1,000.25 and more.
    assert "61,785" in text


def test_requesting_twice_in_one_breath_makes_one_report(page, sales):
    choose(page, "Listing", "Sales")
    page.locator("#request-report").dblclick()
    page.wait_for_url("**/reports/*-*/")
    download_link(page)
    assert Report.objects.listed().count() == 1


def test_back_and_reload_keep_what_was_chosen(page, sales):
    choose(page, "Listing", "Sales")
    page.reload()
    expect(page.locator("#options")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="From which data?")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="What kind of report?")).to_be_visible()
    page.go_forward()
    page.get_by_role("link", name="Sales").click()
    expect(page.get_by_role("checkbox", name="Region")).to_be_checked()


def tab_to(page: Page, locator) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if locator.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError("The keyboard does not get there")


def test_the_keyboard_is_enough(page, sales):
    page.goto("/reports/new/")
    for name in ("Listing", "Sales"):
        tab_to(page, page.get_by_role("link", name=name))
        page.keyboard.press("Enter")
        expect(page.locator("#question")).to_be_focused()
    tab_to(page, page.get_by_role("checkbox", name="Order"))
    page.keyboard.press("Space")
    up = page.get_by_role("button", name="Move “Total” up")
    tab_to(page, up)
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("“Total” is number 3 of 4")
    tab_to(page, page.locator("#request-report"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*-*/")
    link = download_link(page)
    tab_to(page, link)
    text = text_of(downloaded(page, lambda: page.keyboard.press("Enter")))
    assert "0059" not in text and text.index("Region") < text.index("Total") < text.index("Day")


def test_a_phone_is_enough(page, sales):
    page.set_viewport_size({"width": 390, "height": 844})

    def fits() -> bool:
        return page.evaluate("document.documentElement.scrollWidth") <= 390

    page.goto("/reports/new/")
    assert fits()
    choose(page, "Listing", "Sales")
    page.get_by_role("img", name="The first page").wait_for(timeout=PATIENCE)
    assert fits()
    request(page)
    assert "0059" in text_of(downloaded(page, download_link(page).click))
    expect(page.locator("object")).to_be_hidden()
    expect(page.locator(".sheet__link")).to_be_visible()
    assert fits()
    page.goto("/reports/")
    assert fits()


def test_in_portuguese_the_page_and_the_pdf_speak_it(page_with, sales):
    page = page_with(locale="pt-BR")
    page.goto(f"/reports/new/?kind=listing&dataset={sales.pk}")
    assert page.locator("html").get_attribute("lang") == "pt-br"
    request(page)
    text = text_of(downloaded(page, download_link(page).click))
    assert "1.059,25" in text and "01/03/2026" in text


def test_without_scripts_it_goes_step_by_step(page_with, sales):
    page = page_with(java_script_enabled=False)
    choose(page, "Listing", "Sales")
    page.get_by_role("button", name="Move “Total” up").click()
    expect(page.locator("[name=columns]").nth(2)).to_have_value("Total")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="See the first page").click()
    opened.value.get_by_role("img", name="The first page").wait_for(timeout=PATIENCE)
    request(page)
    text = text_of(downloaded(page, download_link(page).click))
    assert text.index("Region") < text.index("Total") < text.index("Day")


def test_a_report_is_cancelled_and_asked_for_again(page, sales):
    # While two others are being made, a third waits: there is all the time to cancel it.
    others = ReportFactory.create_batch(2, owner=sales.owner, snapshot=sales.current, state=State.RUNNING)
    choose(page, "Listing", "Sales")
    request(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The report was cancelled")).to_be_visible()
    for other in others:
        other.delete()
    page.get_by_role("button", name="Ask again").click()
    download_link(page)
