"""When a host may be asked next, for where no Redis keeps it."""

from django.db import models, transaction

# A host that has not been asked for so long has no pace any more.
FORGOTTEN_SECONDS = 3600


class HostPaceQuerySet(models.QuerySet):
    def put_off(self, host: str, now: float, free_at_of) -> float:
        """Change when a host is free again to `free_at_of(before)`, alone; returns what it was before, `now` at least.

        `free_at_of` may raise, and then nothing is changed.
        """
        with transaction.atomic():
            self.filter(free_at__lt=now - FORGOTTEN_SECONDS).delete()
            self.get_or_create(host=host)
            pace = self.select_for_update().get(host=host)
            before = max(pace.free_at, now)
            pace.free_at = free_at_of(before)
            pace.save()
            return before


class HostPace(models.Model):
    """free_at: when all that was asked of the host so far has been paid for, in seconds since 1970."""

    host = models.CharField(primary_key=True, max_length=255)
    free_at = models.FloatField(default=0)

    objects = HostPaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.host
