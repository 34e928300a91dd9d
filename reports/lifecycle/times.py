"""When a schedule comes round, within its first and its last day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reports.models import Schedule
from reports.models.person import time_zones
from reports.problems import Problem
from reports.rules import Rule, RuleError, next_times, parse
from reports.rules.moments import moment_of

INSTANT = timedelta(microseconds=1)


def next_time(schedule: Schedule, after: datetime) -> datetime | None:
    """When it comes round next.  Raises Problem."""
    return next(iter(times(schedule, after, 1)), None)


def times(schedule: Schedule, after: datetime, n: int) -> list[datetime]:
    """The next `n` times.  Raises Problem."""
    rule, zone = rule_of(schedule)
    after = max(after, _midnight(schedule.starts_on, zone) - INSTANT)
    found = next_times(rule, zone, after, n)
    return [moment for moment in found if moment <= end_of(schedule, zone)]


def rule_of(schedule: Schedule) -> tuple[Rule, ZoneInfo]:
    """Raises Problem when this machine can read its rule, or its time zone, no more."""
    if schedule.time_zone not in time_zones():
        raise Problem("schedule_zone", zone=schedule.time_zone)
    try:
        return parse(schedule.rule), ZoneInfo(schedule.time_zone)
    except RuleError:
        raise Problem("schedule_rule") from None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return moment_of(datetime.combine(day, datetime.min.time()), zone)


def end_of(schedule: Schedule, zone: ZoneInfo) -> datetime:
    """The last moment of its last day."""
    if schedule.ends_on is None:
        return datetime.max.replace(tzinfo=UTC)
    return _midnight(schedule.ends_on + timedelta(days=1), zone) - INSTANT
