"""Send a finished report to people and programs, or make a link to it.

What is wanted is a list of targets, as a form or a schedule has them:

    {"channel": "email", "to": [...], "cc": [...], "reply_to": "", "subject": "{title}", "text": "", "portal": "..."}
    {"channel": "webhook", "url": "https://...", "secret": sealed, "portal": "..."}
    {"channel": "folder", "pattern": "{title}-{date}.pdf"}
    {"channel": "link", "days": 7, "most_downloads": None, "password": hashed}

Those of a schedule have an id besides.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from reports import shared_time
from reports.delivery.folder import path_for
from reports.lifecycle import audit
from reports.lifecycle.dispatch import dispatch
from reports.models import Delivery, Report, ShareLink, State
from reports.models.act import Did
from reports.models.delivery import Channel
from reports.problems import Problem

LINK = "link"


def deliver(report: Report, targets: list[dict], sender: AbstractBaseUser) -> int:
    """Keep the deliveries, as `keep_deliveries` does; they are published once the transaction is committed."""
    with transaction.atomic():
        asked = keep_deliveries(report, targets, sender)
        transaction.on_commit(dispatch)
    return asked


def keep_deliveries(report: Report, targets: list[dict], sender: AbstractBaseUser) -> int:
    """How many are asked for now: whoever has the report already, or is about to, does not get it twice, and one that
    has failed is tried again.  Whoever calls this dispatches, or the sweeper.  Raises Problem, and keeps nothing."""
    asked = 0
    with transaction.atomic():
        for target in targets:
            if target["channel"] == LINK:
                make_link(report, target, sender)
                continue
            content = {name: value for name, value in target.items() if name not in ("id", "channel", "portal")}
            known = {"owner": sender, "content": content, "portal": target.get("portal", "")}
            for recipient in recipients_of(target, report):
                asked += _ask(report, target["channel"], recipient, known)
    return asked


def recipients_of(target: dict, report: Report) -> Iterator[str]:
    """Raises Problem when they are too many, or a path leads elsewhere."""
    match target["channel"]:
        case Channel.EMAIL:
            addresses = [*target["to"], *target["cc"]]
            if len(addresses) > settings.MAX_RECIPIENTS:
                raise Problem("too_many_recipients", count=len(addresses), most=settings.MAX_RECIPIENTS)
            yield from addresses
        case Channel.WEBHOOK:
            yield target["url"]
        case Channel.FOLDER:
            yield path_for(target["pattern"], report)


def _ask(report: Report, channel: str, recipient: str, known: dict) -> bool:
    """Whether it is asked for now."""
    delivery, made = Delivery.objects.get_or_create(report=report, channel=channel, recipient=recipient, defaults=known)
    if not made:
        # Somebody else may have asked again since it was read: then theirs is on its way.
        failed = Delivery.objects.filter(pk=delivery.pk, epoch=delivery.epoch, state=State.FAILED)
        if failed.update(**known) == 0 or not delivery.ask_again("deliver"):
            return False
    audit.record(Did.SENT, report, person=known["owner"], detail=delivery.to)
    return True


def make_link(report: Report, target: dict, owner: AbstractBaseUser) -> ShareLink:
    with transaction.atomic():
        audit.record(Did.MADE_LINK, report, person=owner)
        return ShareLink.objects.create(
            report=report,
            owner=owner,
            password=target["password"],
            most_downloads=target["most_downloads"],
            expires_at=shared_time.now() + timedelta(days=target["days"]),
        )
