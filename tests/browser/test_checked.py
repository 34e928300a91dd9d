"""What a person does to trust a PDF: read what was checked, make it again, verify the file."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import downloaded, orders_of
from tests.browser.test_whole_job import PATIENCE, choose, download_link, request

pytestmark = pytest.mark.usefixtures("worker")


def test_a_report_is_checked_made_again_and_verified(page, sales, tmp_path):
    choose(page, "Listing", "Sales")
    request(page)
    link = download_link(page)
    checked = page.locator("#checked")
    expect(checked).to_contain_text("60 rows gathered, 60 printed.")
    expect(checked).to_contain_text("Valid PDF/UA-1")
    original = page.url
    file = tmp_path / "report.pdf"
    downloaded(page, link.click).save_as(file)

    page.get_by_role("button", name="Make again").click()
    page.wait_for_url(lambda url: re.search(r"/reports/[0-9a-f-]{36}/$", url) and url != original)
    expect(checked).to_contain_text("The same, byte for byte", timeout=PATIENCE)

    page.get_by_role("link", name="Verify a PDF").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#finding")).to_contain_text("is authentic")
    file.write_bytes(file.read_bytes() + b" ")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#finding")).to_contain_text("has been altered")
    assert page.locator("#finding a").get_attribute("href") in original


def test_the_verdict_of_a_long_report_comes_by_itself(page, alice):
    orders_of(alice, "Many orders", 1_500)
    choose(page, "Listing", "Many orders")
    request(page)
    download_link(page)
    expect(page.locator("#verdict")).to_contain_text("Valid PDF/UA-1", timeout=PATIENCE)
    expect(page.locator("#verdict")).not_to_have_attribute("hx-get", re.compile("."))
