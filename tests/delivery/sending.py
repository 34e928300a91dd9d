"""Reports that are ready to be sent, and a mail server that behaves as a test wants."""

import email
import threading
from email import policy
from pathlib import Path
from uuid import uuid4

from django.utils import timezone

from reports import storage
from reports.models import Delivery, State
from reports.pipeline.deliver import deliver
from tests.factories import PersonFactory, ReportFactory

PDF = b"%PDF-1.7 of a report"


def stored(content: bytes = PDF) -> dict:
    """Artifacts that name a file of this content."""
    folder = f"reports/{uuid4()}/1/write_pdf"
    path = storage.path_of(folder) / "report.pdf"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return {"write_pdf": folder}


def ready_report(owner=None, **values):
    """Sales by region, of 12 pages and 1,234 rows, whose file is there."""
    owner = owner or PersonFactory(first_name="Ana Souza", email="ana@example.org")
    known = {"state": State.READY, "pages": 12, "rows": 1234, "bytes": len(PDF), "sha256": "ab" * 32}
    known["finished_at"] = timezone.now()
    return ReportFactory(owner=owner, artifacts=stored(), **known | values)


def by_email(*to: str, **values) -> dict:
    """A target."""
    fields = {"cc": [], "reply_to": "", "subject": "{title}", "text": "", "portal": "https://prelo.example.org"}
    return {"channel": "email", "to": list(to), **fields, **values}


def attempt(delivery: Delivery) -> Delivery:
    """One attempt, here and now, as a worker would make it."""
    Delivery.objects.filter(pk=delivery.pk).update(not_before=None)
    delivery.refresh_from_db()
    assert delivery.queue() or delivery.state == State.QUEUED
    deliver(str(delivery.pk), delivery.epoch)
    delivery.refresh_from_db()
    return delivery


class MailServer:
    """A handler for aiosmtpd.  What it says to a message is taken from `says`, one after the other; then it takes all.

    `drop` ends the connection instead; `hang` does not answer until the test lets it.
    """

    def __init__(self, *says: str):
        self.says, self.asked, self.taken = list(says), 0, []
        self.free = threading.Event()

    async def handle_DATA(self, server, session, envelope) -> str:
        self.asked += 1
        says = self.says.pop(0) if self.says else "250 Taken as 8F3A"
        if says == "drop":
            server.transport.abort()
            return "421 Gone"
        if says == "hang":
            while not self.free.is_set():
                await server.loop.run_in_executor(None, self.free.wait, 0.05)
            return "250 Taken late"
        if says.startswith("2"):
            message = email.message_from_bytes(envelope.content, policy=policy.default)
            self.taken.append((envelope.rcpt_tos, message))
        return says


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
