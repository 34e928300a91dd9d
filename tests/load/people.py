"""People who wait for a report each, for Locust: `WAITING` names a file of [session, address of the report] pairs.

Each opens the page of the report, and then asks `ASK_PER_SECOND` times a second for what has changed, as the page does,
with what the page shows at that time.
"""

import html
import json
import os
import re
from pathlib import Path

from locust import FastHttpUser, constant_throughput, task

WAITING = iter(json.loads(Path(os.environ["WAITING"]).read_text()))
POLL = re.compile(r'hx-get="([^"]+/progress/[^"]*)"')


class Person(FastHttpUser):
    wait_time = constant_throughput(float(os.environ["ASK_PER_SECOND"]))

    def on_start(self):
        session, address = next(WAITING)
        self.headers = {"Cookie": f"sessionid={session}", "HX-Request": "true"}
        page = self.client.get(address, headers={"Cookie": f"sessionid={session}"}, name="page")
        self.poll = html.unescape(POLL.search(page.text)[1])

    @task
    def ask(self):
        with self.client.get(self.poll, headers=self.headers, name="poll", catch_response=True) as answer:
            if answer.status_code not in (200, 204):
                answer.failure(f"status {answer.status_code}")
            elif found := POLL.search(answer.text or ""):
                self.poll = html.unescape(found[1])
