"""What is sent of a report, to whom, and what came of it: the ledger."""

from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports import shared_time
from reports.models.access import owned_delivery
from reports.models.job import Job, JobQuerySet, State
from reports.models.report import Report
from reports.problems import Problem, storable

# A receiver that does not take it is asked again after 10 seconds, 20, 40 ...: for half an hour or so.
MOST_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 10
# One attempt takes no longer, whatever the receiver does.
SECONDS = 90
MOST_RECIPIENT = 500
# Characters from which on a part of a path may be a secret.
SECRET = 16


class Channel(models.TextChoices):
    EMAIL = "email", _("Email")
    WEBHOOK = "webhook", _("Webhook")
    FOLDER = "folder", _("Folder")
    # To whoever asked for a report that took long: that it has ended.
    NOTICE = "notice", _("Notice")


class DeliveryQuerySet(JobQuerySet):
    def visible_to(self, person):
        """Those that they sent, and those of their reports; staff see all."""
        return self.filter(owned_delivery(person))

    def listed(self):
        """What people asked for; notices are nobody's ledger."""
        return self.exclude(channel=Channel.NOTICE)

    def news_for(self, person):
        """What they sent in vain, and have not been told of."""
        return self.listed().filter(owner=person, seen_at=None, state=State.FAILED)

    def see(self) -> int:
        return self.filter(seen_at=None).update(seen_at=shared_time.now())


class Delivery(Job):
    """A report on its way to one recipient; its owner is who sent it.

    recipient: an address, in small letters; the URL of a webhook; the path of a file in the folder for reports.
    content: what the sender wrote, as the channel wants it (`reports.delivery`).
    portal: where links lead, the address of the home page; empty when it was not known.
    answers: what came of each attempt, [{"at" (ISO 8601), "text"}]; the text is the receiver's.
    seen_at: when its owner saw that it had failed.
    """

    STEPS = ("deliver",)
    most_attempts = MOST_ATTEMPTS

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    recipient = models.CharField(max_length=MOST_RECIPIENT)
    content = models.JSONField(default=dict, blank=True)
    portal = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=list, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "channel", "recipient"], name="one_delivery_per_recipient"),
        ]
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["owner"], condition=Q(seen_at=None, state="failed"), name="deliveries_failed"),
        ]

    def __str__(self) -> str:
        return str(self.report)

    @property
    def in_logs(self) -> dict:
        return {"report": str(self.report_id), **super().in_logs}

    @property
    def most_seconds(self) -> float:
        return SECONDS

    @property
    def to(self) -> str:
        """To whom, for people."""
        return place_of(self.recipient) if self.channel == Channel.WEBHOOK else self.recipient

    @property
    def last_answer(self) -> str:
        return self.answers[-1]["text"] if self.answers else ""

    @property
    def pause(self) -> int:
        """Seconds until the next attempt."""
        return FIRST_PAUSE_SECONDS * 2 ** (self.attempts - 1)

    def source(self) -> str:
        """Raises Problem when there is nothing to send any more."""
        if self.report.state == State.EXPIRED:
            raise Problem("report_expired")
        if self.report.state != State.READY:
            raise Problem("file_missing")
        return self.report.pdf

    def fail(self, problem: Problem, **known) -> bool:
        """Its sender is told, also when it is not the first time."""
        return super().fail(problem, seen_at=None, **known)

    def told(self, text: str) -> list[dict]:
        """Its answers with a new one."""
        return [*self.answers, {"at": shared_time.now().isoformat(), "text": storable(text)}]

    def fields_from(self, step: str, facts: dict) -> dict:
        """The number of attempts stays: the ledger shows it."""
        return {"answers": self.told(facts["answer"]), "attempts": self.attempts}


class Unsubscribed(models.Model):
    """An address to which no reports are sent any more: whoever reads its mail has said so.  In small letters."""

    address = models.EmailField(primary_key=True, max_length=254)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.address


def place_of(address: str) -> str:
    """The host and the path of an address of the web, which tell two of them apart.  What follows a question mark may
    be a secret, and so may a long part of the path, of which only the beginning is told."""
    target = urlsplit(address)
    parts = [part if len(part) < SECRET else f"{part[:4]}…" for part in target.path.split("/")]
    return (target.hostname or "") + "/".join(parts).rstrip("/")
