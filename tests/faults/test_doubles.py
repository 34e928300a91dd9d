"""Everything that should be there once is there twice, and works at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from portal import env
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.sweep import sweep
from reports.models import Report, State
from tests import gates, processes
from tests.factories import PersonFactory, ReportFactory
from tests.faults.asking import ask, ended, kill

pytestmark = [pytest.mark.thorough, pytest.mark.fault(15)]

AT_ONCE = 4


def at_once(function: Callable[[], None]) -> None:
    """As many processes would do it: each thread has a connection to the database of its own."""

    def work(_):
        try:
            function()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, range(AT_ONCE)))


def times_done(report: Report, epoch: int, step: str) -> int:
    outcomes = [f"{report.pk} epoch {epoch} step {step}: {state}" for state in (State.QUEUED, State.READY)]
    log = (env.DATA_DIR / "worker.log").read_text()
    return sum(map(log.count, outcomes))


def test_dispatchers_at_once_publish_everything_once(crew, broker, sales):
    crew.dismiss()
    for person in PersonFactory.create_batch(20):
        ReportFactory(owner=person, snapshot=sales.current)
    at_once(dispatch)
    assert set(Report.objects.values_list("state", "epoch")) == {(State.QUEUED, 1)}
    assert broker.client.llen("reports") == 20
    crew.worker()
    for report in Report.objects.all():
        assert [times_done(ended(report), 1, step) for step in Report.STEPS] == [1, 1, 1]


def test_sweepers_at_once_set_everything_going_once(crew, broker, sales):
    crew.dismiss()
    late = timezone.now() - timedelta(seconds=1)
    for person, state in zip(PersonFactory.create_batch(20), [State.RUNNING, State.QUEUED] * 10, strict=True):
        ReportFactory(owner=person, snapshot=sales.current, state=state, epoch=1, attempts=1, lease_until=late)
    at_once(sweep)
    assert set(Report.objects.values_list("state", "epoch", "attempts")) == {(State.QUEUED, 2, 1)}
    assert broker.client.llen("reports") == 20
    crew.worker()
    for report in Report.objects.all():
        assert [times_done(ended(report), 2, step) for step in Report.STEPS] == [1, 1, 1]


def test_a_message_that_comes_four_times_is_obeyed_once(crew, broker, sales):
    crew.dismiss()
    report = ask(sales)
    [message] = broker.client.lrange("reports", 0, -1)
    broker.client.lpush("reports", message, message, message)
    crew.worker()
    assert ended(report).state == State.READY
    assert [times_done(report, 1, step) for step in Report.STEPS] == [1, 1, 1]


def test_two_clocks_and_two_workers_recover_a_killed_step_once(worker, crew, broker, sales, tmp_path):
    another_clock = {"BROKER_URL": broker.address, "RESULT_URL": broker.address}
    with processes.beat("tests.gated", schedule=Path(tmp_path / "another-clock"), **another_clock):
        crew.another()
        gates.shut("render")
        killed = ask(sales)
        child = gates.who_stands_at("render")
        others = [ask(sales, owner=person) for person in PersonFactory.create_batch(4)]
        kill(child)
        gates.open_all()
        assert {(ended(other).state, ended(other).epoch) for other in others} == {(State.READY, 1)}
        report = ended(killed)
    assert (report.state, report.epoch) == (State.READY, 2)
    assert (times_done(killed, 1, "gather"), times_done(killed, 2, "render")) == (1, 1)
