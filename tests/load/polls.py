"""200 polls a second while two workers' processes make reports: how long does an answer take?"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.urls import reverse

from reports.lifecycle.dispatch import dispatch
from reports.models import Report, State
from tests import processes
from tests.factories import PersonFactory
from tests.load import house

PEOPLE, ASK_PER_SECOND, SECONDS = 100, 2, 60
# More than can be made meanwhile: the workers never rest.
ROWS = 50_000
P95 = 50


def measure() -> dict:
    """The answers, in milliseconds, and how many there were each second."""
    snapshot = house.orders(ROWS)
    options = house.listing_of(snapshot)
    people = PersonFactory.create_batch(PEOPLE, is_staff=True)
    reports = [house.kept(person, snapshot, options) for person in people]
    with processes.redis(), house.web() as (_, match), house.worker(2):
        dispatch()
        at_work = Report.objects.filter(state=State.RUNNING)
        processes.wait_until(lambda: at_work.count() == 2, "two reports are being made")
        waiting = [
            (house.session_of(person), reverse("report", args=[report.pk]))
            for person, report in zip(people, reports, strict=True)
        ]
        figures = _asked(match[1], waiting)
        made = Report.objects.filter(state=State.READY).count()
        assert at_work.exists() and not Report.objects.filter(state=State.FAILED).exists()
    return {**figures, "people": PEOPLE, "pages made meanwhile": made * ROWS}


def _asked(portal: str, waiting: list[tuple[str, str]]) -> dict:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "waiting.json"
        path.write_text(json.dumps(waiting))
        command = [sys.executable, "-m", "locust", "--locustfile", Path(__file__).with_name("people.py"), "--headless"]
        command += ["--host", portal, "--users", PEOPLE, "--spawn-rate", PEOPLE, "--run-time", f"{SECONDS}s"]
        command += ["--json", "--reset-stats", "--loglevel", "ERROR"]
        variables = os.environ | {"WAITING": str(path), "ASK_PER_SECOND": str(ASK_PER_SECOND)}
        done = subprocess.run([*map(str, command)], env=variables, stdout=subprocess.PIPE, text=True, check=False)
    polls = next(found for found in json.loads(done.stdout) if found["name"] == "poll")
    took = sorted(int(ms) for ms, count in polls["response_times"].items() for _ in range(count))
    return {
        "polls a second": round(len(took) / SECONDS, 1),
        "wanted a second": PEOPLE * ASK_PER_SECOND,
        "median": took[len(took) // 2],
        "p95": took[int(len(took) * 0.95)],
        "p99": took[int(len(took) * 0.99)],
        "errors": polls["num_failures"],
    }
