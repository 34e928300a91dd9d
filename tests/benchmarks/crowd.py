"""Many small PDFs of one dataset, made by real workers: in one burst, or one request for each.

`python -m tests.benchmarks.crowd SNAPSHOT TARGET burst|requests` prints the figures as JSON, and leaves one of the PDFs
in TARGET.  It has a database, a Redis and two workers of its own.
"""

import tests.environment  # noqa: F401, I001 (before Django reads its settings)

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

import django

from tests import processes
from tests.benchmarks.files import Files
from tests.benchmarks.measure import Figures, with_servers

ROWS = 20
WORKERS = 2
# The column whose values have a PDF each.
BUYER = "Buyer"
SECONDS = 1800


@contextmanager
def crowd(files: Files, how: str) -> Iterator[Callable[[Path], Figures]]:
    """A PDF for each 20 of the rows; `how`: "burst" or "requests"."""

    def make(target: Path) -> Figures:
        command = [sys.executable, "-m", "tests.benchmarks.crowd", str(files.snapshot), str(target), how]
        made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return Figures(**json.loads(made.stdout.splitlines()[-1]))

    yield make


def main(snapshot: str, target: str, how: str) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with processes.redis(), processes.worker(concurrency=WORKERS, JOBS_PER_PERSON=str(4 * WORKERS)):
        figures = _measured(Path(snapshot), Path(target), how)
    print(json.dumps(asdict(figures)))


def _measured(snapshot: Path, target: Path, how: str) -> Figures:
    from django.conf import settings

    from reports import storage
    from reports.models import Report, State

    settings.JOBS_PER_PERSON = 4 * WORKERS
    schedule, values = _prepared(snapshot)

    def made(count: int) -> None:
        ready = Report.objects.filter(state=State.READY)
        processes.wait_until(lambda: ready.count() == count, f"{count} PDFs are made", SECONDS)

    _request(schedule, values[:WORKERS])
    made(WORKERS)
    Report.objects.all().delete()
    ask = {"burst": lambda: _burst(schedule), "requests": lambda: _request(schedule, values)}[how]
    figures = with_servers(lambda: (ask(), made(len(values))))
    shutil.copy(storage.path_of(Report.objects.first().pdf), target)
    return figures


def _prepared(parquet: Path) -> tuple:
    """A schedule for the rows of a file, and the values of its column."""
    import duckdb

    from reports import storage
    from reports.kinds.registry import kind_named
    from reports.lifecycle.definitions import Content, define
    from reports.models import Schedule
    from tests.factories import PersonFactory, SnapshotFactory
    from tests.kinds.making import columns_of

    known = SnapshotFactory(dataset__owner=PersonFactory())
    path = storage.path_of(known.data)
    path.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT count(*) FROM '{parquet}'").fetchone()[0]
        buyer = f"""'Buyer ' || ("Order" % {rows // ROWS})"""
        connection.execute(f"COPY (SELECT *, {buyer} AS \"{BUYER}\" FROM '{parquet}') TO '{path}' (FORMAT parquet)")
    columns = columns_of(path)
    known.columns = [asdict(column) for column in columns]
    known.save()
    known.dataset.current = known
    known.dataset.save()
    chosen = {"columns": "Order,Date,Customer,City,Product,Quantity,Unit price,Total", "orientation": "portrait"}
    form = kind_named("listing").form(chosen, columns=columns)
    form.is_valid()
    definition = define(known.owner, Content("Orders", "listing", known.dataset, "Orders", form.options()))
    schedule = Schedule(
        owner=known.owner,
        definition=definition,
        language="en",
        time_zone="UTC",
        starts_on=date.today(),
        rule="day at 08:00",
    )
    schedule.burst_column = BUYER
    schedule.save()
    return schedule, [f"Buyer {number}" for number in range(rows // ROWS)]


def _burst(schedule) -> None:
    from reports.lifecycle.schedule import run_now
    from reports.models.schedule import Origin

    run_now(schedule, Origin.HAND)


def _request(schedule, values: list[str]) -> None:
    """A report for each value, as the burst makes it."""
    from reports.lifecycle.dispatch import dispatch
    from reports.lifecycle.request import keep_report

    version = schedule.definition.current
    for value in values:
        found = {"column": BUYER, "test": "equals", "value": value}
        options = {**version.options, "filters": [found]}
        snapshot = version.dataset.current
        wanted = {"title": f"Orders: {value}", "language": "en", "time_zone": "UTC", "version": version}
        keep_report(schedule.owner, version.kind, snapshot, options, **wanted)
    dispatch()


if __name__ == "__main__":
    main(*sys.argv[1:])
