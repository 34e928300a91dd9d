"""What the tests of faults do: ask for reports, wait for what becomes of them, and kill processes."""

import http.client
import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.test import Client

from portal import env
from reports.beat import tick
from reports.lifecycle.request import request_report
from reports.management.commands.request_report import checked
from reports.models import JOBS, Dataset, Report
from reports.models.job import Job
from tests import processes

# The limit of every report here.  With the seconds of `conftest.SECONDS` a fault costs ten of them at most; the
# machine may be busy.
LIMIT_SECONDS = 60
# A browser shows the same one in a cookie and in the form.
TOKEN = "a" * 32


def ask(dataset: Dataset, **changes) -> Report:
    """A listing of all rows, requested as the command line does; other owners are staff, who see all data."""
    return request_report(**checked(dataset.owner, "listing", dataset.name, [], "en") | changes)


def unasked(dataset: Dataset, **values) -> Report:
    """The row of such a report, not saved: nobody has been told of it."""
    wanted = checked(dataset.owner, "listing", dataset.name, [], "en")
    del wanted["password"]
    known = {"dataset_name": dataset.name, "step": Report.STEPS[0], "time_zone": "UTC"}
    return Report(**wanted | known | values)


def post(address: str, dataset: Dataset) -> Report:
    """A listing, requested by its owner's browser.  Raises OSError when the server dies meanwhile."""
    client = Client()
    client.force_login(dataset.owner)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value, "csrftoken": TOKEN}
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    fields = {"client_token": uuid4(), "columns": "Region", "orientation": "auto", "standard": "ua-1"}
    server = http.client.HTTPConnection(urlsplit(address).netloc, timeout=LIMIT_SECONDS)
    server.request("POST", f"/reports/new/?kind=listing&dataset={dataset.pk}", urlencode(fields), headers)
    answer = server.getresponse()
    assert answer.status == 303, answer.read()[-2000:]
    return Report.objects.get(pk=answer.getheader("Location").split("/")[-2])


def stored(job: Job) -> Job:
    return type(job).objects.get(pk=job.pk)


def wait_until(condition: Callable[[], bool], seconds: float = LIMIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"this did not happen within {seconds} seconds"
        time.sleep(0.05)


def ended(job: Job, seconds: float = LIMIT_SECONDS) -> Job:
    """The job as it is when it has ended, which it does within the limit."""
    wait_until(lambda: not stored(job).is_unfinished, seconds)
    return stored(job)


def is_in(job: Job, state: str) -> Callable[[], bool]:
    return lambda: stored(job).state == state


def told(job: Job, step: str, outcome: str) -> bool:
    """Whether a worker has logged how a step of the first epoch ended."""
    line = rf"The step ended: {outcome} \[.*={job.pk} epoch=1 step={step}\b"
    return re.search(line, (env.DATA_DIR / "worker.log").read_text()) is not None


def all_jobs() -> list[Job]:
    return [job for model in JOBS for job in model.objects.all()]


def published(broker) -> list[bytes]:
    """The messages about reports that wait; the clock sends others now and then, to see whether a queue is served."""
    messages = broker.client.lrange("reports", 0, -1)
    return [message for message in messages if json.loads(message)["headers"]["task"] != tick.name]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    processes.wait_for_the_end_of(pid)


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Processes sleep meanwhile, as on a machine that is suspended."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
