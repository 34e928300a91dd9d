"""How often somebody has tried in vain lately: what keeps secrets from being guessed.

In the database, because several processes answer.
"""

from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone


class FailedTryQuerySet(models.QuerySet):
    def are_too_many(self, key: str, most: int) -> bool:
        return self.filter(key=key, count__gte=most, until__gt=timezone.now()).exists()

    def count_one(self, key: str, minutes: int) -> None:
        """Those of a key are forgotten `minutes` after the first one."""
        now = timezone.now()
        self.filter(key=key, until__lte=now).delete()
        first = FailedTry(key=key, count=0, until=now + timedelta(minutes=minutes))
        self.bulk_create([first], ignore_conflicts=True)
        self.filter(key=key).update(count=F("count") + 1)

    def take_one_back(self, key: str) -> None:
        """It was no failure."""
        self.filter(key=key, count__gt=0).update(count=F("count") - 1)

    def forget(self) -> None:
        self.filter(until__lte=timezone.now()).delete()


class FailedTry(models.Model):
    """key: who, or at what."""

    key = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    objects = FailedTryQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
