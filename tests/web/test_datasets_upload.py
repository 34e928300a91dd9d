"""Bringing a file: once, whole, and by its owner only."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from reports import storage
from reports.lifecycle.cancel import delete_dataset
from reports.models import Dataset, Snapshot
from tests.factories import DatasetFactory, PersonFactory, SnapshotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def form(content: bytes = b"Region,Total\nNorth,1\n", file_name: str = "sales.csv", **fields) -> dict:
    return {"file": SimpleUploadedFile(file_name, content), "client_token": str(uuid4()), **fields}


def test_a_file_becomes_a_dataset_with_its_own_page(client, alice):
    answer = client.post(reverse("dataset_new"), form(name="Sales"))
    dataset = Dataset.objects.get()
    assert answer.status_code == 303 and answer.url == reverse("dataset", args=[dataset.pk])
    assert (dataset.name, dataset.owner) == ("Sales", alice)
    snapshot = dataset.snapshots.get()
    assert storage.path_of(snapshot.original).read_bytes() == b"Region,Total\nNorth,1\n"
    assert (snapshot.number, snapshot.file_bytes) == (1, 21)


def test_without_a_name_it_has_the_name_of_the_file(client, alice):
    client.post(reverse("dataset_new"), form(file_name="Sales of 2025.csv"))
    assert Dataset.objects.get().name == "Sales of 2025"


def test_the_name_of_a_file_is_only_a_label(client, alice):
    client.post(reverse("dataset_new"), form(file_name="..\\..\\etc/passwd.csv"))
    snapshot = Snapshot.objects.get()
    assert snapshot.file_name == "passwd.csv"
    assert "passwd" not in snapshot.original


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/cron.d/x.csv", "x.csv"),
        ("/etc/passwd", "passwd"),
        ("a\0b.csv", "ab.csv"),
        ("n" * 300 + ".csv", "n" * 251 + ".csv"),
        ("x\u202evsc.exe", "xvsc.exe"),
        ("<b>.csv", "<b>.csv"),
    ],
)
def test_no_name_of_a_file_leads_anywhere_or_is_shown_as_another(client, alice, sent, kept):
    """As a program might send it, whatever a browser would make of it."""
    body = (
        f'--b\r\nContent-Disposition: form-data; name="client_token"\r\n\r\n{uuid4()}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\nRegion\nNorth\n\r\n--b--\r\n'
    )
    client.generic("POST", reverse("dataset_new"), body.encode(), content_type="multipart/form-data; boundary=b")
    snapshot = Snapshot.objects.get()
    assert snapshot.file_name == kept
    folder, name = snapshot.original.split("/")
    assert folder == "originals" and len(name) == 36
    page = client.get(reverse("dataset", args=[snapshot.dataset_id])).content.decode()
    assert escape(kept) in page and "<b>.csv" not in page


def test_htmx_is_told_to_go_to_the_page(client, alice):
    answer = client.post(reverse("dataset_new"), form(), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("dataset", args=[Dataset.objects.get().pk])


def test_a_form_that_is_sent_twice_makes_one_dataset(client, alice):
    token = str(uuid4())
    first, second = (client.post(reverse("dataset_new"), form(client_token=token)) for _ in range(2))
    assert first.url == second.url
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"file_name": "costs.csv", "content": b"Region,Total\nNorth,2\n"},
        {"file_name": "costs.csv"},
        {"name": "Sales of the north"},
    ],
)
def test_a_form_that_one_went_back_to_and_changed_makes_another_dataset(client, alice, other):
    token = str(uuid4())
    first, second = (client.post(reverse("dataset_new"), form(client_token=token, **more)) for more in ({}, other))
    assert second.status_code == 303 and first.url != second.url
    assert list(Snapshot.objects.values_list("number", flat=True)) == [1, 1]


def test_another_file_under_a_name_that_is_taken_is_not_dropped_in_silence(client, alice):
    token = str(uuid4())
    client.post(reverse("dataset_new"), form(client_token=token))
    answer = client.post(reverse("dataset_new"), form(client_token=token, content=b"Region,Total\nNorth,2\n"))
    assert answer.status_code == 422 and "You have a dataset called “sales”" in answer.content.decode()


def test_a_dataset_that_an_interrupted_upload_left_is_filled(client, alice):
    left = DatasetFactory(owner=alice, name="sales")
    client.post(reverse("dataset_new"), form())
    assert left.snapshots.count() == 1


def test_a_name_that_is_taken_is_explained_beside_the_field(client, alice):
    SnapshotFactory(dataset=DatasetFactory(owner=alice, name="sales"))
    answer = client.post(reverse("dataset_new"), form())
    assert answer.status_code == 422
    assert "You have a dataset called “sales”" in answer.content.decode()
    assert 'id="id_name_error"' in answer.content.decode()


def test_two_people_may_use_the_same_name(client, alice):
    SnapshotFactory(dataset=DatasetFactory(name="sales"))
    assert client.post(reverse("dataset_new"), form()).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"client_token": str(uuid4())}, "Choose a file."),
        ({"client_token": str(uuid4()), "file": ""}, "Choose a file."),
        (form(content=b""), "The file is empty."),
    ],
)
def test_what_is_missing_is_said_in_words(client, alice, fields, words):
    answer = client.post(reverse("dataset_new"), fields)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Dataset.objects.exists()


def test_a_new_version_joins_the_same_dataset(client, alice):
    dataset = SnapshotFactory(dataset__owner=alice, number=1).dataset
    answer = client.post(reverse("dataset_new_version", args=[dataset.pk]), form())
    assert answer.url == reverse("dataset", args=[dataset.pk])
    assert list(dataset.snapshots.values_list("number", flat=True)) == [2, 1]


def test_a_new_version_that_is_sent_twice_is_one_and_another_file_another(client, alice):
    dataset, token = SnapshotFactory(dataset__owner=alice, number=1).dataset, str(uuid4())
    for content in (b"Total\n1\n", b"Total\n1\n", b"Total\n2\n"):
        client.post(reverse("dataset_new_version", args=[dataset.pk]), form(content=content, client_token=token))
    brought = dataset.snapshots.filter(number__gt=1)
    kept = [storage.path_of(snapshot.original).read_bytes() for snapshot in brought]
    assert kept == [b"Total\n2\n", b"Total\n1\n"]


@pytest.mark.django_db(transaction=True)
def test_a_dataset_that_is_deleted_while_its_file_arrives_is_not_found(client, alice, monkeypatch):
    snapshot, put = SnapshotFactory(dataset__owner=alice), storage.put
    monkeypatch.setattr(storage, "put", lambda *file: put(*file) or delete_dataset(snapshot.dataset))
    answer = client.post(reverse("dataset_new_version", args=[snapshot.dataset.pk]), form())
    assert answer.status_code == 404
    assert not Snapshot.objects.exists()


def test_nobody_brings_a_file_to_the_dataset_of_somebody_else(client, alice):
    dataset = SnapshotFactory().dataset
    assert client.post(reverse("dataset_new_version", args=[dataset.pk]), form()).status_code == 404
    assert dataset.snapshots.count() == 1


def test_the_form_is_protected_against_other_sites(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(reverse("dataset_new"), form()).status_code == 403
    assert not Dataset.objects.exists()


def test_the_upload_page_states_the_limit(client, alice, settings):
    settings.MAX_UPLOAD_BYTES = 5 * 1024 * 1024
    page = client.get(reverse("dataset_new")).content.decode()
    assert "up to 5.0\xa0MB" in page and 'data-most-bytes="5242880"' in page
