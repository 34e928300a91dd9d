"""Tell people by email that a report which took long has ended, if they want that and have not seen it themselves, and
that new data of theirs is held back."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from reports import shared_time
from reports.lifecycle.post import post
from reports.models import Dataset, Delivery, Report
from reports.models.delivery import Channel
from reports.models.report import TOLD
from reports.problems import Problem
from reports.tasks import send_dataset_held

LONG = timedelta(minutes=1)
# What has ended longer ago is no news; nor is it sent by a portal that was away.
RECENT = timedelta(hours=1)
# So many at a time.
MOST = 200


def keep_notices() -> None:
    """One for each report: the ledger has a place for one.  Schedules have deliveries, and need none."""
    ended = Report.objects.awaited().filter(
        is_preview__in=[False],
        state__in=TOLD,
        finished_at__gte=shared_time.now() - RECENT,
        finished_at__gt=F("requested_at") + LONG,
        slot=None,
    )
    fresh = ended.exclude(deliveries__channel=Channel.NOTICE).select_related("owner")
    notices = [
        Delivery(
            report=report,
            owner=report.owner,
            channel=Channel.NOTICE,
            recipient=report.owner.email.lower(),
            portal=settings.PUBLIC_URL,
            step="deliver",
        )
        for report in fresh[:MOST]
    ]
    Delivery.objects.bulk_create(notices, ignore_conflicts=True)


def tell_of_held() -> None:
    """One letter about each dataset whose source has brought what waits for a decision; whoever brought a file sees it
    on the page.  A letter that the broker does not take is sent the next time."""
    held = Dataset.objects.exclude(held=None).exclude(held__source_code="").filter(held_told=False)
    for dataset in held[:MOST]:
        with suppress(Problem), transaction.atomic():
            if Dataset.objects.filter(pk=dataset.pk, held=dataset.held_id, held_told=False).update(held_told=True):
                post(send_dataset_held, str(dataset.pk), settings.PUBLIC_URL)
