"""From schedules whose time has come to slots, from slots to reports, and from ended reports to what became of a slot.

Beat only ticks.  A row per schedule and moment, unique, says that its time has come round; each change of it is an
update filtered on its state.  So all of this may run many times at once and be killed anywhere: what was claimed and
not asked for is WAITING, what was asked for is ASKED, and the next tick goes on from there.
"""

import logging
import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from reports import shared_time
from reports.lifecycle.burst import judge_values, keep_burst
from reports.lifecycle.definitions import form_kept, trouble_of, wanted_from
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.judge import fail, judge_some
from reports.lifecycle.limits import PASSING
from reports.lifecycle.paused import pause
from reports.lifecycle.request import keep_report
from reports.lifecycle.times import INSTANT, end_of, next_time, rule_of
from reports.models import Burst, Definition, Report, Schedule, Slot
from reports.models.person import name_of
from reports.models.schedule import CatchUp, Origin, SlotState
from reports.problems import Problem
from reports.rules import between

# A time that came round longer ago than this was missed; before, the workers were only busy.
GRACE = timedelta(minutes=15)
# Whether there is room for a report by now is looked at so often.
ROOM_AFTER = timedelta(minutes=1)
# After a long time without the portal, so many of the newest missed times have a slot of their own.
MOST_MISSED = 100
# So many rows are locked at once: a page that writes waits for no longer than that takes.
CLAIMED, ASKED = 500, 20
# A tick leaves the rest to the next one, so that it does not keep a worker from previews.
SECONDS = 8
logger = logging.getLogger(__name__)


def tick(now: datetime | None = None) -> None:
    """Claim what is due, ask for the reports of what is claimed, and judge those that have ended."""
    deadline = time.monotonic() + SECONDS
    claim(now or shared_time.now())
    asked = judged = False
    while time.monotonic() < deadline and _ask_some():
        asked = True
    if asked:
        dispatch()
    while time.monotonic() < deadline and judge_some() + judge_values():
        judged = True
    if judged:
        dispatch()


# Claim


def claim(now: datetime) -> None:
    """A slot for every time that has come round by now; returns when there is none without."""
    while _claim_some(now):
        pass


def _claim_some(now: datetime) -> int:
    with transaction.atomic():
        due = list(Schedule.objects.due(now).select_for_update(skip_locked=True)[:CLAIMED])
        slots = []
        for schedule in due:
            try:
                slots += _slots_of(schedule, now)
                schedule.next_at = next_time(schedule, now)
            except Problem as problem:
                pause(schedule, problem)
                schedule.next_at = None
        Slot.objects.bulk_create(slots, ignore_conflicts=True)
        Schedule.objects.bulk_update(due, ["next_at"])
    return len(due)


def _slots_of(schedule: Schedule, now: datetime) -> list[Slot]:
    """Those of the times since `next_at`, of which some may have been missed."""
    rule, zone = rule_of(schedule)
    count, newest = 0, deque(maxlen=MOST_MISSED)
    for moment in between(rule, zone, schedule.next_at - INSTANT, min(now, end_of(schedule, zone))):
        count += 1
        newest.append(moment)
    slots = [Slot(schedule=schedule, moment=moment) for moment in newest]
    for slot, problem in _skipped(schedule, slots, now):
        slot.state, slot.problem = SlotState.SKIPPED, problem.as_json()
    if count > len(slots):
        problem = Problem("slot_too_many", count=count - len(slots))
        slots[0].state, slots[0].problem = SlotState.SKIPPED, problem.as_json()
    return slots


def _skipped(schedule: Schedule, slots: list[Slot], now: datetime) -> Iterator[tuple[Slot, Problem]]:
    """Which of the times that were missed are not made up for, and why."""
    missed = [slot for slot in slots if slot.moment < now - GRACE]
    if schedule.catch_up == CatchUp.SKIP:
        yield from ((slot, Problem("slot_missed")) for slot in missed)
    elif schedule.catch_up == CatchUp.ONCE:
        yield from ((slot, Problem("slot_covered")) for slot in missed if slot is not slots[-1])


# Ask


def run_now(schedule: Schedule, origin: Origin) -> Slot:
    """A report beside the rule.  While one that was asked for so waits or is being made, it is that one."""
    with transaction.atomic():
        schedule = Schedule.objects.select_for_update().get(pk=schedule.pk)
        open_ones = schedule.slots.filter(origin=origin, state__in=[SlotState.WAITING, SlotState.ASKED])
        made = open_ones.exclude(pk__in=Slot.objects.ended()).first()
        if made:
            return made
        slot = Slot.objects.create(schedule=schedule, moment=shared_time.now(), origin=origin)
        ask(slot)
        transaction.on_commit(dispatch)
    slot.refresh_from_db()
    return slot


def _ask_some() -> int:
    with transaction.atomic():
        slots = list(Slot.objects.due(shared_time.now()).select_for_update(skip_locked=True)[:ASKED])
        schedules = Schedule.objects.with_data().in_bulk({slot.schedule_id for slot in slots})
        for slot in slots:
            slot.schedule = schedules[slot.schedule_id]
            ask(slot)
    return len(slots)


def ask(slot: Slot) -> None:
    """Keep the request for the report of a waiting slot, or say why there is none; or why it goes on waiting."""
    schedule = slot.schedule
    if slot.origin == Origin.CLOCK and not schedule.is_active:
        slot.change(SlotState.WAITING, SlotState.SKIPPED, problem=Problem("slot_paused").as_json())
        return
    try:
        with transaction.atomic():
            if not slot.change(SlotState.WAITING, SlotState.ASKED, problem=None, **_kept(slot)):
                raise Problem("unexpected")
    except Problem as problem:
        if problem.code in PASSING:
            _wait(slot, problem)
        else:
            fail(slot, SlotState.WAITING, problem)
    except Exception:
        logger.exception("No report could be asked for slot %s", slot.pk)
        fail(slot, SlotState.WAITING, Problem("unexpected"))


def _wait(slot: Slot, problem: Problem) -> None:
    """Its owner has as much as they may have: nothing is lost, and it is made once there is room."""
    slot.change(
        SlotState.WAITING, SlotState.WAITING, problem=problem.as_json(), not_before=shared_time.now() + ROOM_AFTER
    )


def _kept(slot: Slot) -> dict[str, Report | Burst]:
    """The request for what a slot makes.  Its periods are those of the day on which it was due, however late it is.

    Raises Problem.
    """
    schedule = slot.schedule
    owner = schedule.owner
    rule_of(schedule)
    if not owner.is_active:
        raise Problem("schedule_owner", name=name_of(owner))
    definition = Definition.objects.visible_to(owner).with_data().filter(pk=schedule.definition_id).first()
    if definition is None:
        raise Problem("schedule_no_definition", definition=schedule.definition_name)
    trouble = trouble_of(definition)
    if trouble:
        raise trouble
    form = form_kept(definition.current, schedule.answers)
    if not form.is_valid():
        labels = ", ".join(form.fields[name].label for name in form.errors)
        raise Problem("schedule_answers", labels=labels)
    wanted = wanted_from(definition.current, owner, form, language=schedule.language)
    wanted |= {"time_zone": schedule.time_zone, "moment": slot.moment}
    if schedule.burst_column:
        del wanted["password"]
        return {"burst": keep_burst(schedule, **wanted)}
    return {"report": keep_report(**wanted)}
