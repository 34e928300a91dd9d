"""What became of the slots whose report, or burst, has ended.

A report that is HELD back is no news for its owner, and is not delivered; nor is a trial.
"""

import logging

from django.db import transaction
from django.db.models import F

from reports.lifecycle.condition import figure_before, figure_of, reason_to_hold
from reports.lifecycle.deliver import keep_deliveries
from reports.lifecycle.paused import pause
from reports.models import Burst, Report, Schedule, Slot, State
from reports.models.schedule import MOST_FIGURE, Origin, SlotState
from reports.problems import Problem

# So many rows are locked at once: a page that writes waits for no longer than that takes.
JUDGED = 20
# What no later time can mend by itself.
PAUSING = (
    "schedule_no_definition",
    "schedule_questions",
    "schedule_answers",
    "schedule_zone",
    "schedule_rule",
    "schedule_owner",
)

logger = logging.getLogger(__name__)


def judge_some() -> int:
    with transaction.atomic():
        ended = Slot.objects.ended().order_by("moment").select_for_update(skip_locked=True, of=("self",))
        slots = list(ended.select_related("schedule__owner", "report", "burst")[:JUDGED])
        for slot in slots:
            try:
                with transaction.atomic():
                    _judge(slot)
            except Exception:
                logger.exception("Slot %s could not be judged", slot.pk)
                fail(slot, SlotState.ASKED, Problem("unexpected"))
    return len(slots)


def _judge(slot: Slot) -> None:
    if slot.burst:
        _judge_burst(slot)
        return
    report, schedule = slot.report, slot.schedule
    if report is None or report.state == State.CANCELLED:
        slot.change(SlotState.ASKED, SlotState.SKIPPED, problem=Problem("slot_cancelled").as_json())
        return
    if report.state == State.FAILED:
        fail(slot, SlotState.ASKED, Problem(report.problem["code"], **report.problem["params"]))
        return
    try:
        reason = reason_to_hold(schedule, report, figure_before(slot))
    except Problem as problem:
        fail(slot, SlotState.ASKED, problem)
        return
    state = SlotState.HELD if reason else SlotState.MADE
    figure = str(figure_of(report, schedule.figure) or 0)[:MOST_FIGURE]
    if slot.change(SlotState.ASKED, state, problem=reason and reason.as_json(), figure=figure):
        Schedule.objects.filter(pk=schedule.pk).update(failures=0)
        if state == SlotState.HELD:
            Report.objects.filter(pk=report.pk).see()
        elif slot.origin != Origin.TRIAL:
            _deliver(slot)


def _judge_burst(slot: Slot) -> None:
    """Its values are judged each by itself.  It has failed when none could be made."""
    burst = slot.burst
    counts = burst.counts()
    if burst.state == State.FAILED:
        fail(slot, SlotState.ASKED, Problem(burst.problem["code"], **burst.problem["params"]))
    elif counts["made"]:
        problem = Problem("burst_failed", **counts).as_json() if counts["failed"] else None
        if slot.change(SlotState.ASKED, SlotState.MADE, problem=problem):
            Schedule.objects.filter(pk=slot.schedule_id).update(failures=0)
    elif counts["failed"]:
        fail(slot, SlotState.ASKED, Problem("burst_failed", **counts))
    elif burst.rows == 0:
        slot.change(SlotState.ASKED, SlotState.HELD, problem=Problem("slot_no_rows").as_json())
        Burst.objects.filter(pk=burst.pk).see()
    else:
        slot.change(SlotState.ASKED, SlotState.SKIPPED, problem=Problem("slot_cancelled").as_json())


def _deliver(slot: Slot) -> None:
    """The report is made, whatever becomes of what is sent: the slot says why nothing is."""
    try:
        keep_deliveries(slot.report, slot.schedule.deliveries, slot.schedule.owner)
        return
    except Problem as error:
        problem = error
    except Exception:
        logger.exception("What slot %s has made could not be sent", slot.pk)
        problem = Problem("unexpected")
    Slot.objects.filter(pk=slot.pk).update(problem=problem.as_json())


def fail(slot: Slot, before: SlotState, problem: Problem) -> None:
    """Also counts, and pauses the schedule when it is enough; what somebody asked for by hand is not counted."""
    with transaction.atomic():
        if not slot.change(before, SlotState.FAILED, problem=problem.as_json()) or slot.origin != Origin.CLOCK:
            return
        Schedule.objects.filter(pk=slot.schedule_id).update(failures=F("failures") + 1)
        schedule = Schedule.objects.get(pk=slot.schedule_id)
        if problem.code in PAUSING:
            pause(schedule, problem)
        elif schedule.failures >= schedule.most_failures:
            pause(schedule, Problem("schedule_failed", count=schedule.failures))
