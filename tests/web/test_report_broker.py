"""The pages while the broker is gone or silent: they answer soon, and nothing that was asked for is lost."""

import time
from uuid import uuid4

import pytest

from reports.lifecycle.sweep import sweep
from reports.models import Report, State
from tests.brokers import broker_at
from tests.factories import DatasetFactory, PersonFactory, SnapshotFactory
from tests.lifecycle.test_broker_down import MOST_SECONDS, broken_broker, broken_broker_address

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["broken_broker", "broken_broker_address"]


@pytest.fixture
def query(client) -> str:
    """The address's parameters after a person has chosen a kind and a dataset."""
    dataset = DatasetFactory(owner=PersonFactory())
    dataset.current = SnapshotFactory(dataset=dataset)
    dataset.save()
    client.force_login(dataset.owner)
    return f"?kind=listing&dataset={dataset.pk}"


def send(client, address: str):
    """The answer, which did not take long."""
    started = time.monotonic()
    sent = {"client_token": uuid4(), "columns": ["Region"], "orientation": "auto", "standard": "ua-1"}
    response = client.post(address, sent, headers={"HX-Request": "true"} if "preview" in address else {})
    assert time.monotonic() - started < MOST_SECONDS
    return response


def test_a_request_is_answered_with_its_page_and_kept(client, query, broken_broker):
    response = send(client, f"/reports/new/{query}")
    assert response.status_code == 303
    assert "Your report waits for a worker" in client.get(response.url).content.decode()
    assert Report.objects.get().state == State.REQUESTED


def test_a_preview_is_answered_soon_too(client, query, broken_broker):
    assert "Making the first page" in send(client, f"/reports/new/preview/{query}").content.decode()


def test_the_report_is_on_its_way_when_the_broker_is_back(client, query, redis_server, tmp_path):
    with broker_at(f"redis+socket://{tmp_path}/redis.sock?virtual_host=0"):
        send(client, f"/reports/new/{query}")
    sweep()
    assert Report.objects.get().state == State.QUEUED
