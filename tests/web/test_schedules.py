"""The pages of schedules: make one, what it says of itself, what can be done with it, and what came of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.models import DefinitionVersion, Delivery, Report, Schedule, Slot, State
from reports.models.schedule import Origin, ScheduleState, SlotState
from reports.problems import Problem
from tests.factories import PersonFactory, ReportFactory, definition_of, schedule_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


@pytest.fixture
def monthly(alice):
    return definition_of(alice)


@pytest.fixture
def daily(monthly) -> Schedule:
    return schedule_of(monthly, next_at=NOW + timedelta(hours=22))


def sent(**changes) -> dict:
    """What the form sends."""
    return {
        "every": "week",
        "weekdays": ["mon", "thu"],
        "day": "1",
        "month_of_year": "01",
        "day_of_year": "1",
        "times": "8:00, 12:30",
        "cron": "",
        "time_zone": "sao paulo",
        "starts_on": "2026-11-24",
        "ends_on": "",
        "name": "Monthly",
        "answer_0": "",
        "answer_0_period": "last_week",
        "answer_1": "North",
        "language": "pt-br",
        "condition": "above",
        "figure": "Total",
        "threshold": "100.5",
        "catch_up": "all",
        "most_failures": "5",
        **changes,
    }


def address(definition) -> str:
    return f"{reverse('schedule_new')}?definition={definition.pk}"


def page(client, name, *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_one_is_made_of_a_definition(client, monthly, alice):
    assert address(monthly) in page(client, "definition", monthly.pk)
    assert "On the first working day of every month at 08:00" in client.get(address(monthly)).content.decode()
    answer = client.post(address(monthly), sent())
    made = Schedule.objects.get()
    assert answer.url == reverse("schedule", args=[made.pk])
    assert (made.owner, made.definition, made.definition_name) == (alice, monthly, "Monthly")
    assert (made.rule, made.time_zone) == ("week mon,thu at 08:00,12:30", "America/Sao_Paulo")
    assert made.next_at == datetime(2026, 11, 26, 11, tzinfo=UTC)
    assert (made.condition, made.figure, made.threshold, made.catch_up) == ("above", "Total", 100.5, "all")
    assert (made.most_failures, made.language, made.starts_on) == (5, "pt-br", date(2026, 11, 24))
    assert made.answers == [
        {"label": "Period", "type": "date", "column": "Day", "test": "between", "value": "", "said": "last_week"},
        {"label": "Region", "type": "text", "column": "Region", "test": "equals", "value": "North"},
    ]
    shown = page(client, "schedule", made.pk)
    assert "Every week on Monday and Thursday at 08:00 and 12:30" in shown
    assert "<dd>last week</dd>" in shown and "<dd>North</dd>" in shown


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"every": "day"}, "day at 08:00,12:30"),
        ({"every": "weekday"}, "weekday at 08:00,12:30"),
        ({"every": "month", "day": "last-working"}, "month last-working at 08:00,12:30"),
        ({"every": "quarter", "day": "31"}, "quarter 31 at 08:00,12:30"),
        ({"every": "year", "month_of_year": "02", "day_of_year": "29"}, "year 02-29 at 08:00,12:30"),
        ({"every": "cron", "cron": " 0  8 * * mon "}, "cron 0 8 * * MON"),
    ],
)
def test_every_rule_can_be_chosen_and_stands_in_the_form_again(client, monthly, changes, rule):
    client.post(address(monthly), sent(**changes))
    made = Schedule.objects.get()
    assert made.rule == rule
    form = client.get(reverse("schedule_edit", args=[made.pk])).context["form"]
    client.post(reverse("schedule_edit", args=[made.pk]), sent() | {k: v for k, v in form.initial.items() if v})
    made.refresh_from_db()
    assert made.rule == rule


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"every": "cron", "cron": "0 0 30 2 *"}, "cron", "no cron expression that ever comes round"),
        ({"every": "cron", "cron": ""}, "cron", "no cron expression"),
        ({"times": "25:00"}, "times", "Write times of day such as 08:00"),
        ({"weekdays": []}, "weekdays", "Choose at least one day"),
        ({"every": "year", "month_of_year": "02", "day_of_year": "30"}, "day_of_year", "There is no such day"),
        ({"time_zone": "Mars"}, "time_zone", "There is no time zone “Mars”"),
        ({"ends_on": "2026-11-23"}, "ends_on", "before the first one"),
        ({"ends_on": "2026-11-24"}, "ends_on", "does not come round any more"),
        ({"starts_on": "9999-12-31"}, "starts_on", "between the years 1900 and 2200"),
        ({"starts_on": "0001-01-01"}, "starts_on", "between the years 1900 and 2200"),
        ({"threshold": ""}, "threshold", "Write the number"),
        ({"figure": "Region"}, "figure", "Select a valid choice"),
        ({"every": "moon"}, "every", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client, monthly, changes, field, words):
    answer = client.post(address(monthly), sent(**changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in answer.content.decode()
    assert not Schedule.objects.exists()


def test_a_wrong_answer_is_told_too(client, monthly):
    answer = client.post(address(monthly), sent(answer_0="soon", answer_0_period=""))
    assert answer.status_code == 422 and not Schedule.objects.exists()


def test_the_next_times_are_told_while_one_chooses(client, alice):
    shown = client.post(reverse("schedule_times"), sent(every="month", day="31", times="08:00")).content.decode()
    assert "Every month on day 31 at 08:00 (the last day of shorter months)" in shown
    assert [shown.count(f"{day}, 2026, 08:00") for day in ("Nov 30", "Dec 31")] == [1, 1]
    assert shown.count("<li>") == 5
    assert "no time zone" in client.post(reverse("schedule_times"), sent(time_zone="Mars")).content.decode()


def test_without_scripts_a_button_tells_them(client, monthly):
    shown = client.post(address(monthly), sent(look="1"))
    assert shown.status_code == 200 and "Thu, Nov 26, 2026, 08:00" in shown.content.decode()
    assert not Schedule.objects.exists()


def test_an_edited_one_comes_round_as_it_says_now(client, daily):
    slot = Slot.objects.create(schedule=daily, moment=NOW, state=SlotState.MADE, figure="3")
    client.post(reverse("schedule_edit", args=[daily.pk]), sent())
    daily.refresh_from_db()
    slot.refresh_from_db()
    assert daily.next_at == datetime(2026, 11, 26, 11, tzinfo=UTC)
    assert slot.figure == "", "a number of rows is compared with a sum"


def test_what_is_due_when_one_is_edited_is_not_lost(client, daily):
    Schedule.objects.update(next_at=NOW - timedelta(hours=2))
    client.post(reverse("schedule_edit", args=[daily.pk]), sent(name="Another name"))
    assert daily.slots.filter(moment=NOW - timedelta(hours=2)).exists()


def test_answers_are_told_whatever_has_become_of_their_columns(client, daily):
    client.post(reverse("schedule_edit", args=[daily.pk]), sent())
    DefinitionVersion.objects.update(columns=[{"name": "Region", "type": "integer"}])
    assert "<dd>North</dd>" in page(client, "schedule", daily.pk)


def test_one_that_is_paused_stays_so_when_it_is_edited(client, daily):
    daily.pause()
    client.post(reverse("schedule_edit", args=[daily.pk]), sent())
    daily.refresh_from_db()
    assert (daily.state, daily.next_at) == (ScheduleState.PAUSED, None)


def test_pause_and_resume(client, daily):
    client.post(reverse("schedule_pause", args=[daily.pk]))
    assert Schedule.objects.get().next_at is None and "Resume" in page(client, "schedule", daily.pk)
    Schedule.objects.update(failures=3, problem=Problem("schedule_failed", count=3).as_json())
    assert "has failed 3 times" in page(client, "schedules")
    client.post(reverse("schedule_resume", args=[daily.pk]))
    daily.refresh_from_db()
    assert (daily.state, daily.failures, daily.problem) == (ScheduleState.ACTIVE, 0, None)
    assert daily.next_at == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_one_whose_definition_is_gone_says_so_and_is_not_resumed(client, daily, monthly):
    daily.pause()
    monthly.delete()
    assert client.get(reverse("schedule", args=[daily.pk])).status_code == 200
    answer = client.post(reverse("schedule_resume", args=[daily.pk]), follow=True).content.decode()
    assert "has been deleted" in answer
    assert (
        "nothing can be edited" in client.get(reverse("schedule_edit", args=[daily.pk]), follow=True).content.decode()
    )
    assert not Schedule.objects.get().is_active


@pytest.mark.parametrize(("route", "origin"), [("schedule_run", Origin.HAND), ("schedule_trial", Origin.TRIAL)])
def test_a_report_is_made_at_once(client, daily, route, origin):
    answer = client.post(reverse(route, args=[daily.pk]))
    slot = daily.slots.get()
    assert (slot.origin, slot.state) == (origin, SlotState.ASKED)
    assert answer.url == reverse("report", args=[slot.report_id])
    client.post(reverse(route, args=[daily.pk]))
    assert Report.objects.count() == 1


def test_why_none_can_be_made_at_once_is_told(client, daily, monthly):
    monthly.current.dataset.delete()
    answer = client.post(reverse("schedule_run", args=[daily.pk]), follow=True).content.decode()
    assert "has been deleted" in answer
    assert daily.slots.get().state == SlotState.FAILED


def test_the_history_tells_each_slot(client, daily):
    report = ReportFactory(owner=daily.owner, state=State.READY)
    some = [
        (SlotState.MADE, None, report, "Sales by region"),
        (SlotState.HELD, Problem("slot_no_rows"), None, "It has no rows."),
        (SlotState.SKIPPED, Problem("slot_missed"), None, "The portal was not running"),
        (SlotState.FAILED, Problem("too_large", megabytes=5), None, "more than 5 MB"),
    ]
    for day, (state, problem, made, _words) in enumerate(some):
        told = problem and problem.as_json()
        Slot.objects.create(
            schedule=daily, moment=NOW - day * timedelta(days=1), state=state, problem=told, report=made
        )
    told = Problem("webhook_refused", answer="no").as_json()
    Delivery.objects.create(
        report=report, owner=daily.owner, channel="folder", recipient="a", state="failed", problem=told
    )
    shown = page(client, "schedule", daily.pk)
    assert "The receiver refused it: no" in shown and f"/reports/{report.pk}/#sent" in shown
    assert [words for *_, words in some if words not in shown] == []


def test_deleting_it_keeps_its_reports(client, daily):
    client.post(reverse("schedule_run", args=[daily.pk]))
    client.post(reverse("schedule_delete", args=[daily.pk]))
    assert not Schedule.objects.exists() and Report.objects.count() == 1


@pytest.mark.parametrize("route", ["schedules", "schedule"])
def test_more_rows_are_no_more_queries(client, daily, monthly, django_assert_max_num_queries, route):
    def add(n: int) -> None:
        for place in range(n):
            other = schedule_of(monthly, name=f"{route} {place}")
            for schedule in (daily, other):
                report = ReportFactory(owner=daily.owner)
                Slot.objects.create(schedule=schedule, moment=NOW - (n * 50 + place) * timedelta(days=1), report=report)

    add(1)
    args = [daily.pk] if route == "schedule" else []
    with django_assert_max_num_queries(100) as few:
        client.get(reverse(route, args=args))
    add(10)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse(route, args=args))


@pytest.mark.parametrize("values", [{"rule": "now and then"}, {"time_zone": "Mars/Phobos"}])
def test_what_is_not_known_any_more_can_be_looked_at_and_mended(client, daily, values):
    Schedule.objects.update(**values)
    assert client.get(reverse("schedules")).status_code == 200
    assert client.get(reverse("schedule", args=[daily.pk])).status_code == 200
    assert client.get(reverse("schedule_edit", args=[daily.pk])).status_code == 200
    assert client.post(reverse("schedule_edit", args=[daily.pk]), sent()).status_code == 303
