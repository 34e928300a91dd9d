"""What is in a dataset, on its page: gathered by a job of its own, once the data can be used."""

import json
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports import artifacts, storage
from reports.lifecycle import inline
from reports.lifecycle.cancel import delete_dataset
from reports.management.accounts import demo_account
from reports.models import Dataset, Description, Snapshot, State
from tests.factories import PersonFactory
from tests.processes import wait_until

HTMX = {"HTTP_HX_REQUEST": "true"}
SALES = "Shop,Total,Code,Note\nNorth,1.50,7,\nSouth,-2.25,7,\nSouth,3.00,7,\n"


@pytest.fixture
def sales(client, tmp_path, transactional_db) -> Dataset:
    """A dataset that was read and looked into."""
    (tmp_path / "sales.csv").write_text(SALES)
    call_command("import_dataset", tmp_path / "sales.csv", name="Sales")
    client.force_login(demo_account())
    return Dataset.objects.get()


def page_of(client, dataset, **headers) -> str:
    return client.get(reverse("dataset", args=[dataset.pk]), **headers).content.decode()


def left_undone(dataset, **values) -> Description:
    Description.objects.filter(snapshot=dataset.current).update(artifacts={}, **values)
    return Description.objects.get()


def test_the_page_says_what_is_in_each_column(client, sales):
    html = page_of(client, sales)
    assert "1 column has no values: Note." in html and "1 column has one value only: Code." in html
    assert "3 (100%)" in html and "South · 67%" in html
    assert html.count('role="img"><title>') == 1  # the totals; of one code there is nothing to draw
    assert f"?dataset={sales.pk}&amp;kind=profile" in html


def test_it_follows_the_language(client, sales):
    html = page_of(client, sales, headers={"accept-language": "pt-br"})
    assert "O que há nele" in html and "1 coluna não tem valores: Note." in html and "-2,25" in html


def test_a_worker_looks_into_what_was_uploaded(worker, client, tmp_path):
    (tmp_path / "sales.csv").write_text(SALES)
    client.force_login(demo_account())
    with (tmp_path / "sales.csv").open("rb") as file:
        client.post(reverse("dataset_new"), {"name": "Sales", "file": file, "client_token": uuid4()})
    wait_until(lambda: Description.objects.filter(state=State.READY).exists(), "what is in it")
    # The data could be used before.
    description = Description.objects.get()
    assert description.snapshot.finished_at <= description.requested_at
    assert json.loads((storage.path_of(description.folder) / "facts.json").read_text())["rows"] == 3
    assert "1 column has no values: Note." in page_of(client, Dataset.objects.get())


def test_while_it_is_gathered_the_page_asks_again_and_the_data_can_be_used(client, sales):
    description = left_undone(sales, state=State.QUEUED)
    html = page_of(client, sales)
    assert "The data can be used meanwhile." in html and "Ask for a report" in html
    address = reverse("dataset_contents", args=[sales.pk])
    assert f'hx-get="{address}?seen={description.revision}' in html
    assert client.get(f"{address}?seen={description.revision}&every=1", **HTMX).status_code == 204
    assert b'id="contents"' in client.get(f"{address}?seen=other&every=1", **HTMX).content


def test_a_failure_says_so_quietly_and_is_tried_again(client, sales):
    left_undone(sales, state=State.FAILED, problem={"code": "too_large", "params": {"megabytes": 4096}})
    html = page_of(client, sales)
    assert "The columns could not be looked into." in html and "North" in html
    assert "notice--error" not in html
    client.post(reverse("dataset_describe", args=[sales.pk]))
    assert Description.objects.get().is_unfinished


def test_an_old_snapshot_is_looked_into_when_somebody_asks(client, sales):
    Description.objects.all().delete()
    assert reverse("dataset_describe", args=[sales.pk]) in page_of(client, sales)
    for _ in range(2):
        client.post(reverse("dataset_describe", args=[sales.pk]))
    description = Description.objects.get()
    inline.make(description, lambda job: None)
    assert "1 column has no values: Note." in page_of(client, sales)


@pytest.mark.parametrize("content", [None, b"{", b"{}"])
def test_a_file_that_is_missing_or_damaged_leaves_the_page_whole_and_can_be_made_anew(client, sales, content):
    file = storage.path_of(Description.objects.get().folder) / "facts.json"
    file.unlink() if content is None else file.write_bytes(content)
    assert "Look into the columns" in page_of(client, sales)
    client.post(reverse("dataset_describe", args=[sales.pk]))
    inline.make(Description.objects.get(), lambda job: None)
    assert "1 column has no values: Note." in page_of(client, sales)


def test_what_can_be_read_is_not_made_anew_whoever_asks(client, sales):
    known = Description.objects.get()
    client.post(reverse("dataset_describe", args=[sales.pk]))
    assert Description.objects.get() == known and Description.objects.get().state == State.READY


def test_without_rows_there_is_nothing_to_tell(client, sales):
    Description.objects.all().delete()
    Snapshot.objects.update(rows=0)
    assert "What is in it" not in page_of(client, sales)
    client.post(reverse("dataset_describe", args=[sales.pk]))
    assert not Description.objects.exists()


def test_what_is_in_the_dataset_of_somebody_else_is_not_found(client, sales):
    client.force_login(PersonFactory())
    assert client.get(reverse("dataset_contents", args=[sales.pk]), **HTMX).status_code == 404
    assert client.post(reverse("dataset_describe", args=[sales.pk])).status_code == 404


def test_it_goes_with_its_dataset(sales):
    home = artifacts.home_of(Description.objects.get())
    assert storage.exists(home)
    delete_dataset(sales)
    assert not storage.exists(home) and not Description.objects.exists()


def test_it_costs_the_page_no_query(client, sales):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            page_of(client, sales)
        return len(caught)

    with_contents = queries()
    Description.objects.all().delete()
    assert queries() == with_contents
