"""Pause a schedule that cannot go on, and tell its owner."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction

from reports.lifecycle.post import post
from reports.models import Schedule
from reports.problems import Problem
from reports.tasks import send_schedule_paused


def pause(schedule: Schedule, problem: Problem) -> None:
    """The letter has a link where the portal knows its own address (PUBLIC_URL).  A broker that does not take the
    letter changes nothing: the list of schedules says it, too."""
    if schedule.pause(problem):
        transaction.on_commit(lambda: _tell(str(schedule.pk)))


def _tell(schedule_id: str) -> None:
    with suppress(Problem):
        post(send_schedule_paused, schedule_id, settings.PUBLIC_URL)
