"""Addresses outside the portal's own pages: of a report for whoever has the link, and of the end of emails."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from reports.models import Delivery, ShareLink
from reports.models.share_link import USUAL_DAYS
from reports.problems import Problem

UNSUBSCRIBE = "reports.unsubscribe"


def link_of(delivery: Delivery) -> str:
    """The address of a link of its own, the same each time.  Raises Problem when nobody knows where the portal is."""
    if not delivery.portal:
        raise Problem("no_portal_address")
    fresh = {
        "report": delivery.report,
        "owner": delivery.owner,
        "expires_at": timezone.now() + timedelta(days=USUAL_DAYS),
    }
    link, _made = ShareLink.objects.get_or_create(delivery=delivery, defaults=fresh)
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
