"""Hosts whose clocks differ by minutes agree on the time of their database."""

from datetime import timedelta

import pytest
from django.db import ConnectionHandler
from django.utils import timezone

from portal import database
from reports import shared_time
from reports.models import Report, State
from tests.factories import ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow_host(monkeypatch, postgresql):
    """The clock of this host is five minutes slow; its database is on another one."""
    real = timezone.now
    monkeypatch.setattr(shared_time, "_ahead", timedelta())
    monkeypatch.setattr(timezone, "now", lambda: real() - timedelta(minutes=5))
    elsewhere = ConnectionHandler({"default": database.at(postgresql, None)})["default"]
    elsewhere.connect()
    yield real
    elsewhere.close()


def test_it_is_the_time_of_the_database(slow_host):
    assert abs(shared_time.now() - slow_host()) < timedelta(seconds=1)


def test_nothing_is_made_of_less_than_a_second(monkeypatch, postgresql):
    monkeypatch.setattr(shared_time, "_ahead", timedelta(minutes=1))
    ConnectionHandler({"default": database.at(postgresql, None)})["default"].connect()
    assert shared_time._ahead == timedelta()


def test_a_step_that_a_slow_host_has_taken_is_not_overdue_elsewhere(slow_host):
    report = ReportFactory(state=State.QUEUED, step="gather", epoch=1)
    assert Report.objects.claim(report.pk, 1, "gather")
    assert not Report.objects.overdue(slow_host()).exists()
