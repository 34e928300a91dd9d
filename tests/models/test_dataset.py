"""Which snapshot of a dataset is the one to use."""

import time
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from reports.models import Snapshot, State
from tests.factories import DatasetFactory, SnapshotFactory

FACTS = {"rows": 1, "columns": [], "bytes": 1, "sheets": [], "sheet": None, "notes": []}


def being_read(dataset, number: int) -> Snapshot:
    return SnapshotFactory(
        dataset=dataset, number=number, state=State.RUNNING, step="read", step_started_at=timezone.now()
    )


def wait_until_somebody_waits_for_a_row() -> None:
    """SQLite has one lock for everything, which the test holds."""
    deadline = time.monotonic() + 10
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_of_two_versions_that_become_ready_at_once_the_newer_one_counts():
    dataset = DatasetFactory()
    older, newer = being_read(dataset, 1), being_read(dataset, 2)

    def finish_the_older_one():
        older.advance(FACTS, "snapshots/older/1/read")
        connection.close()

    other = Thread(target=finish_the_older_one)
    with transaction.atomic():
        assert newer.advance(FACTS, "snapshots/newer/1/read")
        other.start()
        wait_until_somebody_waits_for_a_row()
    other.join()
    dataset.refresh_from_db()
    older.refresh_from_db()
    assert (dataset.current, older.state) == (newer, State.READY)
