"""What Celery makes of the address of a broker, and of what comes from it."""

import pickle
from pathlib import Path

import pytest

from portal import env
from portal.celery import app
from reports.beat import dispatch
from tests.brokers import broker_at
from tests.processes import wait_until


@pytest.mark.parametrize(
    ("address", "transport"),
    [
        ("redis://elsewhere:6379/0", "portal.broker.Redis"),
        ("amqp://elsewhere//", "portal.broker.RabbitMQ"),
        ("amqps://elsewhere//", "portal.broker.RabbitMQOverTLS"),
    ],
)
def test_the_address_decides_how_it_is_talked_to(address, transport):
    with broker_at(address), app.connection_for_write() as connection:
        used = type(connection.transport)
        assert f"{used.__module__}.{used.__qualname__}" == transport
        assert bool(connection.ssl) == address.startswith("amqps")
    assert app.conf.broker_url.startswith("redis+socket")


class Harm:
    """Does something when it is unpickled."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def test_a_worker_reads_nothing_but_json_and_goes_on(worker, tmp_path):
    """Whoever can write to the broker cannot have workers run what they like."""
    log, mark = env.DATA_DIR / "worker.log", tmp_path / "harm"
    before = len(log.read_text())
    bodies = {
        "application/x-python-serialize": pickle.dumps(((Harm(mark),), {}, {})),
        "application/x-yaml": f"!!python/object/apply:pathlib.Path.touch [{mark}]".encode(),
    }
    headers = {"task": dispatch.name, "id": "harm", "lang": "py"}
    with app.connection_for_write() as connection, connection.Producer() as producer:
        for kind, body in bodies.items():
            producer.publish(body, routing_key="quick", headers=headers, content_type=kind, content_encoding="binary")
    wait_until(dispatch.apply_async(queue="quick").ready, "the worker goes on")
    said = log.read_text()[before:]
    assert all(f"Refusing to deserialize untrusted content of type {name}" in said for name in ("pickle", "yaml"))
    assert not mark.exists()
