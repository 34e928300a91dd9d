"""How Celery talks to its broker: Redis, or RabbitMQ by an address that begins with `amqp` (`amqps`: over TLS).

A page must answer within 5 seconds whatever the broker does: each attempt to publish is short, and the sweeper sees
to the rest.
"""

from kombu.entity import PERSISTENT_DELIVERY_MODE
from kombu.transport import TRANSPORT_ALIASES, pyamqp, redis
from redis.exceptions import OutOfMemoryError

# How long RabbitMQ may take to confirm a message, or to answer anything else.
ANSWER_SECONDS = 1.5


class RedisQoS(redis.QoS):
    def ack(self, delivery_tag):
        """Without a transaction, of which a full Redis refuses even the commands that make room: a message that could
        not be acknowledged would take up a worker's attention for ever."""
        with self.channel.conn_or_acquire() as client:
            pipe = client.pipeline(transaction=False)
            pipe.zrem(self.unacked_index_key, delivery_tag).hdel(self.unacked_key, delivery_tag).execute()
        super(redis.QoS, self).ack(delivery_tag)


class RedisChannel(redis.Channel):
    """A channel that can be closed although its connection has been: a worker does so when it has lost Redis, and
    would end of an AttributeError."""

    QoS = RedisQoS

    def _connparams(self, *args, **kwargs):
        if self.connection.client is None:
            raise ConnectionError("The connection to Redis has been closed")
        return super()._connparams(*args, **kwargs)


class Redis(redis.Transport):
    Channel = RedisChannel
    # A worker whose Redis is full connects anew until it is not, instead of ending.
    connection_errors = (*redis.Transport.connection_errors, OutOfMemoryError)


# The address `redis+socket://` names its transport itself, whatever the settings say.
TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), "portal.broker:Redis")


class Channel(pyamqp.Channel):
    """Work counts as published when RabbitMQ says that it has it.

    What workers tell of themselves may be lost, and must not keep them from work.
    """

    def basic_publish(self, message, *args, **kwargs):
        lasting = message.properties.get("delivery_mode") == PERSISTENT_DELIVERY_MODE
        publish = self.basic_publish_confirm if lasting else self._basic_publish
        return publish(message, *args, **kwargs)


class Connection(pyamqp.Connection):
    """A connection to RabbitMQ that waits for no answer for ever.

    A RabbitMQ that is short of memory or of disk accepts connections and reads nothing from those that publish.
    """

    Channel = Channel

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
        # That a connection broke while it lay idle shows when it is used: the second attempt opens a new one.
        "task_publish_retry": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
    }
