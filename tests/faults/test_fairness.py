"""One person asks for very many reports, and then another person for one."""

import pytest
from django.conf import settings
from django.utils import timezone

from reports.lifecycle.dispatch import dispatch
from reports.models import Report, State
from tests.factories import PersonFactory
from tests.faults.asking import ask, ended, unasked, wait_until

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=14)]


@pytest.mark.parametrize("many", [20, 1000])
def test_the_second_persons_report_waits_for_those_in_flight_only(worker, sales, many, record_property):
    Report.objects.bulk_create(unasked(sales) for _ in range(many))
    theirs = Report.objects.filter(owner=sales.owner)
    dispatch()
    wait_until(lambda: theirs.filter(state=State.READY).count() >= 3)
    asked = timezone.now()
    report = ended(ask(sales, owner=PersonFactory(is_staff=True)))
    assert report.state == State.READY
    before = theirs.filter(started_at__gt=asked, started_at__lt=report.started_at).count()
    record_property("begun before it", before)
    assert theirs.unfinished().count() > settings.JOBS_PER_PERSON
    theirs.unfinished().delete()
    assert before <= settings.JOBS_PER_PERSON
