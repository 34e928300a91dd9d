"""A person with a dataset, and what is read from the file that they download."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import duckdb
import pypdfium2
import pytest
from playwright.sync_api import Download, Page

from reports import storage
from reports.models import Dataset
from tests.factories import DatasetFactory, PersonFactory, SnapshotFactory

COLUMNS = [
    {"name": "Order", "type": "text"},
    {"name": "Region", "type": "text"},
    {"name": "Day", "type": "date"},
    {"name": "Total", "type": "decimal"},
]
ROWS = """
    SELECT lpad(i::TEXT, 4, '0') AS "Order", ['North', 'South'][1 + i % 2] AS "Region",
           DATE '2026-01-01' + i::INTEGER AS "Day", (1000.25 + i)::DECIMAL(12, 2) AS "Total"
    FROM range({}) AS numbers(i)
"""


@pytest.fixture
def alice(sign_in):
    person = PersonFactory(username="alice")
    sign_in(person)
    return person


@pytest.fixture
def sales(alice) -> Dataset:
    """Sixty orders, from 0000 to 0059, of which the odd ones are from the South."""
    return orders_of(alice, "Sales", 60)


def orders_of(owner, name: str, rows: int) -> Dataset:
    """A dataset of as many orders."""
    dataset = DatasetFactory(owner=owner, name=name)
    artifacts = {"read": f"snapshots/{uuid4()}/1/read"}
    dataset.current = SnapshotFactory(dataset=dataset, number=1, rows=rows, columns=COLUMNS, artifacts=artifacts)
    dataset.save()
    path = storage.path_of(dataset.current.data)
    path.parent.mkdir(parents=True)
    duckdb.sql(f"COPY ({ROWS.format(rows)}) TO '{path}' (FORMAT parquet)")
    return dataset


@pytest.fixture
def page_with(browser, page, live_portal, alice) -> Iterator[Callable[..., Page]]:
    """`page_with(java_script_enabled=False)`: alice's page in a browser with such options."""
    with ExitStack() as contexts:

        def open_page(**options) -> Page:
            context = contexts.enter_context(browser.new_context(base_url=live_portal, **options))
            context.add_cookies(page.context.cookies())
            return context.new_page()

        yield open_page


def text_of(download: Download) -> str:
    """All the text of a PDF, its lines as they are read."""
    with pypdfium2.PdfDocument(download.path()) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def downloaded(page: Page, act: Callable[[], None]) -> Download:
    with page.expect_download() as started:
        act()
    return started.value
