"""Reports that would harm others: they end, with the reason, and nobody else notices."""

import time

import pytest

from reports.models import State
from reports.models.job import MAX_ATTEMPTS
from tests.factories import PersonFactory
from tests.faults.asking import ask, ended

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=10)]

LIMITS = {"STEP_SECONDS": "15", "STEP_MEMORY_MB": "700"}
TOO_LARGE = {"code": "too_large", "params": {"megabytes": 700}}
CRASHED = {"code": "crashed", "params": {}}
TOO_SLOW = {"code": "too_slow", "params": {"seconds": 15}}


@pytest.mark.parametrize(
    ("title", "attempts", "problem"),
    [
        pytest.param("takes all memory", MAX_ATTEMPTS, TOO_LARGE, id="memory"),
        pytest.param("crashes", MAX_ATTEMPTS, CRASHED, id="crash"),
        pytest.param("never ends", 1, TOO_SLOW, id="time"),
    ],
)
def test_a_report_that_harms_itself_fails_with_the_reason_and_harms_nobody(
    crew, patience, sales, title, attempts, problem
):
    worker = crew.worker(**LIMITS, **patience)
    harmful = ask(sales, title=title)
    neighbours = [ask(sales, owner=person) for person in PersonFactory.create_batch(3, is_staff=True)]
    assert {(ended(neighbour).state, ended(neighbour).epoch) for neighbour in neighbours} == {(State.READY, 1)}
    harmful = ended(harmful)
    assert (harmful.state, harmful.attempts, harmful.problem) == (State.FAILED, attempts, problem)
    assert worker.poll() is None


def test_the_time_limit_holds_inside_c_code(crew, sales):
    crew.worker(**LIMITS)
    started = time.monotonic()
    report = ask(sales, title="never ends")
    assert ended(report).state == State.FAILED
    assert time.monotonic() - started < 2 * int(LIMITS["STEP_SECONDS"])
