"""From the local times of a rule to moments: where clocks are put forward or back, each comes round once.

A time that does not exist, because clocks are put forward over it, is the moment at which they are; one that comes
twice, because they are put back, is the first of the two.  Two times of a rule that fall on one moment are one.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from reports.rules.rule import Rule

_MINUTE = timedelta(minutes=1)


def next_times(rule: Rule, zone: ZoneInfo, after: datetime, n: int) -> list[datetime]:
    """The next `n` moments later than `after`, in UTC; fewer where the calendar of years ends."""
    return list(islice(_moments(rule, zone, after), n))


def between(rule: Rule, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """The moments later than `after` that are not later than `until`."""
    return takewhile(lambda moment: moment <= until, _moments(rule, zone, after))


def _moments(rule: Rule, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    last = after.astimezone(UTC)
    # No time before the local one of `after` belongs to a later moment: of a time that comes twice, the first counts.
    try:
        for local in rule.local_times(last.astimezone(zone).replace(tzinfo=None)):
            moment = moment_of(local, zone)
            if moment > last:
                yield moment
                last = moment
    except OverflowError:  # the year 9999
        return


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which clocks show a time first, or jump over it."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    # Inside a gap, fold=1 reckons with the offset that comes, and so ends before the jump; fold=0 ends behind it.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    offset = moment.astimezone(zone).utcoffset()
    minutes = range(round((moment - before) / _MINUTE) + 1)
    jump = bisect_left(
        minutes, True, key=lambda passed: (before + passed * _MINUTE).astimezone(zone).utcoffset() == offset
    )
    return before + jump * _MINUTE
