"""How often a host is asked, by all workers together: a token bucket for each host, and the rests that it asks for.

The bucket is one number: the moment at which all requests so far will have been paid for.  It lies in Redis, and
where there is none, or it does not answer, in the database.
"""

import logging
import time
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from django.conf import settings
from django.db import DatabaseError
from redis.exceptions import RedisError

from portal import env
from reports.models import HostPace
from reports.problems import Problem

logger = logging.getLogger(__name__)

# So many requests may follow each other at once, after a time without any.
BURST = 5
# Milliseconds throughout.
NOW = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local free_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local function set(value)
  redis.call('SET', KEYS[1], string.format('%.0f', value), 'PX', string.format('%.0f', value - now + 1000))
end
"""
# Returns how long to wait; nothing is taken when that is more than the caller has.
TAKE = f"""{NOW}
local wait = math.max(0, free_at - now - ARGV[2])
if wait <= tonumber(ARGV[3]) then set(free_at + ARGV[1]) end
return wait
"""
REST = f"""{NOW}
set(math.max(free_at, now + ARGV[1]))
"""


def wait_for_turn(host: str, most_seconds: float) -> None:
    """Until the host may be asked.  Raises Problem `http_queue` at once when that would take longer."""
    wait = _take(host, most_seconds)
    if wait > most_seconds:
        raise Problem("http_queue", host=host)
    time.sleep(wait)


def rest(host: str, seconds: float) -> None:
    """Nobody asks this host before so many seconds have passed."""
    seconds += _tolerance()
    try:
        _redis().eval(REST, 1, _key(host), round(seconds * 1000))
    except RedisError:
        now = time.time()
        _in_database(host, now, lambda before: max(before, now + seconds))


def _take(host: str, most_seconds: float) -> float:
    try:
        milliseconds = [round(1000 * part) for part in (_interval(), _tolerance(), most_seconds)]
        return _redis().eval(TAKE, 1, _key(host), *milliseconds) / 1000
    except RedisError:
        now = time.time()

        def later(before: float) -> float:
            return before + _interval() if before - now - _tolerance() <= most_seconds else before

        return max(0.0, _in_database(host, now, later) - now - _tolerance())


def _interval() -> float:
    return 1 / settings.REQUESTS_PER_SECOND


def _tolerance() -> float:
    return (BURST - 1) * _interval()


def _key(host: str) -> str:
    return f"prelo:pace:{host}"


def _in_database(host: str, now: float, free_at_of) -> float:
    try:
        return HostPace.objects.put_off(host, now, free_at_of)
    except DatabaseError:
        logger.warning("Nobody knows when %s was asked last; it is asked after a moment", host, exc_info=True)
        return now + _tolerance() + _interval()


def _redis() -> redis.Redis:
    """Raises RedisError when there is none."""
    for url in (env.BROKER_URL, env.RESULT_URL):
        if url.startswith("redis"):
            return _client(url)
    raise RedisError("There is no Redis")


@lru_cache(maxsize=2)
def _client(url: str) -> redis.Redis:
    options = {"socket_timeout": 3, "socket_connect_timeout": 1}
    parts = urlsplit(url)
    if parts.scheme != "redis+socket":
        return redis.Redis.from_url(url, **options)
    (number,) = parse_qs(parts.query).get("virtual_host", "0")
    return redis.Redis(unix_socket_path=unquote(parts.path), db=int(number), socket_timeout=3)
