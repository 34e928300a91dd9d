"""A person asks while the broker is gone: they have their answer soon, and their report later."""

import socket
import time
from contextlib import contextmanager

import pytest

from portal.celery import app
from reports.lifecycle.request import request_report
from reports.lifecycle.sweep import sweep
from reports.models import State
from tests.factories import SnapshotFactory

pytestmark = pytest.mark.django_db(transaction=True)

# What a person may have to wait for the page that answers their request.
MOST_SECONDS = 5


@contextmanager
def broker_at(url: str):
    """The application publishes to this address instead of its own."""
    own = app.conf.broker_url
    try:
        app.conf.broker_url = app.conf.broker_write_url = url
        app._after_fork()  # forgets the connections that are open
        yield
    finally:
        app.conf.broker_url = app.conf.broker_write_url = own
        app._after_fork()


@pytest.fixture(params=["refuses", "never answers"])
def broken_broker(request, tmp_path):
    """Nothing listens; or something accepts and is silent, as a Redis that hangs."""
    path = tmp_path / "redis.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        if request.param == "never answers":
            listener.bind(str(path))
            listener.listen(8)
        with broker_at(f"redis+socket://{path}?virtual_host=0"):
            yield


def ask():
    snapshot = SnapshotFactory()
    return request_report(snapshot.owner, "listing", snapshot, {}, title="Sales", language="en")


def test_the_request_is_kept_and_answered_soon(broken_broker):
    ask()
    started = time.monotonic()
    report = ask()
    assert time.monotonic() - started < MOST_SECONDS
    report.refresh_from_db()
    assert report.state == State.REQUESTED


def test_the_report_is_queued_when_the_broker_is_back(redis_server, tmp_path):
    with broker_at(f"redis+socket://{tmp_path}/redis.sock?virtual_host=0"):
        report = ask()
    sweep()
    report.refresh_from_db()
    assert report.state == State.QUEUED
