"""How long steps take, added up as they end: nobody has to read all the rows to know."""

from bisect import bisect_left
from math import inf

from django.db import models
from django.db.models import F

# The upper ends of the intervals, in seconds.
BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, inf)


class StepTimeQuerySet(models.QuerySet):
    def add(self, step: str, is_preview: bool, seconds: float) -> None:
        interval = {"step": step, "is_preview": is_preview, "up_to": BUCKETS[bisect_left(BUCKETS, seconds)]}
        sums = {"count": F("count") + 1, "seconds": F("seconds") + seconds}
        if not self.filter(**interval).update(**sums):
            self.get_or_create(**interval)
            self.filter(**interval).update(**sums)


class StepTime(models.Model):
    """The finished steps of a name that took `up_to` seconds at most, and longer than the next smaller interval.

    count: how many they are.  seconds: the sum of their times.
    """

    id = models.BigAutoField(primary_key=True)
    step = models.CharField(max_length=12)
    is_preview = models.BooleanField()
    up_to = models.FloatField()
    count = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)

    objects = StepTimeQuerySet.as_manager()

    class Meta:
        ordering = ["step", "is_preview", "up_to"]
        constraints = [models.UniqueConstraint(fields=["step", "is_preview", "up_to"], name="one_row_per_interval")]

    def __str__(self) -> str:
        return f"{self.step} {self.up_to}"
