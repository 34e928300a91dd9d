"""The database is gone for a minute: PostgreSQL is stopped and started again; SQLite is locked by somebody."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from reports.models import Report, State
from tests import gates
from tests.factories import PersonFactory
from tests.faults.asking import ask, ended

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=13)]

GONE_SECONDS = 60


@contextmanager
def gone(database_server) -> Iterator[None]:
    """Nobody can write; of PostgreSQL nobody can read either."""
    connection.close()
    if connection.vendor == "postgresql":
        database_server.stop()
        yield
        database_server.start()
    else:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as somebody:
            somebody.execute("BEGIN EXCLUSIVE")
            yield


def test_reports_survive_a_minute_without_the_database(database_server, worker, crew, sales):
    crew.another()
    reports = {}
    # Before its message is recorded, at the end of its work, and in the middle of it.
    for gate in ("render", "stored gather", "taken gather"):
        gates.shut(gate)
        reports[gate] = ask(sales, owner=PersonFactory(is_staff=True))
        gates.who_stands_at(gate)
    with gone(database_server):
        gates.open_all()
        time.sleep(GONE_SECONDS)
    assert {ended(report).state for report in reports.values()} == {State.READY}
    assert Report.objects.count() == 3
