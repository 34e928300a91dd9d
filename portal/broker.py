"""How Celery talks to its broker: Redis, or RabbitMQ by an address that begins with `amqp` (`amqps`: over TLS).

A page must answer within 5 seconds whatever the broker does: each attempt to publish is short, and the sweeper sees
to the rest.
"""

from kombu.transport import pyamqp

# How long RabbitMQ may take to confirm a message, or to answer anything else.
ANSWER_SECONDS = 1.5


class Connection(pyamqp.Connection):
    """A connection to RabbitMQ that waits for no answer for ever.

    A RabbitMQ that is short of memory or of disk accepts connections and reads nothing from those that publish.
    """

    def drain_events(self, timeout=None):
        if timeout is not None:
            return super().drain_events(timeout)
        try:
            return super().drain_events(ANSWER_SECONDS)
        except TimeoutError:
            # What comes late must not be taken for the answer to something else.
            self.collect()
            raise


class RabbitMQ(pyamqp.Transport):
    Connection = Connection


class RabbitMQOverTLS(pyamqp.SSLTransport):
    Connection = Connection


def settings_for(url: str, visibility_seconds: int) -> dict:
    """The settings of Celery for this broker.  Redis gives a message to a second worker after `visibility_seconds`."""
    own = _rabbitmq(url) if url.startswith("amqp") else _redis(visibility_seconds)
    return {"broker_url": url, "broker_connection_timeout": 1, **own}


def _redis(visibility_seconds: int) -> dict:
    return {
        "broker_transport_options": {
            "visibility_timeout": visibility_seconds,
            "socket_timeout": 3,
            "socket_connect_timeout": 1,
            "health_check_interval": 25,
        },
        # A connection that broke while it lay idle is opened anew by itself.
        "task_publish_retry": False,
    }


def _rabbitmq(url: str) -> dict:
    return {
        "broker_transport": "portal.broker:RabbitMQOverTLS" if url.startswith("amqps") else "portal.broker:RabbitMQ",
        # A worker's connection on which nothing is heard for twice as long is taken for lost.
        "broker_heartbeat": 30,
        # A message counts as published when RabbitMQ says that it has it.
        "broker_transport_options": {"confirm_publish": True},
        # That a connection broke while it lay idle shows when it is used: the second attempt opens a new one.
        "task_publish_retry": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
    }
