"""What Prometheus is told, and who may ask."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from reports.models import Report, State, StepTime, Worker
from tests.factories import PersonFactory, ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(settings) -> dict:
    """The header of who bears the token."""
    settings.METRICS_TOKEN = "a long secret"
    return {"Authorization": "Bearer a long secret"}


def told(token: dict) -> dict:
    """(name, the values of its labels in the order of their names) -> value."""
    response = Client().get("/metrics", headers=token)
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    samples = [sample for family in families for sample in family.samples]
    return {(name, *(labels[label] for label in sorted(labels))): value for name, labels, value, *_ in samples}


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def test_whoever_bears_the_token_may_ask_from_anywhere(settings, token):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/metrics", headers=token, HTTP_HOST="10.1.2.3:8000")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("said", ["Bearer another", "Bearer", "bearer a long secret too", "Bearer ä"])
def test_a_wrong_token_is_refused(token, said):
    response = Client().get("/metrics", headers={"Authorization": said})
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("said", ["Bearer ", "Bearer None"])
def test_without_a_token_in_the_settings_none_is_right(settings, said):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": said}).status_code == 401


def test_staff_may_ask_and_nobody_else(client):
    assert client.get("/metrics").status_code == 302
    client.force_login(PersonFactory())
    assert client.get("/metrics").status_code == 404
    client.force_login(PersonFactory(is_staff=True))
    assert client.get("/metrics").status_code == 200


def test_it_is_told_in_openmetrics_to_those_who_prefer_that(token):
    response = Client().get("/metrics", headers={**token, "Accept": "application/openmetrics-text"})
    assert response["Content-Type"].startswith("application/openmetrics-text")
    assert response.content.endswith(b"# EOF\n")


def test_reports_are_counted_by_state_also_where_there_is_none(token):
    ReportFactory.create_batch(2, state=State.READY)
    ReportFactory(state=State.READY, is_preview=True)
    SnapshotFactory(state=State.FAILED)
    found = told(token)
    assert found["prelo_reports", "ready"] == 2
    assert found["prelo_reports", "failed"] == 0
    assert found["prelo_snapshots", "failed"] == 1
    assert found["prelo_validations", "running"] == 0


def test_the_times_of_steps_are_a_histogram(token):
    for seconds in (0.05, 0.2, 0.2, 9000):
        StepTime.objects.add("gather", False, seconds)
    StepTime.objects.add("gather", True, 1)
    found = told(token)
    assert found["prelo_step_seconds_bucket", "0.1", "false", "gather"] == 1
    assert found["prelo_step_seconds_bucket", "600.0", "false", "gather"] == 3
    assert found["prelo_step_seconds_bucket", "+Inf", "false", "gather"] == 4
    assert found["prelo_step_seconds_count", "false", "gather"] == 4
    assert found["prelo_step_seconds_sum", "false", "gather"] == pytest.approx(9000.45)
    assert found["prelo_step_seconds_count", "true", "gather"] == 1


def test_queues_have_their_length_and_age(token):
    ReportFactory(state=State.QUEUED, epoch=1, lease_until=ago(30))
    ReportFactory(state=State.QUEUED, epoch=1, lease_until=ago(-50))
    ReportFactory(state=State.REQUESTED)
    found = told(token)
    assert found["prelo_queue_oldest_seconds", "reports"] == pytest.approx(90, abs=5)
    assert found["prelo_queue_oldest_seconds", "quick"] == 0
    assert found["prelo_queue_jobs", "reports", "queued"] == 2
    assert found["prelo_queue_jobs", "reports", "waiting"] == 1
    assert found["prelo_queue_served", "reports"] == 0
    assert found["prelo_overdue_jobs",] == 1


def test_workers_have_their_memory_and_their_steps(token):
    taken = {"reports": timezone.now().isoformat()}
    Worker.objects.create(name="worker@a", pid=1, memory=123_456_789, queues=["reports"], processes=2, consumed=taken)
    ReportFactory(state=State.RUNNING, epoch=1, worker="worker@a", step_started_at=ago(1), lease_until=ago(-20))
    found = told(token)
    assert found["prelo_worker_memory_bytes", "worker@a"] == 123_456_789
    assert found["prelo_worker_processes", "worker@a"] == 2
    assert found["prelo_worker_steps", "worker@a"] == 1
    assert found["prelo_worker_last_seen_timestamp_seconds", "worker@a"] == pytest.approx(ago(0).timestamp(), abs=5)
    assert found["prelo_queue_served", "reports"] == 1


def test_more_rows_cost_no_more_queries(token, django_assert_num_queries):
    for count in (1, 15):
        snapshot = SnapshotFactory()
        for state in (State.READY, State.FAILED, State.REQUESTED):
            ReportFactory.create_batch(count, snapshot=snapshot, state=state)
        running = {"state": State.RUNNING, "epoch": 1, "step_started_at": ago(9), "lease_until": ago(1)}
        ReportFactory.create_batch(count, snapshot=snapshot, **running)
        StepTime.objects.add("gather", False, count)
        Worker.objects.create(name=f"worker@{count}", pid=1)
        with django_assert_num_queries(34):
            told(token)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a small table whole, whatever its indexes")
def test_counting_many_reports_reads_an_index_alone():
    counts = Report.objects.listed_of_all().order_by().values_list("state").annotate(Count("state"))
    plan = counts.explain()
    assert "COVERING INDEX" in plan and "TEMP B-TREE" not in plan
