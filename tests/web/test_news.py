"""What ended while somebody was elsewhere: the badge, and the list that takes it away."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.lifecycle.burst import try_again
from reports.models import Burst, BurstPart, Report, State
from reports.problems import Problem
from tests.factories import PersonFactory, ReportFactory, burst_of, definition_of, schedule_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def badge(client) -> str:
    found = re.search(r'bell__count"[^>]*>([^<]+)<', client.get(reverse("datasets")).content.decode())
    return found[1] if found else ""


def ended(owner, title="Sales", state=State.FAILED, **values) -> Report:
    return ReportFactory(owner=owner, title=title, state=state, finished_at=timezone.now(), **values)


def test_only_ones_own_that_have_ended_are_news(client, alice):
    assert badge(client) == ""
    ended(alice)
    ended(alice, state=State.READY)
    ended(alice, state=State.CANCELLED)
    ended(alice, is_preview=True)
    ended(PersonFactory())
    ReportFactory(owner=alice, state=State.RUNNING)
    assert badge(client) == "2"


def test_the_list_shows_what_is_new_once(client, alice):
    ended(alice, "Known", seen_at=timezone.now())
    ended(alice, "Unheard of")
    address = reverse("reports_finished")
    first, second = (client.get(address).content.decode() for _ in range(2))
    marked = re.findall(r'class="row-link break"[^>]*>([^<]+)</a>( <span class="tag tag--new">)?', first)
    assert [(title, bool(mark)) for title, mark in marked] == [("Unheard of", True), ("Known", False)]
    assert "Unheard of" in second and "tag--new" not in second
    assert badge(client) == ""


def test_whoever_looked_at_the_report_has_seen_it(client, alice):
    report = ended(alice)
    client.get(reverse("report", args=[report.pk]))
    assert badge(client) == ""


def test_it_is_no_news_to_whoever_watched_it_end(client, alice):
    report = ReportFactory(owner=alice, state=State.FAILED, finished_at=timezone.now())
    client.get(reverse("report_progress", args=[report.pk]) + "?seen=0.running.gather.0.0")
    assert badge(client) == ""


def test_somebody_elses_look_takes_no_news_away(client, alice):
    report = ended(alice)
    client.force_login(PersonFactory(is_staff=True))
    client.get(reverse("report", args=[report.pk]))
    client.force_login(alice)
    assert badge(client) == "1"


def test_a_hundred_are_many(client, alice):
    ReportFactory.create_batch(100, owner=alice, state=State.FAILED, snapshot=ReportFactory(owner=alice).snapshot)
    assert badge(client) == "99+"


def test_one_signs_in_first(client):
    assert client.get(reverse("reports_finished")).url.startswith(reverse("sign_in"))


def test_a_schedule_that_has_stopped_is_news_until_it_goes_on(client, alice):
    schedule = schedule_of(definition_of(alice), name="Every Monday")
    paused = schedule_of(definition_of(alice, name="Weekly"), name="By hand")
    paused.pause()
    assert "Every Monday" not in client.get(reverse("reports_finished")).content.decode()
    schedule.pause(Problem("schedule_failed", count=3))
    for _ in range(2):
        shown = client.get(reverse("reports_finished")).content.decode()
        assert "“Every Monday” is paused" in shown and "has failed 3 times" in shown
        assert "By hand" not in shown
        assert badge(client) == "1"
    client.post(reverse("schedule_resume", args=[schedule.pk]))
    assert badge(client) == ""


def test_a_burst_is_one_piece_of_news_when_all_of_it_has_ended(client, alice, monkeypatch):
    monkeypatch.setattr("reports.lifecycle.burst.dispatch", lambda: 0)
    burst = burst_of(schedule_of(definition_of(alice)), State.READY, State.FAILED, None, finished_at=timezone.now())
    Report.objects.update(seen_at=timezone.now())
    assert badge(client) == ""
    BurstPart.objects.update(state=State.READY)
    assert badge(client) == "1"
    client.force_login(PersonFactory(is_staff=True))
    client.get(reverse("burst", args=[burst.pk]))
    client.force_login(alice)
    assert badge(client) == "1"
    first, second = (client.get(reverse("reports_finished")).content.decode() for _ in range(2))
    assert reverse("burst", args=[burst.pk]) in first and "tag--new" in first and "tag--new" not in second
    assert badge(client) == ""
    many = schedule_of(definition_of(alice, name="Many"))
    for _ in range(30):
        burst_of(many, State.READY)
    client.get(reverse("reports_finished"))
    assert badge(client) == ""
    try_again(burst)
    Report.objects.update(state=State.READY)
    assert badge(client) == "1"
    client.get(reverse("burst", args=[burst.pk]))
    assert badge(client) == ""
    Burst.objects.update(seen_at=None, state=State.CANCELLED)
    assert badge(client) == ""
