"""Everything that should be there once is there twice, and works at the same time."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from portal import env
from reports.lifecycle import schedule
from reports.lifecycle.definitions import Content, define
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.sweep import sweep
from reports.management.commands.request_report import checked
from reports.models import Group, Membership, Report, Schedule, Slot, State
from reports.models.schedule import SlotState
from tests import gates, processes
from tests.factories import PersonFactory, schedule_of
from tests.faults.asking import ask, ended, kill, published, unasked, wait_until

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=15)]

AT_ONCE = 4
ROWS = 10


def at_once(function: Callable[[], None]) -> None:
    """As many processes would do it: each thread has a connection to the database of its own."""

    def work(_):
        try:
            function()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, range(AT_ONCE)))


def times_done(report: Report) -> dict[tuple[str, str], int]:
    """(Epoch, step) -> how often a worker has logged that it did it."""
    done = rf"The step ended: (?:{State.QUEUED}|{State.READY}) \[.*={report.pk} epoch=(\d+) step=(\w+)"
    return Counter(re.findall(done, (env.DATA_DIR / "worker.log").read_text()))


def assert_done_once(report: Report, *epochs: str) -> None:
    """Each step, in the epoch that is given for it."""
    assert ended(report).state == State.READY
    # A worker logs what it did when it is done with it.
    wait_until(lambda: times_done(report).total() >= len(Report.STEPS))
    assert times_done(report) == dict.fromkeys(zip(epochs, Report.STEPS, strict=True), 1)


def test_dispatchers_at_once_publish_everything_once(crew, patience, broker, sales):
    crew.dismiss()
    for person in PersonFactory.create_batch(ROWS, is_staff=True):
        unasked(sales, owner=person).save()
    at_once(dispatch)
    assert set(Report.objects.values_list("state", "epoch")) == {(State.QUEUED, 1)}
    assert len(published(broker)) == ROWS
    crew.worker(**patience)
    for report in Report.objects.all():
        assert_done_once(report, "1", "1", "1")


def test_sweepers_at_once_set_everything_going_once(crew, patience, broker, sales):
    crew.dismiss()
    late = timezone.now() - timedelta(seconds=1)
    for person, state in zip(
        PersonFactory.create_batch(ROWS, is_staff=True), [State.RUNNING, State.QUEUED] * (ROWS // 2), strict=True
    ):
        unasked(sales, owner=person, state=state, epoch=1, attempts=1, lease_until=late).save()
    at_once(sweep)
    assert set(Report.objects.values_list("state", "epoch", "attempts")) == {(State.QUEUED, 2, 1)}
    assert len(published(broker)) == ROWS
    crew.worker(**patience)
    for report in Report.objects.all():
        assert_done_once(report, "2", "2", "2")


def test_a_message_that_comes_four_times_is_obeyed_once(crew, patience, broker, sales):
    crew.dismiss()
    report = ask(sales)
    [message] = published(broker)
    broker.client.lpush("reports", message, message, message)
    crew.worker(**patience)
    assert_done_once(report, "1", "1", "1")


def due_schedules(sales) -> list[Schedule]:
    """One of each person: its time came round two minutes ago."""
    moment = (timezone.now() - timedelta(minutes=2)).replace(second=0, microsecond=0)
    options = checked(sales.owner, "listing", sales.name, [], "en")["options"]
    definition = define(sales.owner, Content("Sales", "listing", sales, sales.name, options))
    definition.group = sales.group = Group.objects.create(name="Sales")
    definition.save()
    sales.save()
    people = PersonFactory.create_batch(ROWS, is_staff=True)
    for person in people:
        Membership.objects.create(group=definition.group, person=person)
    rule = f"day at {moment:%H:%M}"
    return [schedule_of(definition, owner=person, rule=rule, next_at=moment) for person in people]


def test_two_clocks_and_two_workers_make_one_report_for_each_time(crew, patience, broker, sales, tmp_path):
    crew.dismiss()
    schedules = due_schedules(sales)
    another_clock = {"BROKER_URL": broker.address, "RESULT_URL": broker.address}
    with processes.beat("tests.gated", schedule=Path(tmp_path / "another-clock"), **another_clock):
        crew.worker(**patience)
        crew.another(**patience)
        at_once(schedule.tick)
        wait_until(lambda: Slot.objects.filter(state=SlotState.MADE).count() == ROWS, 120)
    assert sorted(Slot.objects.values_list("schedule", flat=True)) == sorted(found.pk for found in schedules)
    assert Report.objects.count() == ROWS
    assert set(Report.objects.values_list("state", "epoch")) == {(State.READY, 1)}


def test_a_worker_that_is_killed_between_the_claim_and_the_report_loses_no_time(crew, patience, broker, sales):
    crew.dismiss()
    due_schedules(sales)
    schedule.claim(timezone.now())
    assert not Report.objects.exists()
    crew.worker(**patience)
    wait_until(lambda: Slot.objects.filter(state=SlotState.MADE).count() == ROWS, 120)
    assert Report.objects.count() == ROWS


def test_two_clocks_and_two_workers_recover_a_killed_step_once(crew, patience, broker, sales, tmp_path):
    another_clock = {"BROKER_URL": broker.address, "RESULT_URL": broker.address}
    with processes.beat("tests.gated", schedule=Path(tmp_path / "another-clock"), **another_clock):
        crew.worker(**patience)
        crew.another(**patience)
        people = PersonFactory.create_batch(4, is_staff=True)
        gates.shut("render")
        killed = ask(sales)
        child = gates.who_stands_at("render")
        # Whoever stands at the gate renews no lease: this must not take long.
        others = [ask(sales, owner=person) for person in people]
        kill(child)
        gates.open_all()
        assert {(ended(other).state, ended(other).epoch) for other in others} == {(State.READY, 1)}
        assert_done_once(killed, "1", "2", "2")
