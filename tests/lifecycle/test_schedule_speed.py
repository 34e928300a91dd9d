"""Ten thousand schedules come round in one minute: one clock and two workers claim all of them, none twice."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.models import Report, Schedule, Slot
from reports.models.schedule import SlotState
from tests import processes
from tests.factories import PersonFactory, definition_of, schedule_of

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]

SCHEDULES = 10_000
MOST_SECONDS = 60


def due_at(moment) -> None:
    definition = definition_of(PersonFactory())
    one = schedule_of(definition, rule=f"day at {moment:%H:%M}", next_at=moment)
    known = {field.attname: getattr(one, field.attname) for field in Schedule._meta.fields if field.name != "id"}
    Schedule.objects.bulk_create((Schedule(**known) for _ in range(SCHEDULES - 1)), batch_size=1000)


def test_all_are_claimed_within_a_minute(transactional_db, tmp_path, client):
    due_at((timezone.now() - timedelta(minutes=1)).replace(second=0, microsecond=0))
    client.force_login(PersonFactory())
    socket = tmp_path / "redis.sock"
    broker = f"redis+socket://{socket}?virtual_host=0"
    variables = {"BROKER_URL": broker, "RESULT_URL": broker}
    pages = []
    # Nobody serves the reports: what is measured is the claim.
    with (
        processes.redis(socket),
        processes.worker("quick", name="worker", **variables),
        processes.worker("quick", name="another", **variables),
        processes.beat(schedule=tmp_path / "clock", **variables),
    ):
        began = time.monotonic()
        while Slot.objects.count() < SCHEDULES:
            assert time.monotonic() - began < MOST_SECONDS, Slot.objects.count()
            asked = time.monotonic()
            client.get(reverse("schedules"))
            pages.append(time.monotonic() - asked)
            time.sleep(0.05)
        seconds = time.monotonic() - began
        asked_for = Report.objects.count()
    slowest = sorted(pages)[int(len(pages) * 0.95)]
    print(
        f"\nclaimed in {seconds:.1f} s, {asked_for} asked for by then; a page meanwhile, p95: {slowest * 1000:.0f} ms"
    )
    assert Slot.objects.values("schedule").distinct().count() == SCHEDULES == Slot.objects.count()
    made = Slot.objects.exclude(report=None).count()
    assert Report.objects.count() == made == Slot.objects.filter(state=SlotState.ASKED).count()
