"""Another broker than the one of the settings, for the application of the tests' own process."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal import broker, env
from portal.celery import VISIBILITY_SECONDS, app


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    """The application publishes to this address instead of its own."""
    try:
        _use(url)
        yield
    finally:
        _use(env.BROKER_URL)


def _use(url: str) -> None:
    settings = {"broker_transport": None, "broker_transport_options": {}} | broker.settings_for(url, VISIBILITY_SECONDS)
    app.conf.update(settings, broker_read_url=url, broker_write_url=url)
    # Forgets the connections that are open, and what it made of the settings.
    app._after_fork()
    for part in ("amqp", "control"):
        app.__dict__.pop(part, None)
