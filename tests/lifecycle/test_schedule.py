"""Schedules: a slot for each time, a report for each slot, and what becomes of both."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import translation

from reports.lifecycle import schedule as schedules
from reports.lifecycle.definitions import content_of, revise
from reports.lifecycle.times import next_time
from reports.models import Definition, Delivery, Report, Schedule, Slot, State
from reports.models.schedule import CatchUp, Condition, Origin, ScheduleState, SlotState
from reports.tasks import send_schedule_paused
from tests.factories import PersonFactory, definition_of, schedule_of

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 1, 1, 8, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def letters(monkeypatch):
    """What the broker is given."""
    posted = []
    monkeypatch.setattr("reports.lifecycle.paused.post", lambda letter, *arguments: posted.append(arguments))
    monkeypatch.setattr("reports.lifecycle.schedule.dispatch", lambda: None)
    return posted


@pytest.fixture
def definition() -> Definition:
    return definition_of(PersonFactory(username="alice", email="alice@example.org"))


@pytest.fixture
def daily(definition) -> Schedule:
    return schedule_of(definition)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def history(schedule) -> list[tuple]:
    """(day, state, reason) of each slot, the oldest first."""
    slots = schedule.slots.order_by("moment")
    return [(slot.moment.day, slot.state, slot.problem and slot.problem["code"]) for slot in slots]


def end(slot: Slot, state=State.READY, **values) -> Slot:
    Report.objects.filter(pk=slot.report_id).update(state=state, finished_at=EIGHT, **values)
    schedules.tick(EIGHT)
    return fresh(slot)


def made(schedule, day: int, state=State.READY, **values) -> Slot:
    """The slot of a day of January, whose report has ended so."""
    schedules.tick(EIGHT + (day - 1) * DAY)
    return end(schedule.slots.get(moment=EIGHT + (day - 1) * DAY), state, **values)


def test_a_time_that_comes_round_has_one_slot_and_one_report(daily):
    schedules.tick(EIGHT - MINUTE)
    assert history(daily) == []
    for _ in range(3):
        schedules.tick(EIGHT)
    [slot] = daily.slots.all()
    assert (slot.moment, slot.state, slot.report.owner) == (EIGHT, SlotState.ASKED, daily.owner)
    assert slot.report.definition == daily.definition
    assert Report.objects.count() == 1
    assert fresh(daily).next_at == EIGHT + DAY


def test_a_clock_that_goes_back_makes_nothing_twice(daily):
    schedules.tick(EIGHT)
    Schedule.objects.update(next_at=EIGHT)
    schedules.tick(EIGHT)
    assert Report.objects.count() == 1 and history(daily) == [(1, "asked", None)]


def test_a_slot_that_was_claimed_by_somebody_who_died_is_asked_for(daily):
    schedules.claim(EIGHT)
    assert history(daily) == [(1, "waiting", None)] and not Report.objects.exists()
    schedules.tick(EIGHT + MINUTE)
    assert Report.objects.count() == 1 and history(daily) == [(1, "asked", None)]


def test_periods_are_those_of_the_day_on_which_it_was_due(daily):
    Schedule.objects.update(time_zone="America/Sao_Paulo", next_at=datetime(2026, 3, 1, 1, tzinfo=UTC))
    Schedule.objects.update(rule="day at 22:00")
    schedules.tick(datetime(2026, 3, 20, tzinfo=UTC))
    slot = daily.slots.order_by("moment").last()
    assert slot.report.time_zone == "America/Sao_Paulo"
    assert slot.report.options["filters"][0]["value"] == "2026-02-01..2026-02-28"


def test_the_day_is_that_of_the_time_zone(daily):
    """At 22:00 of the last of February in São Paulo it is March in UTC."""
    Schedule.objects.update(time_zone="America/Sao_Paulo", next_at=datetime(2026, 3, 1, 1, tzinfo=UTC))
    Schedule.objects.update(rule="day at 22:00")
    schedules.tick(datetime(2026, 3, 1, 1, tzinfo=UTC))
    assert daily.slots.get().report.options["filters"][0]["value"] == "2026-01-01..2026-01-31"


def test_answers_are_those_of_the_schedule(daily):
    answers = [
        {"label": "Region", "column": "Region", "test": "equals", "value": "North"},
        {"label": "Period", "column": "Day", "test": "between", "value": "", "said": "this_month"},
    ]
    Schedule.objects.update(answers=answers)
    schedules.tick(EIGHT)
    filters = daily.slots.get().report.options["filters"]
    assert [found["value"] for found in filters] == ["2026-01-01..2026-01-31", "North"]


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        (CatchUp.SKIP, [(1, "skipped", "slot_missed"), (2, "skipped", "slot_missed"), (3, "skipped", "slot_missed")]),
        (CatchUp.ONCE, [(1, "skipped", "slot_covered"), (2, "skipped", "slot_covered"), (3, "asked", None)]),
        (CatchUp.ALL, [(1, "asked", None), (2, "asked", None), (3, "asked", None)]),
    ],
)
def test_after_a_time_without_the_portal(daily, catch_up, expected):
    Schedule.objects.update(catch_up=catch_up)
    schedules.tick(EIGHT + 2 * DAY + timedelta(hours=3))
    assert history(daily) == expected
    assert fresh(daily).next_at == EIGHT + 3 * DAY


@pytest.mark.parametrize("catch_up", [CatchUp.SKIP, CatchUp.ONCE])
def test_a_time_that_has_just_come_round_is_not_missed(daily, catch_up):
    Schedule.objects.update(catch_up=catch_up)
    schedules.tick(EIGHT + DAY + MINUTE)
    assert [state for _, state, _ in history(daily)] == ["skipped", "asked"]


def test_of_a_long_time_the_newest_are_told(daily):
    Schedule.objects.update(catch_up=CatchUp.SKIP, rule="day at 08:00,12:00")
    schedules.tick(EIGHT + 99 * DAY + timedelta(hours=2))
    assert daily.slots.count() == schedules.MOST_MISSED
    oldest = daily.slots.order_by("moment").first()
    with translation.override("en"):
        assert "99 times before this one were missed" in oldest.problem_in_words


def test_it_ends_with_its_last_day(daily):
    Schedule.objects.update(ends_on=date(2026, 1, 2), catch_up=CatchUp.ALL)
    schedules.tick(EIGHT + 9 * DAY)
    assert [day for day, *_ in history(daily)] == [1, 2]
    assert fresh(daily).next_at is None


def test_it_does_not_begin_before_its_first_day(daily):
    assert next_time(daily, EIGHT - 30 * DAY) == EIGHT


def test_a_paused_one_is_left_alone(daily):
    schedules.claim(EIGHT)
    daily.pause()
    schedules.tick(EIGHT + 3 * DAY)
    assert history(daily) == [(1, "skipped", "slot_paused")] and not Report.objects.exists()


def test_a_report_that_is_ready_makes_the_slot(daily):
    assert made(daily, 1, rows=0).state == SlotState.MADE


def test_a_report_that_was_cancelled_or_deleted_is_no_failure(daily):
    assert made(daily, 1, State.CANCELLED).state == SlotState.SKIPPED
    schedules.tick(EIGHT + DAY)
    Report.objects.all().delete()
    schedules.tick(EIGHT + DAY)
    assert history(daily)[1] == (2, "skipped", "slot_cancelled")
    assert fresh(daily).failures == 0


def receipt(total: str) -> dict:
    return {"rows": 3, "columns": [{"name": "Total", "place": 1, "decimals": 2, "filled": 3, "sum": total}]}


@pytest.mark.parametrize(
    ("condition", "figure", "threshold", "rows", "total", "state"),
    [
        (Condition.ROWS, "", None, 0, "0", SlotState.HELD),
        (Condition.ROWS, "", None, 1, "0", SlotState.MADE),
        (Condition.ABOVE, "Total", 100, 3, "100.00", SlotState.HELD),
        (Condition.ABOVE, "Total", 100, 3, "100.01", SlotState.MADE),
        (Condition.BELOW, "", 3, 3, "0", SlotState.HELD),
        (Condition.BELOW, "", 3, 2, "0", SlotState.MADE),
        (Condition.ABOVE, "Margin", 1, 3, "5", SlotState.FAILED),
    ],
)
def test_conditions(daily, condition, figure, threshold, rows, total, state):
    Schedule.objects.update(condition=condition, figure=figure, threshold=threshold)
    assert made(daily, 1, rows=rows, receipt=receipt(total)).state == state


def test_a_change_is_told_from_the_figure_before(daily):
    Schedule.objects.update(condition=Condition.CHANGED, figure="Total", threshold=10)
    totals = ["100", "110", "121.01", "-121.01"]
    states = [made(daily, day, rows=3, receipt=receipt(total)).state for day, total in enumerate(totals, 1)]
    assert states == [SlotState.MADE, SlotState.HELD, SlotState.MADE, SlotState.MADE]
    told = Report.objects.news_for(daily.owner).values_list("pk", flat=True)
    assert set(told) == set(daily.slots.filter(state=SlotState.MADE).values_list("report", flat=True))
    held = daily.slots.get(moment=EIGHT + DAY)
    with translation.override("en"):
        assert held.problem_in_words == "Total is 110; it was 100, which is no change of more than 10 %."


PROBLEM = {"code": "too_large", "params": {"megabytes": 5}}


def test_failures_one_after_the_other_pause_it_and_tell_its_owner(daily, letters, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for day in (1, 2):
            assert made(daily, day, State.FAILED, problem=PROBLEM).state == SlotState.FAILED
        assert fresh(daily).is_active
        made(daily, 3, State.FAILED, problem=PROBLEM)
    found = fresh(daily)
    assert (found.state, found.problem["code"], found.next_at) == (ScheduleState.PAUSED, "schedule_failed", None)
    assert letters == [(str(daily.pk), "")]
    schedules.tick(EIGHT + 5 * DAY)
    assert daily.slots.count() == 3


def test_one_that_succeeds_between_them_begins_the_count_anew(daily):
    for day, state in enumerate([State.FAILED, State.FAILED, State.READY, State.FAILED, State.FAILED], 1):
        made(daily, day, state, problem=PROBLEM, rows=1)
    assert fresh(daily).is_active and fresh(daily).failures == 2


def test_a_definition_that_was_deleted_pauses_it_at_once(daily, letters, django_capture_on_commit_callbacks):
    daily.definition.delete()
    with django_capture_on_commit_callbacks(execute=True):
        schedules.tick(EIGHT)
    found = fresh(daily)
    assert (found.state, found.problem["code"]) == (ScheduleState.PAUSED, "schedule_no_definition")
    assert history(daily) == [(1, "failed", "schedule_no_definition")] and len(letters) == 1


def test_so_does_one_that_is_not_shared_any_more(daily):
    Definition.objects.update(owner=PersonFactory())
    schedules.tick(EIGHT)
    assert fresh(daily).problem["code"] == "schedule_no_definition"


def test_so_does_one_that_asks_for_something_else(daily):
    Schedule.objects.update(answers=[{"label": "Region", "column": "Region", "test": "equals", "value": "North"}])
    content = content_of(daily.definition.current)
    filters = [{**content.options["filters"][1], "test": "contains"}]
    revise(
        daily.definition,
        type(content)(**content.fields | {"options": {**content.options, "filters": filters}}),
        daily.owner,
        began=1,
    )
    schedules.tick(EIGHT)
    assert fresh(daily).problem["code"] == "schedule_questions"


def test_so_does_a_time_zone_that_is_not_known_any_more_and_others_go_on(daily, definition):
    other = schedule_of(definition)
    Schedule.objects.filter(pk=daily.pk).update(time_zone="Mars/Phobos")
    schedules.tick(EIGHT)
    assert fresh(daily).problem["code"] == "schedule_zone"
    assert history(other) == [(1, "asked", None)]


def test_what_is_asked_for_by_hand_is_beside_the_rule(daily):
    slot = schedules.run_now(daily, Origin.TRIAL)
    assert (slot.state, slot.origin) == (SlotState.ASKED, Origin.TRIAL)
    assert schedules.run_now(daily, Origin.TRIAL) == slot
    assert schedules.run_now(daily, Origin.HAND) != slot
    assert end(slot, State.FAILED, problem=PROBLEM).state == SlotState.FAILED
    assert fresh(daily).failures == 0 and daily.slots.filter(origin=Origin.CLOCK).count() == 1


def test_what_was_asked_for_by_hand_and_deleted_is_asked_for_anew(daily):
    slot = schedules.run_now(daily, Origin.HAND)
    Report.objects.all().delete()
    again = schedules.run_now(daily, Origin.HAND)
    assert again != slot and again.report is not None


def test_a_slot_that_cannot_be_judged_keeps_no_other_waiting(definition):
    first, second = schedule_of(definition), schedule_of(definition)
    schedules.tick(EIGHT)
    Report.objects.filter(slot__schedule=first).update(state=State.FAILED, problem=None, finished_at=EIGHT)
    Report.objects.filter(slot__schedule=second).update(state=State.READY, finished_at=EIGHT)
    schedules.tick(EIGHT)
    assert (history(first), history(second)) == ([(1, "failed", "unexpected")], [(1, "made", None)])


def test_the_letter_says_why_in_the_language_of_its_owner(daily, settings):
    Schedule.objects.update(language="pt-br")
    daily.definition.delete()
    schedules.tick(EIGHT)
    send_schedule_paused(str(daily.pk), "https://prelo.example")
    [letter] = mail.outbox
    assert letter.to == ["alice@example.org"]
    assert letter.subject == "O agendamento “Every morning” está pausado"
    assert f"https://prelo.example/schedules/{daily.pk}/" in letter.body
    assert "foi excluída" in letter.body


def test_one_that_runs_again_is_nothing_to_write_about(daily):
    send_schedule_paused(str(daily.pk), "")
    assert mail.outbox == []


def sent(*to: str) -> dict:
    fields = {"cc": [], "reply_to": "", "subject": "{title}", "text": "", "portal": ""}
    return {"channel": "email", "to": list(to), **fields}


LINK = {"channel": "link", "days": 7, "most_downloads": None, "password": ""}


def test_what_is_made_is_sent_to_its_places_once(daily):
    Schedule.objects.update(deliveries=[sent("ben@example.org", "cid@example.org"), LINK])
    slot = made(daily, 1)
    schedules.tick(EIGHT)
    assert sorted(slot.report.deliveries.values_list("recipient", "owner")) == [
        ("ben@example.org", daily.owner_id),
        ("cid@example.org", daily.owner_id),
    ]
    assert slot.report.links.count() == 1


@pytest.mark.parametrize(("state", "rows"), [(State.READY, 0), (State.FAILED, 0), (State.CANCELLED, 5)])
def test_what_is_held_back_or_not_made_is_sent_to_nobody(daily, state, rows):
    Schedule.objects.update(deliveries=[sent("ben@example.org"), LINK], condition=Condition.ROWS)
    problem = {"code": "unexpected", "params": {}} if state == State.FAILED else None
    slot = made(daily, 1, state, rows=rows, problem=problem)
    assert slot.state != SlotState.MADE
    assert not Delivery.objects.exists() and not slot.report.links.exists()


@pytest.mark.parametrize(("origin", "count"), [(Origin.HAND, 1), (Origin.TRIAL, 0)])
def test_a_trial_is_for_its_owner_alone(daily, origin, count):
    Schedule.objects.update(deliveries=[sent("ben@example.org")])
    end(schedules.run_now(daily, origin))
    assert Delivery.objects.count() == count


def test_what_cannot_be_sent_is_said_and_the_report_is_made(daily, settings):
    settings.MAX_RECIPIENTS = 1
    Schedule.objects.update(deliveries=[sent("ben@example.org", "cid@example.org")])
    slot = made(daily, 1)
    assert (slot.state, slot.problem["code"]) == (SlotState.MADE, "too_many_recipients")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("pattern", "code"), [("{title}/" * 14 + "x", "path_long"), (None, "unexpected")], ids=["too long", "a bug"]
)
def test_whatever_keeps_it_from_being_sent_the_report_is_made(daily, pattern, code):
    Schedule.objects.update(deliveries=[{"channel": "folder", "pattern": pattern}])
    slot = made(daily, 1, title="Sales by region and quarter of the year")
    assert (slot.state, slot.problem["code"]) == (SlotState.MADE, code)
    assert not Delivery.objects.exists()
