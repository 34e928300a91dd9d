"""Links by which anybody may read one report, for a while."""

import uuid

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from reports import shared_time
from reports.models.access import owned_delivery
from reports.models.delivery import Delivery
from reports.models.job import State
from reports.models.report import Report

MOST_DAYS = 365
USUAL_DAYS = 7


class ShareLinkQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(owned_delivery(person))

    def usable(self):
        return self._good().filter(report__state=State.READY)

    def outlived(self):
        """Those that would be usable if their report had not expired."""
        return self._good().filter(report__state=State.EXPIRED)

    def _good(self):
        fresh = self.filter(revoked_at=None, expires_at__gt=shared_time.now())
        return fresh.filter(Q(most_downloads=None) | Q(downloads__lt=F("most_downloads")))


class ShareLink(models.Model):
    """delivery: what carried it to somebody; None when a person handed it on.

    password: hashed as accounts' are; empty when none is asked for.
    downloads: how often the PDF was taken; with `most_downloads` the link ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="links")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="links")
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, null=True, blank=True, related_name="link")
    password = models.CharField(max_length=128, blank=True)
    expires_at = models.DateTimeField()
    most_downloads = models.PositiveIntegerField(null=True, blank=True)
    downloads = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return str(self.report)

    @property
    def token(self) -> str:
        """Its secret.  It is stored nowhere: the portal's key makes it of this row."""
        return salted_hmac("reports.share_link", f"{self.pk} {self.report_id}", algorithm="sha256").hexdigest()

    def is_opened_by(self, token: str) -> bool:
        return constant_time_compare(token, self.token)

    def has_password(self, password: str) -> bool:
        return check_password(password, self.password)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= shared_time.now()

    @property
    def is_used_up(self) -> bool:
        return self.most_downloads is not None and self.downloads >= self.most_downloads

    def revoke(self) -> None:
        ShareLink.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=shared_time.now())

    def take(self) -> bool:
        """Count a download.  Whether there was one left."""
        usable = ShareLink.objects.usable().filter(pk=self.pk)
        return usable.update(downloads=F("downloads") + 1, used_at=shared_time.now()) == 1
