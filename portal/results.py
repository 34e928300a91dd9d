"""Where Celery keeps results: small words for people who look (with Flower, say); the rows are the truth."""

from celery.backends.redis import RedisBackend


class RedisResults(RedisBackend):
    """Redis, without a subscription to the result of everything that is published.

    Nobody here waits for a result, and the subscription, made inside `apply_async`, holds a web request for minutes
    when Redis does not answer.
    """

    def on_task_call(self, producer, task_id):
        return {}


def address(url: str) -> str | None:
    """What `result_backend` is to be for the address of a Redis; without one, no results are kept."""
    return f"portal.results:RedisResults+{url.removeprefix('redis+')}" if url else None
