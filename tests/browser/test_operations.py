"""The page of operations in a browser.  The rows are changed by hand, so that each moment can be looked at."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.celery import QUEUES
from reports.models import Report, State, Worker
from tests.factories import PersonFactory, ReportFactory

pytestmark = [pytest.mark.usefixtures("redis_server"), pytest.mark.thorough]
# It asks every five seconds.
NEXT_POLL = 10_000


@pytest.fixture
def staff(sign_in):
    person = PersonFactory(username="boss", is_staff=True)
    sign_in(person)
    return person


@pytest.fixture
def worker(staff) -> Worker:
    moment = timezone.now()
    taken = dict.fromkeys(QUEUES, moment.isoformat())
    Worker.objects.create(name="beat@print-1", pid=1, seen_at=moment)
    return Worker.objects.create(
        name="a-worker-with-a-long-name@print-1.example.org", pid=2, queues=[*QUEUES], processes=2, consumed=taken
    )


def failed(**values) -> Report:
    problem = {"code": "too_many_columns", "params": {"asked": 30, "fit": 24}}
    moment = timezone.now() - timedelta(minutes=4)
    return ReportFactory(state=State.FAILED, step="render", problem=problem, finished_at=moment, **values)


def running(worker: Worker) -> Report:
    moment = timezone.now()
    times = {"step_started_at": moment, "lease_until": moment + timedelta(hours=1)}
    return ReportFactory(state=State.RUNNING, epoch=1, title="Yearly listing", worker=worker.name, **times)


def test_staff_are_led_there_and_the_page_follows_what_happens(page, worker):
    page.goto("/reports/")
    page.get_by_role("button", name="Account of boss").click()
    page.get_by_role("link", name="Operations").click()
    expect(page.get_by_text("Everything works")).to_be_visible()
    report = running(worker)
    expect(page.get_by_role("link", name="Yearly listing")).to_be_visible(timeout=NEXT_POLL)
    expect(page.get_by_role("cell", name="1 of 2")).to_be_visible()
    Report.objects.filter(pk=report.pk).update(state=State.READY, finished_at=timezone.now())
    expect(page.get_by_role("link", name="Yearly listing")).to_have_count(0, timeout=NEXT_POLL)


def test_a_button_keeps_the_focus_while_the_page_changes_around_it(page, worker):
    before = failed(title="Wide").requested_at
    page.goto("/operations/")
    button = page.get_by_role("button", name="Retry “Wide”")
    button.focus()
    running(worker)
    expect(page.get_by_role("link", name="Yearly listing")).to_be_visible(timeout=NEXT_POLL)
    expect(button).to_be_focused()
    button.click()
    expect(page.get_by_text("“Wide” has been asked for again.")).to_be_visible()
    assert Report.objects.get(title="Wide").requested_at > before


def test_it_can_be_used_without_a_script_on_a_phone(browser, page, live_portal, worker):
    failed(title="Wide")
    running(worker)
    phone = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
    with browser.new_context(base_url=live_portal, **phone) as context:
        context.add_cookies(page.context.cookies())
        page = context.new_page()
        page.goto("/operations/")
        for card in page.locator(".table-scroll").all():
            width = card.bounding_box()["width"]
            assert card.locator("table").bounding_box()["width"] <= width
        page.get_by_role("button", name="Retry “Wide”").click()
        expect(page.get_by_text("“Wide” has been asked for again.")).to_be_visible()
