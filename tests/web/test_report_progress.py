"""The waiting page: what a poll is answered, and how far a report is said to be."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.models import Report, State
from reports.web import progress
from tests.factories import PersonFactory, ReportFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def running(owner, step="write_pdf", **values) -> Report:
    times = {"requested_at": ago(5), "started_at": ago(4), "step_started_at": ago(2)}
    report = ReportFactory(owner=owner, state=State.RUNNING, step=step, epoch=1, **{**times, **values})
    report.artifacts = {"write_pdf": f"reports/{report.pk}/1/write_pdf"}
    report.save()
    return report


def page(client, report) -> str:
    return client.get(reverse("report", args=[report.pk])).content.decode()


def poll_of(html: str) -> str:
    """The address that a page or a fragment polls."""
    return re.search(r'hx-get="([^"]+)"', html)[1].replace("&amp;", "&")


def announced(fragment: str) -> str:
    return re.search(r'<div id="announcer" hx-swap-oob="innerHTML">(.*?)</div>', fragment, re.DOTALL)[1].strip()


def poll(client, address: str):
    return client.get(address, **HTMX)


def change(report: Report, **values) -> None:
    Report.objects.filter(pk=report.pk).update(**values)


def test_a_poll_is_answered_by_nothing_while_nothing_changes(client, alice):
    report = running(alice)
    response = poll(client, poll_of(page(client, report)))
    assert (response.status_code, response.content) == (204, b"")


def test_a_poll_is_answered_with_the_region_when_the_count_grows(client, alice):
    report = running(alice, done=3, total=12)
    address = poll_of(page(client, report))
    change(report, done=6)
    fragment = poll(client, address).content.decode()
    assert "6 of 12 pages" in fragment
    assert poll(client, poll_of(fragment)).status_code == 204
    assert 'id="actions"' not in fragment and 'id="announcer"' not in fragment


def test_a_poll_costs_three_queries(client, alice, django_assert_max_num_queries):
    report = running(alice)
    address = poll_of(page(client, report))
    with django_assert_max_num_queries(3):
        poll(client, address)
    change(report, state=State.READY, finished_at=timezone.now(), rows=2, pages=1, bytes=9)
    # One more: its owner has seen that it ended.
    with django_assert_max_num_queries(4):
        assert "Ready" in poll(client, address).content.decode()


def test_a_change_of_pace_is_news(client, alice):
    report = running(alice, requested_at=ago(5))
    address = poll_of(page(client, report))
    change(report, requested_at=ago(30))
    fragment = poll(client, address).content.decode()
    assert 'hx-trigger="every 2s, wake"' in fragment
    change(report, requested_at=ago(100))
    assert 'hx-trigger="every 5s, wake"' in poll(client, poll_of(fragment)).content.decode()


def test_the_last_fragment_asks_no_more_and_changes_what_stands_around(client, alice):
    report = running(alice)
    address = poll_of(page(client, report))
    change(report, state=State.READY, finished_at=timezone.now(), rows=9, pages=12, bytes=9)
    fragment = poll(client, address).content.decode()
    assert "hx-get" not in fragment and "data-live" not in fragment
    assert '<div id="actions" hx-swap-oob="innerHTML">' in fragment
    assert announced(fragment) == "Ready: 12 pages"


def test_a_new_step_is_said_aloud_and_leaves_the_buttons_alone(client, alice):
    report = running(alice, step="gather")
    address = poll_of(page(client, report))
    change(report, step="render")
    fragment = poll(client, address).content.decode()
    assert announced(fragment) == "Running: Lay out the document"
    assert 'id="actions"' not in fragment


def test_the_moment_between_two_steps_is_not_said_aloud(client, alice):
    report = running(alice, step="gather")
    address = poll_of(page(client, report))
    change(report, state=State.QUEUED, step="render")
    fragment = poll(client, address).content.decode()
    assert "announcer" not in fragment
    change(report, state=State.RUNNING)
    assert announced(poll(client, poll_of(fragment)).content.decode()) == "Running: Lay out the document"


def test_a_failure_is_said_aloud_with_its_reason(client, alice):
    report = running(alice)
    address = poll_of(page(client, report))
    change(report, state=State.FAILED, problem={"code": "crashed", "params": {}}, finished_at=timezone.now())
    fragment = poll(client, address).content.decode()
    assert announced(fragment).startswith("The report could not be made: The program that makes the document crashed.")
    assert "Retry" in fragment


def test_without_a_script_the_page_looks_again_by_itself(client, alice):
    html = page(client, running(alice))
    assert '<noscript><meta http-equiv="refresh"' in html


@pytest.mark.parametrize(
    "query", ["", "?seen=&every=&late=&shown=", "?seen=..&shown=-3", "?shown=9999999999999", "?shown=²"]
)
def test_a_poll_that_says_nonsense_gets_the_region(client, alice, query):
    response = poll(client, reverse("report_progress", args=[running(alice).pk]) + query)
    assert response.status_code == 200 and 'id="run"' in response.content.decode()


def test_nobody_taking_it_for_half_a_minute_is_explained(client, alice):
    report = ReportFactory(owner=alice, state=State.QUEUED, requested_at=ago(29))
    html = page(client, report)
    assert "No worker has begun" not in html
    change(report, requested_at=ago(31))
    assert "No worker has begun" in poll(client, poll_of(html)).content.decode()


def test_a_report_between_two_steps_is_not_late(client, alice):
    report = ReportFactory(owner=alice, state=State.QUEUED, step="render", requested_at=ago(100), started_at=ago(99))
    assert "No worker has begun" not in page(client, report)


def test_waiting_for_ones_own_other_reports_is_explained(client, alice):
    report = ReportFactory(owner=alice, state=State.REQUESTED)
    running(PersonFactory())
    running(alice, is_preview=True)
    assert "of your reports are made at a time" not in page(client, report)
    others = [running(alice), running(alice)]
    assert "of your reports are made at a time" not in page(client, others[0])
    assert "At most 2 of your reports are made at a time" in page(client, report)


def test_a_step_that_is_tried_again_says_why(client, alice):
    problem = {"code": "storage", "params": {"reason": "disk full"}}
    report = running(alice, problem=problem)
    change(report, state=State.RETRY_WAIT)
    assert "disk full" in page(client, report)


def test_the_steps_have_their_counts_and_times(client, alice):
    start = ago(60)
    timeline = [
        {
            "step": step,
            "started": start.isoformat(),
            "finished": (start + timedelta(seconds=took)).isoformat(),
            "done": done,
        }
        for step, took, done in (("gather", 5, 1234), ("render", 65, 0))
    ]
    html = page(client, running(alice, timeline=timeline, done=7, total=20))
    steps = re.findall(r'class="step step--(\w+)"', html)
    assert steps == ["done", "done", "running"]
    assert "1,234 rows" in html and "7 of 20 pages" in html
    assert ">0:05<" in html and ">1:05<" in html


@pytest.mark.parametrize(
    ("step", "done", "total", "percent"),
    [("gather", 0, None, 0), ("gather", 50, 100, 10), ("render", 0, None, 20), ("write_pdf", 5, 10, 75)],
)
def test_the_bar_follows_the_steps_and_their_counts(alice, step, done, total, percent):
    assert progress.percent(running(alice, step, done=done, total=total)) == percent


def test_where_no_count_is_known_the_usual_time_moves_the_bar_within_its_step(alice):
    def after(seconds: float) -> int:
        return progress.percent(running(alice, "render", started_at=ago(seconds), expected_seconds=20))

    assert after(1) == 20
    assert 29 <= after(6) <= 31
    assert after(1000) == 47


def test_a_count_that_is_known_is_not_overtaken_by_the_usual_time(alice):
    report = running(alice, done=10, total=100, started_at=ago(1000), expected_seconds=20)
    assert progress.percent(report) == 55


def test_the_bar_never_goes_back(client, alice):
    report = running(alice, "render", done=0, total=None)
    response = poll(client, reverse("report_progress", args=[report.pk]) + "?shown=40")
    assert 'value="40"' in response.content.decode()
    response = poll(client, reverse("report_progress", args=[report.pk]) + "?shown=100")
    assert 'value="99"' in response.content.decode()


def test_the_usual_time_is_told_as_exactly_as_it_deserves(db):
    times = [0.2, 1, 41.6, 100, 1800, 20_000]
    words = ["1 second", "1 second", "42 seconds", "2 minutes", "30 minutes", "6 hours"]
    assert [progress.about(seconds) for seconds in times] == words
    assert progress.about(None) == ""


def test_a_report_that_waits_says_how_many_wait_before_it(client, alice):
    report = ReportFactory(owner=alice, state=State.QUEUED, requested_at=ago(5), expected_seconds=20)
    ReportFactory.create_batch(2, state=State.QUEUED, requested_at=ago(9))
    ReportFactory(state=State.QUEUED, requested_at=ago(1))
    ReportFactory(state=State.RUNNING, requested_at=ago(9), started_at=ago(8))
    ReportFactory(state=State.READY, requested_at=ago(9))
    ReportFactory(state=State.QUEUED, requested_at=ago(9), is_preview=True)
    html = page(client, report)
    assert "2 reports wait before this one." in html
    assert "Once it is begun, it usually takes about 20 seconds." in html
    address = poll_of(html)
    assert poll(client, address).status_code == 204
    Report.objects.listed().filter(requested_at__lt=report.requested_at, state=State.QUEUED).first().delete()
    assert "1 report waits before this one." in poll(client, address).content.decode()


def test_a_report_that_has_begun_waits_for_nobody(client, alice):
    report = running(alice)
    ReportFactory(state=State.QUEUED, requested_at=ago(60))
    assert "before this one" not in page(client, report)
