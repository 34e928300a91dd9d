"""How often somebody has tried something lately: what keeps secrets from being guessed, and the portal from being
flooded.

In the database, because several processes answer.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F

from reports import shared_time


class AttemptQuerySet(models.QuerySet):
    def blocked_until(self, key: str, most: int) -> datetime | None:
        """When those of a key are forgotten, if there are `most` or more."""
        known = self.filter(key=key, count__gte=most, until__gt=shared_time.now())
        return known.values_list("until", flat=True).first()

    def count_one(self, key: str, minutes: int) -> None:
        """Those of a key are forgotten `minutes` after the first one."""
        now = shared_time.now()
        self.filter(key=key, until__lte=now).delete()
        first = Attempt(key=key, count=0, until=now + timedelta(minutes=minutes))
        self.bulk_create([first], ignore_conflicts=True)
        self.filter(key=key).update(count=F("count") + 1)

    def take_one_back(self, key: str) -> None:
        """It is not to count."""
        self.filter(key=key, count__gt=0).update(count=F("count") - 1)

    def forget(self) -> None:
        self.filter(until__lte=shared_time.now()).delete()


class Attempt(models.Model):
    """key: whose, or at what."""

    key = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    objects = AttemptQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
