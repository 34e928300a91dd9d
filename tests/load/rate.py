"""Small reports: how many a worker makes in a while, beside one core that does nothing else; and how long one takes."""

import time
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from reports import storage
from reports.kinds import Spec
from reports.lifecycle.dispatch import dispatch
from reports.models import Report, Snapshot, State
from reports.pipeline import gather, render, warm_up, write_pdf
from reports.pipeline.spec import spec_of
from tests import processes
from tests.factories import PersonFactory
from tests.kinds.making import quiet
from tests.load import house

ROWS, MANY, ALONE = 20, 200, 30
# Pauses between reports that are made alone.
PAUSE_SECONDS = 0.3
LEAST_OF_LOOP, MOST_OVERHEAD_MS = 0.8, 50


def measure() -> dict:
    """Reports a second; milliseconds."""
    snapshot = house.orders(ROWS)
    options = house.listing_of(snapshot)
    person = PersonFactory(is_staff=True)
    own_work = _loop(spec_of(house.kept(person, snapshot, options)), snapshot)
    Report.objects.all().delete()
    figures = {"loop, a second": 1 / own_work}
    for concurrency in (1, 2):
        with processes.redis(), house.worker(concurrency):
            figures[f"worker with {concurrency}, a second"] = _rate(person, snapshot, options)
            if concurrency == 1:
                figures |= _alone(person, snapshot, options)
    return figures | {"steps in the loop": own_work * 1000}


def _loop(spec: Spec, snapshot: Snapshot) -> float:
    """Seconds of a report whose steps are plain calls, one after the other, in this process."""
    warm_up.warm_up()
    start = time.perf_counter()
    for number in range(-5, MANY):
        if number == 0:
            start = time.perf_counter()
        with TemporaryDirectory() as name:
            gathered, rendered, written = folders = [Path(name, step) for step in Report.STEPS]
            for folder in folders:
                folder.mkdir()
            gather.gather(spec, storage.path_of(snapshot.data), gathered, quiet)
            render.render(spec, gathered, rendered, quiet)
            write_pdf.write_pdf(spec, rendered, written, quiet)
    return (time.perf_counter() - start) / MANY


def _rate(person, snapshot: Snapshot, options: dict) -> float:
    for count in (4, MANY):  # the first ones wake the worker up
        reports = [house.kept(person, snapshot, options) for _ in range(count)]
        start = time.perf_counter()
        dispatch()
        _all_ready(reports)
        passed = time.perf_counter() - start
    return MANY / passed


def _alone(person, snapshot: Snapshot, options: dict) -> dict:
    took, steps = [], []
    for _ in range(ALONE):
        time.sleep(PAUSE_SECONDS)
        report = house.kept(person, snapshot, options)
        dispatch()
        _all_ready([report])
        report.refresh_from_db()
        took.append((report.finished_at - report.requested_at).total_seconds() * 1000)
        steps.append(sum(map(_milliseconds, report.timeline)))
    return {
        "READY after": median(took),
        "of it in steps": median(steps),
        "besides": median(one - other for one, other in zip(took, steps, strict=True)),
    }


def _milliseconds(step: dict) -> float:
    return (datetime.fromisoformat(step["finished"]) - datetime.fromisoformat(step["started"])).total_seconds() * 1000


def _all_ready(reports: list[Report]) -> None:
    left = Report.objects.filter(pk__in=[report.pk for report in reports]).exclude(state=State.READY)
    processes.wait_until(lambda: not left.exists(), "the reports are ready", seconds=300)
