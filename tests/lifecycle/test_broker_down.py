"""A person asks while the broker is gone: they have their answer soon, and their report later."""

import socket
import time

import pytest

from reports.lifecycle.request import request_report
from reports.lifecycle.sweep import sweep
from reports.models import State
from tests.brokers import broker_at
from tests.factories import SnapshotFactory

pytestmark = pytest.mark.django_db(transaction=True)

# What a person may have to wait for the page that answers their request.
MOST_SECONDS = 5


@pytest.fixture(params=["redis", "rabbitmq"])
def broken_broker_address(request, tmp_path):
    """A socket at which nothing listens yet, and its address as a broker."""
    if request.param == "redis":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "redis.sock"))
            yield listener, f"redis+socket://{tmp_path}/redis.sock?virtual_host=0"
    else:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            yield listener, f"amqp://127.0.0.1:{listener.getsockname()[1]}//"


@pytest.fixture(params=["refuses", "never answers"])
def broken_broker(request, broken_broker_address):
    """Nothing listens; or something accepts and is silent, as a server that hangs."""
    listener, address = broken_broker_address
    if request.param == "never answers":
        listener.listen(8)
    with broker_at(address):
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
