"""The times of steps, added up as they end."""

import pytest

from reports.models import StepTime

pytestmark = pytest.mark.django_db


def added(*seconds: float) -> dict:
    for each in seconds:
        StepTime.objects.add("gather", False, each)
    return {row.up_to: (row.count, row.seconds) for row in StepTime.objects.filter(step="gather", is_preview=False)}


def test_a_time_counts_in_the_interval_that_holds_it():
    assert added(0.07, 0.1, 0.11) == {0.1: (2, pytest.approx(0.17)), 0.25: (1, pytest.approx(0.11))}


def test_a_step_may_take_longer_than_any_interval():
    assert added(9000) == {float("inf"): (1, 9000)}


def test_previews_and_other_steps_count_for_themselves():
    StepTime.objects.add("gather", True, 1)
    StepTime.objects.add("render", False, 1)
    assert added(1) == {1: (1, 1)}
