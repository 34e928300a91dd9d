"""A dataset's pages: who sees them, what they show, and what one can change."""

from uuid import uuid4

import duckdb
import pytest
from django.urls import reverse

from reports import storage
from reports.lifecycle.cancel import delete_dataset
from reports.lifecycle.upload import read_again
from reports.models import Dataset, Report, Snapshot, State
from tests.factories import DatasetFactory, PersonFactory, ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


@pytest.fixture
def sales(alice) -> Dataset:
    """A dataset whose one snapshot is in storage: a region with a leading zero, a day, a total."""
    query = """SELECT '0' || i AS "Region", DATE '2025-12-31' AS "Day", CAST(1234.56 + i AS DECIMAL(12, 2)) AS "Total"
               FROM range(250) AS numbers(i)"""
    dataset = DatasetFactory(owner=alice, name="Sales")
    snapshot = SnapshotFactory(dataset=dataset, number=1, rows=250, artifacts={"read": f"snapshots/{uuid4()}/1/read"})
    storage.path_of(snapshot.data).parent.mkdir(parents=True)
    store(snapshot, query)
    Dataset.objects.filter(pk=dataset.pk).update(current=snapshot)
    dataset.refresh_from_db()
    return dataset


def store(snapshot: Snapshot, query: str) -> None:
    duckdb.sql(f"COPY ({query}) TO '{storage.path_of(snapshot.data)}' (FORMAT parquet)")


def unread(dataset: Dataset, **values) -> Snapshot:
    return SnapshotFactory(dataset=dataset, number=2, file_name="newer.csv", **{"state": State.RUNNING, **values})


def test_everybody_sees_their_own_and_staff_see_all(client, sales):
    DatasetFactory(name="Of somebody else")
    assert "Of somebody else" not in client.get(reverse("datasets")).content.decode()
    client.force_login(PersonFactory(is_staff=True))
    page = client.get(reverse("datasets")).content.decode()
    assert "Of somebody else" in page and "Sales" in page and "alice" in page


@pytest.mark.parametrize("name", ["dataset", "dataset_progress", "dataset_new_version"])
def test_the_dataset_of_somebody_else_is_not_found(client, sales, name):
    client.force_login(PersonFactory())
    assert client.get(reverse(name, args=[sales.pk])).status_code == 404


@pytest.mark.parametrize("name", ["dataset_types", "dataset_sheet", "dataset_retry", "dataset_cancel"])
def test_nobody_changes_the_snapshot_of_somebody_else(client, sales, name):
    client.force_login(PersonFactory())
    assert client.post(reverse(name, args=[sales.pk, 1])).status_code == 404


@pytest.mark.parametrize("content", [None, b"PAR1 and then nothing"])
def test_a_dataset_whose_file_is_gone_or_damaged_still_has_a_page(client, sales, content):
    data = storage.path_of(sales.current.data)
    data.unlink() if content is None else data.write_bytes(content)
    page = client.get(reverse("dataset", args=[sales.pk]))
    assert page.status_code == 200
    assert "their file is missing or damaged" in page.content.decode()


def test_a_dataset_has_its_rows_where_nothing_can_be_written(client, sales, settings):
    settings.FILE_UPLOAD_TEMP_DIR = "/dev/null"
    assert "1,234.56" in client.get(reverse("dataset", args=[sales.pk])).content.decode()


def test_nobody_deletes_the_dataset_of_somebody_else(client, sales):
    client.force_login(PersonFactory())
    assert client.post(reverse("dataset_delete", args=[sales.pk])).status_code == 404
    assert Dataset.objects.filter(pk=sales.pk).exists()


def test_the_list_says_what_to_do_when_it_is_empty(client, alice):
    page = client.get(reverse("datasets")).content.decode()
    assert "Bring your data" in page and reverse("dataset_new") in page


def test_the_list_needs_as_many_queries_for_many_as_for_one(client, sales, django_assert_max_num_queries):
    for dataset in DatasetFactory.create_batch(5, owner=sales.owner):
        dataset.current = SnapshotFactory(dataset=dataset)
        dataset.save()
    with django_assert_max_num_queries(5):
        client.get(reverse("datasets"))


def test_the_first_hundred_rows_are_shown_as_a_reader_writes_them(client, sales):
    page = client.get(reverse("dataset", args=[sales.pk])).content.decode()
    assert "The first 100 rows" in page and "250 rows" in page
    assert "<td>00</td>" in page and "<td>099</td>" in page and "<td>0100</td>" not in page
    assert '<td class="num">1,234.56</td>' in page
    assert "31 Dec 2025" in page


def test_the_rows_follow_the_language(client, sales):
    page = client.get(reverse("dataset", args=[sales.pk]), headers={"accept-language": "pt-br"}).content.decode()
    assert '<td class="num">1.234,56</td>' in page and "31/12/2025" in page


def test_text_of_a_file_is_never_markup(client, sales):
    store(sales.current, """SELECT '<img src=x>' AS "Region", NULL::DATE AS "Day", 1.5 AS "Total" """)
    page = client.get(reverse("dataset", args=[sales.pk])).content.decode()
    assert "&lt;img src=x&gt;" in page and "<img src=x>" not in page


def test_a_file_that_is_gone_does_not_take_the_page_with_it(client, sales):
    storage.delete(sales.current.data)
    page = client.get(reverse("dataset", args=[sales.pk]))
    assert page.status_code == 200 and "their file is missing" in page.content.decode()


def test_of_many_columns_a_page_shows_fifty(client, sales):
    columns = ", ".join(f'{n} AS "c{n}"' for n in range(120))
    store(sales.current, f"SELECT {columns}")
    Snapshot.objects.update(columns=[{"name": f"c{n}", "type": "integer"} for n in range(120)], rows=1)
    page = client.get(reverse("dataset", args=[sales.pk]), {"page": 2}).content.decode()
    assert "Columns 51 to 100 of 120" in page
    assert 'title="c50"' in page and 'title="c49"' not in page and 'name="type_50"' in page


def test_a_corrected_type_has_the_file_read_again(client, sales):
    types = {"type_0": "integer", "type_1": "date", "type_2": "decimal", "client_token": str(uuid4())}
    answer = client.post(reverse("dataset_types", args=[sales.pk, 1]), types)
    assert answer.status_code == 303 and answer.url == reverse("dataset", args=[sales.pk])
    newest = sales.snapshots.first()
    assert (newest.number, newest.types) == (2, {"Region": "integer"})
    assert newest.original == sales.current.original


def test_earlier_corrections_stay(client, sales):
    Snapshot.objects.update(types={"Day": "date"})
    types = {"type_0": "integer", "type_1": "date", "type_2": "decimal", "client_token": str(uuid4())}
    client.post(reverse("dataset_types", args=[sales.pk, 1]), types)
    assert sales.snapshots.first().types == {"Day": "date", "Region": "integer"}


def test_a_form_that_is_sent_twice_reads_once(client, sales):
    types = {"type_0": "integer", "type_1": "date", "type_2": "decimal", "client_token": str(uuid4())}
    for _ in range(2):
        client.post(reverse("dataset_types", args=[sales.pk, 1]), types)
    assert sales.snapshots.count() == 2


def test_other_corrections_in_a_form_that_one_went_back_to_are_not_dropped(client, sales):
    types = {"type_1": "date", "type_2": "decimal", "client_token": str(uuid4())}
    for first in ("integer", "boolean"):
        client.post(reverse("dataset_types", args=[sales.pk, 1]), types | {"type_0": first})
    assert sales.snapshots.first().types == {"Region": "boolean"}


def test_a_dataset_that_is_deleted_while_it_is_corrected_is_not_found(client, sales, monkeypatch):
    late = lambda *snapshot, **more: delete_dataset(sales) or read_again(*snapshot, **more)  # noqa: E731
    monkeypatch.setattr("reports.web.datasets.read_again", late)
    types = {"type_0": "integer", "type_1": "date", "type_2": "decimal", "client_token": str(uuid4())}
    assert client.post(reverse("dataset_types", args=[sales.pk, 1]), types).status_code == 404


@pytest.mark.parametrize("first", ["text", "colour"])
def test_no_change_and_an_unknown_type_read_nothing_again(client, sales, first):
    types = {"type_0": first, "type_1": "date", "type_2": "decimal", "client_token": str(uuid4())}
    client.post(reverse("dataset_types", args=[sales.pk, 1]), types)
    assert sales.snapshots.count() == 1


def test_a_page_that_is_out_of_date_reads_no_old_file_again(client, sales):
    newer = SnapshotFactory(dataset=sales, number=2)
    Dataset.objects.update(current=newer)
    types = {"type_0": "integer", "type_1": "date", "type_2": "decimal", "client_token": str(uuid4())}
    client.post(reverse("dataset_types", args=[sales.pk, 1]), types)
    assert sales.snapshots.count() == 2


def test_another_sheet_is_read_without_the_types_of_the_first(client, sales):
    Snapshot.objects.update(sheets=["Sales", "Returns"], sheet="Sales", types={"Day": "text"})
    assert "Read this sheet" in client.get(reverse("dataset", args=[sales.pk])).content.decode()
    client.post(reverse("dataset_sheet", args=[sales.pk, 1]), {"sheet": "Returns", "client_token": str(uuid4())})
    newest = sales.snapshots.first()
    assert (newest.sheet, newest.types) == ("Returns", {})


def test_a_sheet_that_does_not_exist_is_refused(client, sales):
    Snapshot.objects.update(sheets=["Sales", "Returns"], sheet="Sales")
    client.post(reverse("dataset_sheet", args=[sales.pk, 1]), {"sheet": "../etc", "client_token": str(uuid4())})
    assert sales.snapshots.count() == 1


def test_a_poll_without_news_swaps_nothing(client, sales):
    snapshot = unread(sales, done=10)
    page = client.get(reverse("dataset", args=[sales.pk])).content.decode()
    assert "Reading newer.csv" in page and "data-live" in page
    seen = {"seen": snapshot.revision, "every": 1}
    assert client.get(reverse("dataset_progress", args=[sales.pk]), seen).status_code == 204


def test_a_poll_with_news_shows_the_count_and_speaks_of_a_new_state_only(client, sales):
    snapshot = unread(sales, done=10)
    before = snapshot.revision
    Snapshot.objects.filter(pk=snapshot.pk).update(done=2 * 1024**2, total=5 * 1024**2)
    answer = client.get(reverse("dataset_progress", args=[sales.pk]), {"seen": before, "every": 1}).content.decode()
    assert "2.0\xa0MB of 5.0\xa0MB read" in answer and "announcer" not in answer
    queued = before.replace("running", "queued")
    answer = client.get(reverse("dataset_progress", args=[sales.pk]), {"seen": queued, "every": 1}).content.decode()
    assert 'id="announcer"' in answer


@pytest.mark.parametrize("state", [State.READY, State.FAILED, State.CANCELLED])
def test_the_last_poll_reloads_the_page(client, sales, state):
    unread(sales, state=state)
    assert client.get(reverse("dataset_progress", args=[sales.pk])).headers["HX-Refresh"] == "true"
    assert "data-live" not in client.get(reverse("dataset", args=[sales.pk])).content.decode()


def test_a_failed_reading_says_why_and_what_stays(client, sales):
    unread(sales, state=State.FAILED, problem={"code": "too_slow", "params": {"seconds": 540}})
    page = client.get(reverse("dataset", args=[sales.pk])).content.decode()
    assert "newer.csv could not be read" in page and "540 seconds" in page
    assert "The version below stays in use" in page


def test_a_failed_reading_can_be_tried_again(client, sales):
    snapshot = unread(sales, state=State.FAILED, problem={"code": "unexpected", "params": {}})
    client.post(reverse("dataset_retry", args=[sales.pk, 2]))
    snapshot.refresh_from_db()
    assert snapshot.state == State.REQUESTED and snapshot.problem is None


def test_a_reading_can_be_cancelled(client, sales):
    snapshot = unread(sales)
    client.post(reverse("dataset_cancel", args=[sales.pk, 2]))
    snapshot.refresh_from_db()
    assert snapshot.state == State.CANCELLED


def test_deleting_says_what_is_lost_and_reports_stay(client, sales):
    report = ReportFactory(snapshot=sales.current, state=State.READY)
    page = client.get(reverse("dataset", args=[sales.pk])).content.decode()
    assert "The report made from it keeps its PDF" in page
    answer = client.post(reverse("dataset_delete", args=[sales.pk]))
    assert answer.status_code == 303 and answer.url == reverse("datasets")
    assert not Dataset.objects.exists()
    assert Report.objects.get(pk=report.pk).snapshot is None


@pytest.mark.parametrize("name", ["dataset_types", "dataset_sheet", "dataset_retry", "dataset_cancel"])
def test_a_change_takes_a_post(client, sales, name):
    assert client.get(reverse(name, args=[sales.pk, 1])).status_code == 405


def test_of_many_versions_the_newest_are_listed(client, alice, monkeypatch):
    monkeypatch.setattr("reports.web.datasets.MOST_VERSIONS", 3)
    dataset = DatasetFactory(owner=alice)
    for number in range(1, 6):
        SnapshotFactory(dataset=dataset, number=number)
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert page.count('scope="row" class="number"') == 3 and "The newest 3 are listed." in page
