"""Addresses outside the portal's own pages: of a report for whoever has the link, and of the end of emails."""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse

from reports import shared_time
from reports.models import Delivery, ShareLink
from reports.models.share_link import USUAL_DAYS
from reports.problems import Problem

UNSUBSCRIBE = "reports.unsubscribe"


def link_of(delivery: Delivery) -> str:
    """The address of a link of its own, the same in each attempt, unless it has expired meanwhile.  Raises Problem
    when nobody knows where the portal is, or somebody has ended the link since it was asked for."""
    if not delivery.portal:
        raise Problem("no_portal_address")
    links = ShareLink.objects.filter(delivery=delivery)
    if links.filter(revoked_at__gte=delivery.requested_at).exists():
        raise Problem("link_ended")
    with transaction.atomic():
        link = links.usable().first()
        if link is None:
            links.delete()
            week = shared_time.now() + timedelta(days=USUAL_DAYS)
            link = ShareLink.objects.create(
                delivery=delivery, report=delivery.report, owner=delivery.owner, expires_at=week
            )
    return address_of(link, delivery.portal)


def address_of(link: ShareLink, portal: str) -> str:
    return portal + reverse("share_link", args=[link.pk, link.token])


def unsubscribe_address(address: str, portal: str) -> str:
    return portal and portal + reverse("unsubscribe", args=[signing.dumps(address, salt=UNSUBSCRIBE)])


def unsubscriber(token: str) -> str | None:
    """The address that a token is of; None when the portal has not made it."""
    try:
        return signing.loads(token, salt=UNSUBSCRIBE)
    except signing.BadSignature:
        return None
