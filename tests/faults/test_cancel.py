"""Reports are cancelled, whenever that is: they end once, and in one way."""

import random
import time

import pytest

from reports.lifecycle.cancel import cancel
from reports.models import Report, State
from tests import gates
from tests.factories import PersonFactory
from tests.faults.asking import ask, ended, is_in, stored, told, wait_until

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=11)]

RACES = 12
# How fast a report is depends on the machine: either outcome must have been seen.
MOST_RACES = 60


def test_a_report_that_is_cancelled_while_it_waits_is_never_begun(crew, sales):
    crew.dismiss()
    report = ask(sales)
    assert is_in(report, State.QUEUED)()
    assert cancel(report)
    crew.worker()
    assert ended(ask(sales)).state == State.READY
    report = stored(report)
    assert (report.state, report.started_at, report.timeline) == (State.CANCELLED, None, [])


@pytest.mark.parametrize("step", Report.STEPS)
def test_a_report_that_is_cancelled_in_a_step_stops_and_stays_cancelled(worker, sales, step):
    gates.shut(step)
    report = ask(sales)
    gates.who_stands_at(step)
    assert cancel(report)
    # The gate stays shut: it is the work that is ended.
    wait_until(lambda: told(report, step, "fenced"))
    gates.open_all()
    report = stored(report)
    assert report.state == State.CANCELLED
    assert step not in [entry["step"] for entry in report.timeline]


def test_a_report_that_is_cancelled_when_all_is_done_but_said_is_cancelled(worker, sales):
    gates.shut("stored write_pdf")
    report = ask(sales)
    gates.who_stands_at("stored write_pdf")
    assert cancel(report)
    gates.open_all()
    wait_until(lambda: told(report, "write_pdf", "fenced"))
    assert stored(report).state == State.CANCELLED


def test_cancelling_in_a_race_with_the_end_leaves_one_final_state(worker, sales):
    """Whoever was told that it is cancelled never sees a PDF; whoever was told that it was too late has one."""
    waits = random.Random(11)
    outcomes = []
    while len(outcomes) < RACES or len(set(outcomes)) < 2:
        assert len(outcomes) < MOST_RACES, f"all were {outcomes[0]}"
        report = ask(sales, owner=PersonFactory(is_staff=True))
        wait_until(lambda report=report: is_in(report, State.READY)() or _is_at_the_end(report))
        time.sleep(waits.uniform(0, 1))
        cancelled = cancel(report)
        outcomes.append(ended(report).state)
        assert outcomes[-1] == (State.CANCELLED if cancelled else State.READY)


def _is_at_the_end(report: Report) -> bool:
    report = stored(report)
    return (report.step, report.state) == ("write_pdf", State.RUNNING)
