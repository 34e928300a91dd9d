"""One PDF for each value of a column: ask for them, send each to its own recipients, and try again what has failed."""

import logging

from django.conf import settings
from django.db import transaction

from portal import logs
from reports import artifacts, storage
from reports.lifecycle import audit
from reports.lifecycle.cancel import delete_folders
from reports.lifecycle.condition import figure_of, reason_to_hold
from reports.lifecycle.deliver import keep_deliveries
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.limits import refuse_report
from reports.lifecycle.refresh import fresh, read_again_for
from reports.lifecycle.request import ticket_of
from reports.models import Burst, BurstPart, BurstValue, Export, Report, Schedule, Snapshot, State, Validation
from reports.models.act import Did
from reports.models.delivery import Channel
from reports.models.job import UNFINISHED
from reports.models.schedule import Condition, Origin
from reports.problems import Problem

# So many values are judged in a transaction.
SOME = 50

logger = logging.getLogger(__name__)


def keep_burst(schedule: Schedule, **wanted) -> Burst:
    """Keep a request that whoever calls dispatches, or the sweeper; `wanted` as `ticket_of` takes it.  It waits for
    data that its source wants read first.  Raises Problem `burst_mapping`, or when its owner has as much as they may
    have."""
    refuse_report(schedule.owner)
    mapping = _mapping_of(schedule) if schedule.mapping_value else None
    burst = Burst.objects.create(
        **ticket_of(**wanted) | {"snapshot": fresh(wanted["snapshot"])},
        column=schedule.burst_column,
        mapping=mapping,
        mapping_value=schedule.mapping_value,
        mapping_address=schedule.mapping_address,
    )
    with logs.about(**burst.in_logs):
        logger.info("Asked for")
    audit.record(Did.ASKED, burst, person=burst.owner)
    return burst


def _mapping_of(schedule: Schedule) -> Snapshot:
    """The newest reading of the dataset that names the recipients."""
    found = Snapshot.objects.visible_to(schedule.owner).filter(dataset=schedule.mapping_id).order_by("-number")
    snapshot = found.filter(state=State.READY).first()
    names = {column.name for column in snapshot.typed_columns} if snapshot else set()
    if not {schedule.mapping_value, schedule.mapping_address} <= names:
        raise Problem("burst_mapping", dataset=schedule.mapping.name if schedule.mapping else "")
    return snapshot


# Send


def judge_values() -> int:
    """Send what has been made, unless its schedule's condition holds it back; returns how many values were judged."""
    with transaction.atomic():
        made = BurstValue.objects.filter(is_judged=False, report__state=State.READY, burst__slot__isnull=False)
        values = list(
            made.select_related("report", "burst__slot__schedule__owner")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")[:SOME]
        )
        for value in values:
            try:
                with transaction.atomic():
                    problem = _judge(value)
            except Problem as found:
                problem = found
            except Exception:
                logger.exception("Value %s could not be judged", value.pk)
                problem = Problem("unexpected")
            value.is_judged, value.problem = True, problem and problem.as_json()
        BurstValue.objects.bulk_update(values, ["is_judged", "problem"])
    return len(values)


def _judge(value: BurstValue) -> Problem | None:
    """Why it is not sent, if it is not.  Raises Problem."""
    slot = value.burst.slot
    schedule = slot.schedule
    before = _report_before(value) if schedule.condition == Condition.CHANGED else None
    reason = reason_to_hold(schedule, value.report, figure_of(before, schedule.figure) if before else None)
    if reason or slot.origin == Origin.TRIAL:
        return reason
    keep_deliveries(value.report, targets_of(value, schedule), schedule.owner)
    return Problem("burst_no_recipient") if value.burst.mapping_value and not value.recipients else None


def _report_before(value: BurstValue) -> Report | None:
    """What the schedule made of the same value the last time."""
    slots = value.burst.slot.schedule.slots.filter(moment__lt=value.burst.slot.moment)
    same = Report.objects.filter(burst__slot__in=slots, burst_value__value=value.value)
    same = same.filter(state__in=(State.READY, State.EXPIRED))
    return same.order_by("-requested_at").first()


def targets_of(value: BurstValue, schedule: Schedule) -> list[dict]:
    """Where the schedule sends each of them, and the recipients of this one, who get the message of its first email."""
    if not value.recipients:
        return schedule.deliveries
    emails = [target for target in schedule.deliveries if target["channel"] == Channel.EMAIL]
    message = emails[0] if emails else {"subject": "{title}", "text": "", "reply_to": "", "portal": settings.PUBLIC_URL}
    own = {**message, "channel": Channel.EMAIL, "to": value.recipients, "cc": []}
    return [own, *schedule.deliveries]


# What people ask for


def try_again(burst: Burst) -> int:
    """Ask again for all that has failed or was cancelled; returns for how many jobs."""
    with transaction.atomic():
        if burst.state in (State.FAILED, State.CANCELLED):
            read_again_for(burst)
        asked = sum(job.ask_again(job.STEPS[0]) for job in _stopped(burst))
        if asked:
            Burst.objects.filter(pk=burst.pk).update(seen_at=None)
        transaction.on_commit(dispatch)
    return asked


def _stopped(burst: Burst) -> list:
    """The burst, its parts and its reports that stopped; the values of a part that failed are reports of their own."""
    if burst.state in (State.FAILED, State.CANCELLED):
        return [burst]
    stopped = (State.FAILED, State.CANCELLED)
    return [*burst.parts.filter(state=State.CANCELLED), *burst.reports.filter(state__in=stopped)]


def cancel_burst(burst: Burst) -> int:
    """What is made stays; returns how many jobs were still unfinished, and are cancelled now."""
    jobs = [burst, *burst.parts.filter(state__in=UNFINISHED), *burst.reports.filter(state__in=UNFINISHED)]
    cancelled = sum(job.cancel() for job in jobs)
    transaction.on_commit(dispatch)
    return cancelled


def delete_burst(burst: Burst) -> None:
    """The whole of it, with its PDFs.  The rows go first, as in `cancel.delete_report`."""
    with transaction.atomic():
        # Whoever is about to tell of a part comes before this, or not at all.
        for job in (burst, *burst.parts.all()):
            job.cancel()
        reports = list(Report.objects.filter(burst=burst).only("pk"))
        others = [job for model in (Validation, Export) for job in model.objects.filter(report__burst=burst)]
        homes = [artifacts.home_of(job) for job in (burst, *burst.parts.all(), *reports, *others)]
        with logs.about(**burst.in_logs):
            logger.info("Deleted, with %s reports", len(reports))
        audit.record(Did.DELETED, burst)
        burst.reports.all().delete()
        burst.delete()
        transaction.on_commit(lambda: delete_folders(homes))
        transaction.on_commit(dispatch)


def forget_rows(burst: Burst) -> None:
    """The files that its parts read; what failed is made from the snapshot."""
    Burst.objects.filter(pk=burst.pk).update(artifacts={})
    for job in (burst, *BurstPart.objects.filter(burst=burst)):
        storage.delete(artifacts.home_of(job))
