"""What supervisors ask: alive, ready.  With real workers that listen, are stopped, or have gone deaf."""

import os
import signal
import time
from threading import Event

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from portal.celery import QUEUES, app
from reports.beat import tick
from reports.lifecycle import watch
from reports.models import Worker
from reports.models.worker import PRESENCE_SECONDS
from reports.web import probes
from tests import processes
from tests.lifecycle.test_broker_down import broken_broker, broken_broker_address

__all__ = ["broken_broker", "broken_broker_address"]

# An answer takes the patience of a probe at most, and a little on a busy machine.
MOST_SECONDS = probes.PATIENCE_SECONDS + 1


def asked(address: str = "/readyz") -> tuple[int, dict]:
    """The status and the parts, which came soon."""
    started = time.monotonic()
    response = Client().get(address)
    assert time.monotonic() - started < MOST_SECONDS
    return response.status_code, response.json().get("parts")


def bad_parts() -> set[str]:
    status, parts = asked()
    bad = {name for name, is_good in parts.items() if not is_good}
    assert status == (503 if bad else 200)
    return bad


@pytest.mark.django_db
def test_being_alive_takes_nothing_but_the_process(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_probe_comes_by_ip_address_and_without_https(settings, address):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get(address, HTTP_HOST="10.1.2.3:8000")
    assert response.status_code in (200, 503)
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_other_pages_are_still_particular_about_their_host(settings, db):
    assert Client().get("/sign-in/", HTTP_HOST="10.1.2.3:8000").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_without_workers_the_parts_are_told_apart(redis_server):
    assert bad_parts() == {"clock", *(f"queue {name}" for name in QUEUES)}


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_answer_comes_soon(broken_broker):
    assert "broker" in bad_parts()
    assert not {"database", "storage"} & bad_parts()


@pytest.mark.django_db(transaction=True)
def test_storage_that_cannot_be_written_is_not_good(settings, tmp_path, redis_server):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "gone"
    assert "storage" in bad_parts()


@pytest.mark.django_db(transaction=True)
def test_what_depends_on_a_database_that_fails_is_not_good(monkeypatch, redis_server):
    def fails():
        raise OperationalError("gone")

    monkeypatch.setattr(probes.DATABASE, "check", fails)
    assert bad_parts() == {"database", "release", "clock", *(f"queue {name}" for name in QUEUES)}


def test_a_part_that_hangs_keeps_nobody_waiting_and_is_asked_once():
    goes_on, asked_so_often = Event(), []

    def hangs():
        asked_so_often.append(True)
        goes_on.wait()
        return {"disk": True}

    part = probes.Part(hangs, ["disk"])
    started = time.monotonic()
    assert probes.found(part) == probes.found(part) == {"disk": False}
    assert time.monotonic() - started < 2 * MOST_SECONDS
    assert len(asked_so_often) == 1
    goes_on.set()
    assert probes.found(part) == {"disk": True}


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_a_worker_is_ready_when_it_takes_messages_and_not_when_it_only_lives(redis_server, monkeypatch):
    def deaf_since(moment) -> set[str]:
        """What is bad when whoever has taken nothing since this moment is deaf."""
        Worker.objects.update_or_create(name="beat@tests", defaults={"pid": 1, "seen_at": timezone.now()})
        monkeypatch.setattr(watch, "DEAF_SECONDS", (timezone.now() - moment).total_seconds())
        return bad_parts()

    def send_ticks():
        for queue in QUEUES:
            tick.apply_async(queue=queue)

    started = timezone.now()
    with processes.worker(name="probed") as (process, _):
        processes.wait_until(lambda: not deaf_since(started), "a new worker is ready without the clock's help", 20)

        app.control.cancel_consumer("reports", destination=["probed@tests"], reply=True, timeout=20)
        cancelled = timezone.now()

        def is_deaf_to_one_queue() -> bool:
            # Again and again: what it takes within the milliseconds that a probe needs may count as before.
            send_ticks()
            return deaf_since(cancelled) == {"queue reports"}

        processes.wait_until(is_deaf_to_one_queue, "it is deaf to one queue", 20)
        assert not Worker.objects.get(name="probed@tests").is_silent

        os.kill(process.pid, signal.SIGSTOP)
        stopped = timezone.now()
        send_ticks()
        time.sleep(PRESENCE_SECONDS + 1)
        assert deaf_since(stopped) == {f"queue {name}" for name in QUEUES}
        os.kill(process.pid, signal.SIGCONT)
        processes.wait_until(lambda: deaf_since(stopped) == {"queue reports"}, "it has woken up", 20)
