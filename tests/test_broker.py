"""What Celery makes of the address of a broker."""

import pytest

from portal.celery import app
from tests.brokers import broker_at


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
