"""Redis forgets, falls silent, is full or is gone."""

import signal
import time

import pytest

from reports.models import Report, State
from tests import gates
from tests.factories import PersonFactory
from tests.faults.asking import ask, ended, is_in, post, stored, told, wait_until

thorough = pytest.mark.thorough
fault = pytest.mark.fault

# What a person may have to wait for the page that answers their request.
MOST_SECONDS = 5
# How soon work goes on when Redis is back.
RESUME_SECONDS = 120


def running() -> int:
    return Report.objects.filter(state=State.RUNNING).count()


@fault(number=4)
def test_reports_that_are_queued_or_running_while_redis_is_flushed_are_all_made(worker, broker, sales):
    gates.shut("gather")
    reports = [ask(sales, owner=person) for person in PersonFactory.create_batch(3, is_staff=True) for _ in range(2)]
    wait_until(lambda: running() == 2)
    assert Report.objects.filter(state=State.QUEUED).count() == 4
    broker.client.flushall()
    gates.open_all()
    assert {ended(report).state for report in reports} == {State.READY}


@fault(number=4)
@thorough
@pytest.mark.parametrize("step", Report.STEPS)
def test_redis_is_flushed_when_a_step_is_done_and_the_next_one_waits_in_it(worker, broker, sales, step):
    gates.shut(f"published {step}")
    report = ask(sales)
    gates.who_stands_at(f"published {step}")
    broker.client.flushall()
    gates.open_all()
    assert ended(report).state == State.READY


@fault(number=5)
@thorough
def test_redis_is_restarted_ten_times_under_load(worker, broker, sales):
    people = PersonFactory.create_batch(3, is_staff=True)
    reports = [ask(sales, owner=person) for person in people for _ in range(2)]
    for number in range(10):
        broker.kill()
        reports.append(ask(sales, owner=people[number % 3]))
        broker.start()
        time.sleep(1)
    assert {ended(report, RESUME_SECONDS).state for report in reports} == {State.READY}


@fault(number=5)
@thorough
def test_a_connection_that_goes_silent_is_given_up(worker, broker, sales):
    """The old Redis keeps its connections and says nothing any more; a new one listens at its address."""
    assert ended(ask(sales)).state == State.READY
    silent = broker.process
    silent.send_signal(signal.SIGSTOP)
    try:
        broker.socket.unlink()
        broker.start()
        assert ended(ask(sales), RESUME_SECONDS).state == State.READY
    finally:
        silent.kill()


@fault(number=6)
@thorough
@pytest.mark.parametrize("trouble", ["full", "gone", "silent"])
def test_a_request_is_answered_soon_and_made_when_redis_can_take_it(worker, web, broker, sales, trouble):
    assert ended(ask(sales)).state == State.READY
    {"full": broker.fill, "gone": broker.kill, "silent": broker.silence}[trouble]()
    started = time.monotonic()
    report = post(web, sales)
    assert time.monotonic() - started < MOST_SECONDS
    assert stored(report).state == State.REQUESTED
    broker.recover()
    assert ended(report, RESUME_SECONDS).state == State.READY


@fault(number=9)
@thorough
def test_a_step_longer_than_the_visibility_timeout_is_done_once(crew, sales):
    crew.worker(VISIBILITY_SECONDS="3")
    gates.shut("render")
    report = ask(sales)
    gates.who_stands_at("render")
    wait_until(lambda: told(report, "render", "refused"))
    assert is_in(report, State.RUNNING)()
    gates.open_all()
    report = ended(report)
    assert (report.state, report.epoch) == (State.READY, 1)
