"""Processes of an older release beside a database, and a web server, of a newer one."""

import subprocess
import sys

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal import env
from reports import releases
from reports.lifecycle.dispatch import dispatch
from reports.models import Report, State
from reports.pipeline import step
from tests import processes
from tests.browser.conftest import orders_of
from tests.factories import PersonFactory, ReportFactory
from tests.faults.asking import ask, ended


@pytest.fixture
def newer():
    """A release that this one does not know has changed the database."""
    recorder = MigrationRecorder(connection)
    recorder.record_applied("reports", "9999_future")
    yield
    recorder.record_unapplied("reports", "9999_future")


@pytest.mark.django_db
def test_the_database_of_this_release_is_good():
    assert not releases.is_outdated()


@pytest.mark.django_db
def test_a_step_that_a_newer_release_has_asked_for_is_left_to_it(newer):
    report = ReportFactory(state=State.QUEUED, step="gather", epoch=1)
    assert step.perform(Report, str(report.pk), 1, "gather", None) == "left to a newer release"
    report.refresh_from_db()
    assert (report.state, report.attempts) == (State.QUEUED, 0)


@pytest.mark.django_db(transaction=True)  # a thread asks
def test_whoever_supervises_the_web_server_is_told(newer, client):
    assert client.get("/readyz").json()["parts"]["release"] is False


@pytest.mark.parametrize("command", [["celery", "--app", "portal", "worker"], ["celery", "--app", "portal", "beat"]])
def test_nothing_starts_on_the_database_of_another_release(transactional_db, newer, redis_server, command):
    done = subprocess.run(
        [processes.BIN / command[0], *command[1:]], cwd=env.ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0 and releases.OUTDATED in done.stderr


def test_the_web_server_says_what_to_type(tmp_path):
    variables = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", "import portal.wsgi"], cwd=env.ROOT, env=variables, capture_output=True, text=True
    )
    assert done.returncode != 0 and "make migrate" in done.stderr


@pytest.mark.thorough
def test_a_worker_that_has_become_old_ends_and_the_new_one_does_its_work(transactional_db, redis_server):
    recorder = MigrationRecorder(connection)
    sales = orders_of(PersonFactory(), "Sales", 60)
    with processes.worker() as (old, _):
        recorder.record_applied("reports", "9999_future")
        report = ask(sales)
        assert old.wait(60) == 0
    recorder.record_unapplied("reports", "9999_future")
    report.refresh_from_db()
    assert report.state == State.QUEUED
    report.unqueue()
    with processes.worker():
        dispatch()
        assert ended(report).state == State.READY
