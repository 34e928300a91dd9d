"""Processes in the background as the database knows them: real ones, that live, end, and are killed."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from portal import env
from reports.beat import tick
from reports.lifecycle.sweep import collect
from reports.models import Worker
from reports.presence import memory_of
from tests import processes

MEGABYTE = 1024 * 1024


def seen(name: str) -> Worker | None:
    return Worker.objects.filter(name=name).first()


@pytest.mark.django_db(transaction=True)
def test_a_worker_tells_what_it_is_and_what_it_takes_until_it_ends(redis_server):
    before = timezone.now()
    with processes.worker(queues="snapshots", concurrency=1, name="present") as (process, _):
        processes.wait_until(lambda: seen("present@tests").consumed, "it takes a first message by itself", 20)
        worker = seen("present@tests")
        assert (worker.pid, worker.queues, worker.processes) == (process.pid, ["snapshots"], 1)
        assert before < worker.started_at < worker.seen_at
        assert worker.consumed_at("snapshots") > before
        assert worker.consumed_at("reports") is None
        assert 50 * MEGABYTE < worker.memory < 1000 * MEGABYTE
        tick.apply_async(queue="snapshots")
        taken = worker.consumed_at("snapshots")
        processes.wait_until(lambda: seen("present@tests").consumed_at("snapshots") > taken, "it tells again", 20)
    assert seen("present@tests") is None


@pytest.mark.django_db(transaction=True)
def test_the_clock_tells_too():
    with processes.beat() as (process, _):
        processes.wait_until(lambda: Worker.objects.exists(), "the clock tells of itself", 20)
        clock = Worker.objects.get()
        assert clock.is_clock and not clock.is_silent and clock.pid == process.pid
    assert not Worker.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_killed_is_missed_for_an_hour(redis_server):
    with processes.worker(queues="snapshots", concurrency=1, name="killed") as (process, _):
        processes.wait_until(lambda: seen("killed@tests"), "it tells of itself", 20)
        os.killpg(process.pid, signal.SIGKILL)
    worker = seen("killed@tests")
    assert not worker.is_silent
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert seen("killed@tests").is_silent
    collect()
    assert seen("killed@tests")
    Worker.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    collect()
    assert seen("killed@tests") is None


def test_the_memory_of_a_process_is_that_of_all_under_it():
    before = memory_of(os.getpid())
    code = f"held = bytearray({64 * MEGABYTE}); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert memory_of(os.getpid()) - before > 60 * MEGABYTE
        child.communicate(b"\n")


def test_a_fork_waits_until_the_thread_is_out_of_the_database():
    """Else it would inherit locks that nobody releases."""
    code = """
import os, time
import django
django.setup()
from threading import Event
from reports import presence
inside, left = Event(), []
def tell(self):
    inside.set()
    time.sleep(0.5)
    left.append(True)
presence.Presence._tell = tell
presence.Presence("x", {}, 1).begin()
inside.wait()
child = os.fork()
if child == 0:
    os._exit(0 if left else 1)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=env.ROOT, check=False, timeout=30).returncode == 0
