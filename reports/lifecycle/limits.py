"""What one person may have at a time, where the operator has set a limit.  Staff have none: they see to everybody's.

What is deleted by itself, previews and exports, does not count.
"""

from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max, Sum

from reports.models import Attempt, Burst, Report, Snapshot, State
from reports.models.person import name_of
from reports.problems import Problem

MEGABYTE = 1024 * 1024
# The problems that pass when a person, or time, has made room.
PASSING = ("limit_waiting", "limit_stored")


class Use(NamedTuple):
    """Of the bytes that a person may have stored."""

    used: int
    most: int


def refuse_report(owner: AbstractBaseUser) -> None:
    """Raises Problem `limit_waiting`, `limit_stored` when another report, or burst, is one too many."""
    most = 0 if owner.is_staff else settings.MAX_WAITING_PER_PERSON
    if most and _waiting(owner) >= most:
        raise Problem("limit_waiting", most=most)
    refuse_bytes(owner)


def refuse_bytes(owner: AbstractBaseUser, more: int = 1) -> None:
    """Raises Problem `limit_stored` when so many bytes more are too many."""
    use = use_of(owner)
    if use and use.used + more > use.most:
        used, most = (round(number / MEGABYTE) for number in use)
        raise Problem("limit_stored", name=name_of(owner), used=used, most=most)


def count_upload(person: AbstractBaseUser) -> None:
    """Raises Problem `limit_uploads` when it is one too many within an hour."""
    most = 0 if person.is_staff else settings.MAX_UPLOADS_PER_HOUR
    key = f"upload {person.pk}"
    if most and Attempt.objects.blocked_until(key, most):
        raise Problem("limit_uploads", most=most)
    if most:
        Attempt.objects.count_one(key, minutes=60)


def use_of(person: AbstractBaseUser) -> Use | None:
    """None where there is no limit."""
    most = 0 if person.is_staff else settings.MAX_STORED_MB_PER_PERSON * MEGABYTE
    return Use(_stored(person), most) if most else None


def _waiting(owner: AbstractBaseUser) -> int:
    """A burst is one of them, and so is a report of it that is made again by itself."""
    bursts = Burst.objects.filter(owner=owner)
    return (
        Report.objects.listed().unfinished().filter(owner=owner).count()
        + bursts.exclude(pk__in=bursts.ended().values("pk")).count()
    )


def _stored(owner: AbstractBaseUser) -> int:
    """Versions of a dataset that were read from the same file have it in common."""
    snapshots = Snapshot.objects.filter(owner=owner).exclude(state=State.EXPIRED).order_by()
    files = snapshots.exclude(original="").values("original").annotate(size=Max("file_bytes"))
    reports = Report.objects.listed().filter(owner=owner, state=State.READY)
    sums = (
        files.aggregate(sum=Sum("size")),
        snapshots.aggregate(sum=Sum("bytes")),
        reports.aggregate(sum=Sum("bytes")),
    )
    return sum(found["sum"] or 0 for found in sums)
