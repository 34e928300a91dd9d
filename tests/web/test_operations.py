"""The page of operations: for staff, of everything, and quiet while nothing changes."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.celery import QUEUES
from reports.models import Report, Snapshot, State, Validation, Worker
from tests.factories import PersonFactory, ReportFactory, SnapshotFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def staff(client):
    person = PersonFactory(username="boss", is_staff=True)
    client.force_login(person)
    return person


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def page(client) -> str:
    return client.get(reverse("operations")).content.decode()


def poll_of(html: str) -> str:
    return re.search(r'hx-get="([^"]+)"', html)[1].replace("&amp;", "&")


def running(by: str = "worker@a", **values) -> Report:
    times = {"step_started_at": ago(75), "lease_until": ago(-20)}
    return ReportFactory(**{"state": State.RUNNING, "epoch": 1, "worker": by, **times, **values})


def worker(name: str = "worker@a", heard: float = 1, **values) -> Worker:
    fields = {"pid": 4711, "queues": [*QUEUES], "processes": 2, "memory": 200 * 1024 * 1024, "seen_at": ago(heard)}
    return Worker.objects.create(name=name, **fields | values)


def everything_works() -> None:
    worker(consumed={queue: ago(5).isoformat() for queue in QUEUES})
    worker("beat@a", queues=[], processes=0)


@pytest.mark.parametrize("name", ["operations", "operations_retry"])
def test_only_staff_find_it(client, name):
    ask = client.get if name == "operations" else client.post
    assert ask(reverse(name)).url.startswith(reverse("sign_in"))
    client.force_login(PersonFactory(username="alice"))
    assert ask(reverse(name)).status_code == 404


def test_only_staff_are_led_there(client, staff):
    link = f'href="{reverse("operations")}"'
    assert link in client.get(reverse("reports")).content.decode()
    client.force_login(PersonFactory(username="alice"))
    assert link not in client.get(reverse("reports")).content.decode()


def test_when_all_is_well_it_says_so(client, staff):
    everything_works()
    html = page(client)
    assert "Everything works" in html
    assert "Nothing is stuck." in html and "Nothing has failed." in html
    assert html.count("Listening") == len(QUEUES)


def test_a_worker_that_takes_nothing_is_called_deaf(client, staff):
    everything_works()
    Worker.objects.filter(name="worker@a").update(
        consumed={"reports": ago(300).isoformat(), "quick": ago(5).isoformat()}
    )
    html = page(client)
    assert "No worker takes anything from these queues: Reports, Files to read, What is sent." in html
    assert (html.count("Deaf"), html.count("Listening")) == (3, 1)
    assert "Everything works" not in html


def test_a_worker_that_is_silent_and_a_clock_that_stands_still_are_told(client, staff):
    everything_works()
    Worker.objects.filter(name="worker@a").update(seen_at=ago(50))
    Worker.objects.filter(name="beat@a").update(seen_at=ago(50))
    html = page(client)
    assert "Nothing is heard of beat@a, worker@a" in html
    assert "The clock does not run" in html
    assert "The sweeper does not come round" in html


def test_one_sees_what_each_worker_does(client, staff):
    everything_works()
    report = running(title="Yearly listing", step="write_pdf", done=812, total=2300)
    running(title="Preview of a secret", is_preview=True)
    html = page(client)
    assert f'href="{reverse("report", args=[report.pk])}">Yearly listing</a>' in html
    assert "Write the PDF" in html and "812 of 2,300" in html and "1:15" in html
    assert "2 of 2" in html and "200.0" in html
    assert "process 4711" in html


def test_what_an_unknown_process_does_is_not_hidden(client, staff):
    running(by="", title="Made by a command")
    html = page(client)
    assert "Another process" in html and "Made by a command" in html


def test_stuck_work_comes_with_what_the_sweeper_will_do(client, staff):
    everything_works()
    running(title="Abandoned", attempts=1, lease_until=ago(40))
    html = page(client)
    assert "Abandoned" in html
    assert "The sweeper has this step done again: attempt 2 of 3." in html


def test_a_failure_comes_with_its_problem_and_is_retried(client, staff, django_capture_on_commit_callbacks):
    problem = {"code": "too_many_columns", "params": {"asked": 30, "fit": 24}}
    report = ReportFactory(title="Wide", state=State.FAILED, step="render", problem=problem, finished_at=ago(60))
    html = page(client)
    assert "30 columns do not fit on a page" in html
    fields = dict(re.findall(r'name="(model|job)" value="([^"]+)"', html))
    assert fields == {"model": "report", "job": str(report.pk)}
    response = client.post(reverse("operations_retry"), fields, follow=True)
    assert response.redirect_chain == [(reverse("operations"), 303)]
    assert "“Wide” has been asked for again." in response.content.decode()
    assert Report.objects.get().state == State.REQUESTED
    assert (
        "has been asked for again already"
        in client.post(reverse("operations_retry"), fields, follow=True).content.decode()
    )


def test_readings_of_files_and_checks_of_pdfs_are_retried_too(client, staff):
    snapshot = SnapshotFactory(state=State.FAILED, finished_at=ago(60), step="read")
    report = ReportFactory(state=State.READY, artifacts={"write_pdf": "reports/x/1/write_pdf"})
    check = Validation.objects.create(
        report=report, owner=report.owner, standard="ua-1", state=State.FAILED, finished_at=ago(60), step="validate"
    )
    html = page(client)
    assert reverse("dataset", args=[snapshot.dataset_id]) in html
    assert "Check of a PDF" in html
    for model, job in (("snapshot", snapshot), ("validation", check)):
        client.post(reverse("operations_retry"), {"model": model, "job": job.pk})
    assert Snapshot.objects.get(pk=snapshot.pk).state == State.REQUESTED
    assert Validation.objects.get().state == State.REQUESTED


def test_a_report_whose_data_is_gone_is_not_to_be_retried(client, staff):
    report = ReportFactory(state=State.FAILED, finished_at=ago(60))
    Report.objects.update(snapshot=None)
    assert str(report.pk) in page(client)
    assert reverse("operations_retry") not in page(client)


@pytest.mark.parametrize(
    "fields", [{}, {"model": "user", "job": "1"}, {"model": "report", "job": "x"}, {"model": "report", "job": uuid4()}]
)
def test_nothing_else_can_be_retried(client, staff, fields):
    assert client.post(reverse("operations_retry"), fields).status_code == 404
    assert client.get(reverse("operations_retry")).status_code == 405


def test_a_poll_brings_nothing_until_something_changes(client, staff, monkeypatch):
    now = timezone.now().replace(second=10)
    monkeypatch.setattr(timezone, "now", lambda: now)
    everything_works()
    report = running()
    address = poll_of(page(client))
    assert client.get(address, **HTMX).status_code == 204
    Report.objects.filter(pk=report.pk).update(done=7)
    fragment = client.get(address, **HTMX)
    assert fragment.status_code == 200
    assert b"<html" not in fragment.content
    address = poll_of(fragment.content.decode())
    assert client.get(address, **HTMX).status_code == 204
    Worker.objects.filter(name="worker@a").update(seen_at=now - timedelta(seconds=50))
    assert client.get(address, **HTMX).status_code == 200


def test_the_times_on_the_page_are_never_older_than_a_minute(client, staff, monkeypatch):
    now = timezone.now().replace(second=10)
    monkeypatch.setattr(timezone, "now", lambda: now)
    address = poll_of(page(client))
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=60))
    assert client.get(address, **HTMX).status_code == 200


def test_it_comes_again_by_itself_where_there_is_no_script(client, staff):
    assert '<noscript><meta http-equiv="refresh"' in page(client)


def test_more_of_everything_costs_no_more_queries(client, staff, django_assert_num_queries):
    for count in (1, 12):
        for _ in range(count):
            running()
            running(title="Abandoned", lease_until=ago(40))
            running(is_preview=True)
            snapshot = SnapshotFactory(state=State.FAILED, finished_at=ago(60), step="read")
            report = ReportFactory(state=State.FAILED, finished_at=ago(60), snapshot=snapshot)
            Validation.objects.create(
                report=report, owner=report.owner, standard="ua-1", state=State.FAILED, finished_at=ago(60)
            )
            Validation.objects.create(
                report=running(), owner=report.owner, standard="ua-1", state=State.RETRY_WAIT, not_before=ago(-9)
            )
            ReportFactory(state=State.QUEUED, epoch=1, lease_until=ago(5))
            ReportFactory(state=State.REQUESTED, requested_at=ago(60))
            SnapshotFactory(state=State.REQUESTED, requested_at=ago(60))
        worker(f"worker-{count}@a")
        with django_assert_num_queries(63):
            page(client)


def test_staff_in_brazil_read_it_in_portuguese(client, staff):
    everything_works()
    html = client.get(reverse("operations"), headers={"Accept-Language": "pt-br"}).content.decode()
    assert "<h1>Operação</h1>" in html and "Tudo funciona" in html
