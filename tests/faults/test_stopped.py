"""Workers that sleep too long, and workers that are told to end."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reports.models import Report, State
from tests import gates, processes
from tests.faults.asking import ask, ended, stopped, stored, told, wait_until

thorough = pytest.mark.thorough
fault = pytest.mark.fault


@contextmanager
def asleep(worker) -> Iterator[None]:
    """All that a worker consists of is stopped: first the one who hands out work, so that the others are done with it.

    Who is stopped in the middle of writing to SQLite keeps everybody from writing until it wakes.
    """
    with stopped(worker.pid):
        time.sleep(0.5)
        with stopped(*processes.descendants(worker.pid)):
            yield


@fault(number=8)
def test_a_worker_that_sleeps_past_its_lease_writes_nothing_when_it_wakes(worker, crew, sales):
    gates.shut("stored gather")
    report = ask(sales)
    gates.who_stands_at("stored gather")
    with asleep(worker):
        gates.open_all()
        crew.another()
        report = ended(report)
    wait_until(lambda: told(report, "gather", "fenced"))
    assert (report.state, report.epoch) == (State.READY, 2)
    after = stored(report)
    assert (after.state, after.epoch, after.timeline) == (State.READY, 2, report.timeline)


@fault(number=8)
@thorough
@pytest.mark.parametrize("step", Report.STEPS)
def test_a_worker_that_wakes_in_the_middle_of_its_work_stops(worker, crew, sales, step):
    gates.shut(step)
    report = ask(sales)
    gates.who_stands_at(step)
    with asleep(worker):
        crew.another()
        gates.shut(step)
        gates.who_stands_at(step)
    wait_until(lambda: told(report, step, "fenced"))
    gates.open_all()
    report = ended(report)
    assert (report.state, report.epoch) == (State.READY, 2)


@fault(number=12)
@thorough
@pytest.mark.parametrize("step", Report.STEPS)
def test_a_worker_that_is_told_to_end_ends_its_step_first(worker, crew, sales, step):
    gates.shut(step)
    report = ask(sales)
    gates.who_stands_at(step)
    worker.send_signal(signal.SIGTERM)
    time.sleep(1)
    gates.open_all()
    assert worker.wait(processes.STOP_SECONDS) == 0
    left = stored(report)
    assert step in [entry["step"] for entry in left.timeline]
    crew.worker()
    report = ended(report)
    assert (report.state, report.epoch, report.timeline[: len(left.timeline)]) == (State.READY, 1, left.timeline)


@fault(number=12)
@thorough
@pytest.mark.parametrize("step", Report.STEPS)
def test_a_step_that_does_not_end_soon_is_handed_back_and_no_attempt_is_charged(worker, crew, sales, step):
    gates.shut(step)
    report = ask(sales)
    gates.who_stands_at(step)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(processes.STOP_SECONDS) == 0
    assert told(report, step, "handed back")
    left = stored(report)
    assert (left.state, left.step, left.attempts) == (State.REQUESTED, step, 0)
    gates.open_all()
    crew.worker()
    report = ended(report)
    assert (report.state, report.epoch) == (State.READY, 2)
