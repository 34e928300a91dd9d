"""A portal of its own processes on a PostgreSQL, and what is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import duckdb
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from portal import env
from reports import storage
from reports.kinds.registry import kind_named
from reports.lifecycle.request import keep_report
from reports.models import Report, Snapshot
from tests import processes, servers
from tests.benchmarks.orders import ORDERS, PICK
from tests.factories import PersonFactory, SnapshotFactory
from tests.kinds.making import columns_of

# The orders of a listing, as in the benchmarks.
COLUMNS = "Order,Date,Customer,City,Product,Quantity,Unit price,Total"
# What the tests have for their own sake, and what a load is not to be measured with.
VARIABLES = {"DEBUG": "False", "LOG_FORMAT": "text"}


@contextmanager
def database() -> Iterator[None]:
    """The PostgreSQL that the settings name, up to date."""
    server = servers.PostgreSQL(Path(settings.DATABASES["default"]["HOST"]))
    server.start()
    servers.new_database(settings.DATABASES["default"]["NAME"])
    call_command("migrate", verbosity=0)
    yield
    server.stop()


def worker(concurrency: int, name: str = "worker", **variables: str):
    """As `make run` starts it: where both want the processor, pages go first."""
    variables = VARIABLES | {"JOBS_PER_PERSON": "1000"} | variables
    return processes.worker(concurrency=concurrency, name=name, before=["nice", "-n", "5"], **variables)


def web(**variables: str):
    processes.collect_static_files()
    return processes.web(WEB_PROCESSES=str(env.WEB_PROCESSES), **VARIABLES | variables)


def orders(rows: int) -> Snapshot:
    """The current snapshot of a dataset of so many orders."""
    known = SnapshotFactory(dataset__owner=PersonFactory())
    path = storage.path_of(known.data)
    path.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(PICK)
        connection.execute(f"COPY ({ORDERS.format(rows=rows)}) TO '{path}' (FORMAT parquet)")
    known.rows, known.columns = rows, [asdict(column) for column in columns_of(path)]
    known.save()
    known.dataset.current = known
    known.dataset.save()
    return known


def listing_of(snapshot: Snapshot) -> dict:
    """The options of a listing of all its rows."""
    form = kind_named("listing").form({"columns": COLUMNS, "orientation": "portrait"}, columns=snapshot.typed_columns)
    assert form.is_valid(), form.errors
    return form.options()


def kept(person, snapshot: Snapshot, options: dict) -> Report:
    """A report that is asked for, and that waits to be queued."""
    return keep_report(person, "listing", snapshot, options, title="Orders", language="en", time_zone="UTC")


def session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
