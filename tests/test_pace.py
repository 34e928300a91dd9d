"""How often a host is asked: by real processes, over a real Redis and over the database."""

import os
import subprocess
import sys
import time

import pytest
from django.db import OperationalError

from portal import env
from reports import pace
from reports.models import HostPace
from reports.problems import Problem

# Waits for its turn so many times, then says when it was: seconds since 1970, one a line.
TURNS = """
import sys, time, django
django.setup()
from reports import pace
for _ in range(int(sys.argv[2])):
    pace.wait_for_turn(sys.argv[1], 60)
    print(time.time())
"""
PER_SECOND = 20


@pytest.fixture(params=["redis", "database"])
def keeper(request, settings, transactional_db, redis_server, monkeypatch) -> dict[str, str]:
    """Where the pace is kept; the variables with which other processes keep it there, too."""
    settings.REQUESTS_PER_SECOND = PER_SECOND
    variables = {"REQUESTS_PER_SECOND": str(PER_SECOND)}
    if request.param == "database":
        # A broker of another kind, which nobody talks to here.
        variables |= {"BROKER_URL": "amqp://nobody@127.0.0.1:1//", "RESULT_URL": ""}
        monkeypatch.setattr(env, "BROKER_URL", variables["BROKER_URL"])
        monkeypatch.setattr(env, "RESULT_URL", "")
    return variables


@pytest.fixture
def host(request) -> str:
    """One that no other test has asked."""
    return f"{request.node.name}.example".lower()


def begin_turns(host: str, count: int, variables: dict[str, str]) -> subprocess.Popen:
    command = [sys.executable, "-c", TURNS, host, str(count)]
    return subprocess.Popen(command, cwd=env.ROOT, env=os.environ | variables, stdout=subprocess.PIPE, text=True)


def times_of(process: subprocess.Popen) -> list[float]:
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return [float(line) for line in printed.split()]


def test_two_processes_keep_one_pace_together(keeper, host):
    processes = [begin_turns(host, 15, keeper) for _ in range(2)]
    times = sorted(time for process in processes for time in times_of(process))
    assert len(times) == 30
    # Each with a pace of its own would be done in less than half of that.
    assert times[-1] - times[0] >= (30 - pace.BURST) / PER_SECOND - 0.3
    assert bool(HostPace.objects.count()) == ("amqp" in keeper.get("BROKER_URL", ""))


def test_a_few_may_follow_each_other_at_once(keeper, host, settings):
    settings.REQUESTS_PER_SECOND = 1
    for _ in range(pace.BURST):
        pace.wait_for_turn(host, 0)
    with pytest.raises(Problem):
        pace.wait_for_turn(host, 0)


def test_a_rest_is_kept_by_the_other_process(keeper, host):
    pace.rest(host, 1.5)
    rested_until = time.time() + 1.5
    (asked,) = times_of(begin_turns(host, 1, keeper))
    assert asked >= rested_until - 0.1


def test_a_rest_shortens_no_longer_one(keeper, host):
    pace.rest(host, 60)
    pace.rest(host, 0)
    with pytest.raises(Problem) as caught:
        pace.wait_for_turn(host, 59)
    assert caught.value.code == "http_queue"


def test_who_would_wait_too_long_takes_nothing(keeper, host):
    pace.rest(host, 0.5)
    for _ in range(50):
        with pytest.raises(Problem):
            pace.wait_for_turn(host, 0.1)
    started = time.monotonic()
    pace.wait_for_turn(host, 5)
    assert time.monotonic() - started < 1


def test_hosts_do_not_wait_for_each_other(keeper, host):
    pace.rest(host, 60)
    pace.wait_for_turn(f"other.{host}", 0)


def test_hosts_that_nobody_asks_any_more_are_forgotten(keeper, host):
    HostPace.objects.create(host="old.example", free_at=time.time() - 7200)
    pace.wait_for_turn(host, 0)
    assert HostPace.objects.filter(host="old.example").exists() == ("BROKER_URL" not in keeper)


def test_where_nobody_keeps_the_pace_it_is_kept_by_waiting(host, monkeypatch, settings):
    settings.REQUESTS_PER_SECOND = PER_SECOND
    monkeypatch.setattr(env, "BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(pace.HostPace.objects, "put_off", _unreachable)
    started = time.monotonic()
    pace.wait_for_turn(host, 5)
    assert time.monotonic() - started >= 1 / PER_SECOND


def _unreachable(*args):
    raise OperationalError("The database is gone")
