"""What is kept for a time only: PDFs, old versions of datasets, and the audit log.

A row stays when its files go, and says so.  Nothing expires that is still on its way to somebody, or that something
else is to be made of; docs/operations.md has the rules in words.  Safe to run any number of times at once.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from reports import artifacts, shared_time
from reports.lifecycle.cancel import delete_folders
from reports.models import (
    Act,
    Burst,
    BurstValue,
    Dataset,
    Delivery,
    Description,
    Export,
    Report,
    Slot,
    Snapshot,
    State,
    Validation,
)
from reports.models.job import Job, JobQuerySet
from reports.models.schedule import SlotState

# So many rows change in a transaction, and so many transactions are made at a tick of the clock: the queue of previews
# is not held up by a portal that has decided to keep less.
SOME = 500
MOST_ROUNDS = 10
STOPPED = (State.FAILED, State.CANCELLED)
ENDED = (State.READY, *STOPPED)


def expire() -> None:
    for days, forget in (
        (settings.KEEP_REPORTS_DAYS, expire_reports),
        (settings.KEEP_REPORTS_DAYS, clear_stopped),
        (settings.KEEP_SNAPSHOTS_DAYS, expire_snapshots),
        (settings.KEEP_AUDIT_DAYS, forget_acts),
    ):
        for _round in range(MOST_ROUNDS if days else 0):
            if forget(before=shared_time.now() - timedelta(days=days)) < SOME:
                break


def expire_reports(before: datetime) -> int:
    """Some of those that were made before a moment; returns how many."""
    made = Report.objects.listed_of_all().filter(state=State.READY, finished_at__lt=before, is_kept=False)
    for awaited in (Delivery, Export, Validation):
        made = made.exclude(Exists(awaited.objects.unfinished().filter(report=OuterRef("pk"))))
    made = made.exclude(Exists(Slot.objects.filter(state=SlotState.ASKED, report=OuterRef("pk"))))
    unjudged = BurstValue.objects.filter(is_judged=False, burst__slot__isnull=False)
    made = made.exclude(Exists(unjudged.filter(report=OuterRef("pk"))))
    with transaction.atomic():
        return _clear(_some_of(made), state=State.EXPIRED)


def clear_stopped(before: datetime) -> int:
    """Some of those that failed or were cancelled lose what they would go on with: asked again, they begin anew."""
    stopped = Report.objects.listed_of_all().filter(state__in=STOPPED, finished_at__lt=before)
    with transaction.atomic():
        return _clear(_some_of(stopped.exclude(artifacts={})))


def expire_snapshots(before: datetime) -> int:
    """Some of those that a newer version has replaced before a moment, and that nothing is to be made of any more;
    returns how many."""
    ready = Snapshot.objects.filter(dataset=OuterRef("dataset"), state=State.READY, finished_at__lt=before)
    last = ready.order_by("-finished_at").values("number")[:1]
    old = Snapshot.objects.filter(state__in=ENDED, finished_at__lt=before, number__lt=Subquery(last))
    old = old.exclude(Exists(Dataset.objects.filter(Q(current=OuterRef("pk")) | Q(held=OuterRef("pk")))))
    for name, users in (("snapshot", Report), ("snapshot", Burst), ("mapping", Burst)):
        old = old.exclude(Exists(_may_be_made(users).filter(**{name: OuterRef("pk")})))
    with transaction.atomic():
        found = _some_of(old)
        described = Description.objects.filter(snapshot__in=found)
        homes = [artifacts.home_of(description) for description in described]
        described.delete()
        transaction.on_commit(lambda: delete_folders(homes))
        # The file that somebody brought may be a later version's, too: when it is nobody's, the sweeper finds that.
        return _clear(found, state=State.EXPIRED, original="")


def _may_be_made(tickets: type[Report | Burst]) -> JobQuerySet:
    """Those that may still be made, or made again.  What has failed is given up when it would have expired."""
    known = tickets.objects.exclude(state=State.EXPIRED)
    if settings.KEEP_REPORTS_DAYS:
        before = shared_time.now() - timedelta(days=settings.KEEP_REPORTS_DAYS)
        known = known.exclude(state__in=STOPPED, finished_at__lt=before)
    # A burst that was split is made; each of its reports has the snapshot by itself.
    return known.exclude(state=State.READY) if tickets is Burst else known


def _some_of(jobs: JobQuerySet) -> list[Job]:
    """The oldest, which nobody else clears meanwhile."""
    return list(jobs.order_by("finished_at").select_for_update(skip_locked=True, of=("self",)).only("pk")[:SOME])


def _clear(jobs: list[Job], **values) -> int:
    """The rows go first, as when something is deleted."""
    homes = [artifacts.home_of(job) for job in jobs]
    if jobs:
        type(jobs[0]).objects.filter(pk__in=[job.pk for job in jobs]).update(artifacts={}, **values)
        transaction.on_commit(lambda: delete_folders(homes))
    return len(jobs)


def forget_acts(before: datetime) -> int:
    """Some of those that were done before a moment; returns how many."""
    found = list(Act.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:SOME])
    Act.objects.filter(pk__in=found).delete()
    return len(found)
