"""What makes the PDFs of a burst is killed: each value has one PDF at the end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reports.lifecycle.definitions import Content, define
from reports.lifecycle.schedule import run_now
from reports.management.commands.request_report import checked
from reports.models import Burst, BurstPart, Report, State
from reports.models.schedule import Origin, SlotState
from tests import gates
from tests.factories import schedule_of
from tests.faults.asking import ended, kill, stored, wait_until
from tests.faults.test_killed import kill_worker

thorough = pytest.mark.thorough
pytestmark = pytest.mark.fault(number=17)


@pytest.fixture
def by_region(sales):
    options = checked(sales.owner, "listing", sales.name, [], "en")["options"]
    definition = define(sales.owner, Content("Sales", "listing", sales, sales.name, options))
    later = timezone.now() + timedelta(days=1)
    return schedule_of(definition, burst_column="Region", next_at=later)


def ask(schedule) -> Burst:
    return run_now(schedule, Origin.HAND).burst


def check(burst: Burst, epoch: int) -> None:
    """One report for each value, made in this epoch of its part."""
    ended(burst)
    wait_until(lambda: burst.parts.exists() and not BurstPart.objects.unfinished().exists())
    values = list(burst.values.select_related("report"))
    assert len(values) > 1
    assert {value.report.state for value in values} == {State.READY}
    assert Report.objects.count() == len(values)
    assert {part.epoch for part in burst.parts.all()} == {epoch}
    wait_until(lambda: stored(burst).slot.state == SlotState.MADE)


@pytest.mark.parametrize("gate", ["print", pytest.param("stored write_pdf", marks=thorough)])
def test_a_child_that_is_killed_while_it_makes_the_pdfs_of_a_burst_publishes_each_once(worker, by_region, gate):
    """Also when some of them lie in storage already, and no row names them."""
    gates.shut(gate)
    burst = ask(by_region)
    kill(gates.who_stands_at(gate))
    assert not Report.objects.exists()
    gates.open_all()
    check(burst, 2)


def test_a_worker_that_is_killed_while_it_makes_the_pdfs_of_a_burst_publishes_each_once(worker, crew, by_region):
    gates.shut("print")
    burst = ask(by_region)
    gates.who_stands_at("print")
    kill_worker(worker)
    gates.open_all()
    crew.worker()
    check(burst, 2)


@thorough
def test_a_child_that_is_killed_while_it_splits_the_rows_makes_its_parts_once(worker, by_region):
    gates.shut("split")
    burst = ask(by_region)
    kill(gates.who_stands_at("split"))
    gates.open_all()
    check(burst, 1)
    assert stored(burst).epoch == 2
