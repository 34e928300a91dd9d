"""The web server ends between keeping a request and telling anybody of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from reports.models import Report, State
from tests import gates
from tests.faults.asking import ask, ended, kill, post, published

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=7)]


def test_a_request_is_made_although_the_web_server_was_killed_before_it_told_anybody(crew, web, broker, sales):
    crew.dismiss()  # nobody sweeps meanwhile
    gates.shut("committed")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(post, web, sales)
        kill(gates.who_stands_at("committed"))
        with pytest.raises(OSError):
            answer.result()
    assert not published(broker)
    gates.open_all()
    crew.worker()
    report = ended(Report.objects.get())
    assert (report.state, report.epoch) == (State.READY, 1)


def test_a_request_that_is_rolled_back_is_no_task_at_all(crew, broker, sales):
    crew.dismiss()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(sales)
        raise ZeroDivisionError
    assert not published(broker)
    assert not Report.objects.exists()
