"""Keeping a file that somebody brings, and asking for a snapshot of it."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError

from reports.lifecycle.upload import bring_file, read_again
from reports.models import Dataset, Snapshot
from tests.factories import DatasetFactory, PersonFactory, SnapshotFactory

pytestmark = pytest.mark.django_db


def bring(dataset: Dataset, **more) -> Snapshot:
    return bring_file(dataset, ContentFile(b"Region,Total\nNorth,1\n"), "sales.csv", **more)


def test_the_same_token_gives_the_same_snapshot():
    dataset, token = DatasetFactory(), uuid.uuid4()
    first = bring(dataset, client_token=token)
    assert bring(dataset, client_token=token) == first
    assert read_again(first, types={}, sheet="", client_token=token) == first
    assert Snapshot.objects.count() == 1


def test_without_a_token_each_file_is_a_version_of_its_own():
    dataset = DatasetFactory()
    assert [bring(dataset).number for _ in range(2)] == [1, 2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("token", [None, uuid.uuid4()])
def test_what_the_database_refuses_for_another_reason_is_an_error(token):
    dataset = DatasetFactory()
    bring(dataset, inline=True)
    dataset.owner = PersonFactory.build(pk=-1)
    with pytest.raises(IntegrityError):
        bring(dataset, client_token=token, inline=True)


def test_a_dataset_that_was_deleted_meanwhile_gets_no_snapshot():
    snapshot = SnapshotFactory()
    Dataset.objects.all().delete()
    with pytest.raises(Dataset.DoesNotExist):
        bring(snapshot.dataset)
    with pytest.raises(Dataset.DoesNotExist):
        read_again(snapshot, types={}, sheet="")
