"""A program is told of a report by a real HTTP server, signed, and nobody is asked who may not be."""

import hmac
import json
from uuid import uuid4

import pytest
from django.urls import reverse

from reports.lifecycle.deliver import keep_deliveries
from reports.models import Delivery, ShareLink, State
from reports.sealed import seal
from tests import http_server
from tests.delivery.sending import PDF, attempt, ready_report
from tests.factories import definition_of, schedule_of

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "known to both of us"


@pytest.fixture
def receiver(settings):
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with http_server.running() as server:
        yield server


def told(url: str, portal: str = "http://testserver") -> Delivery:
    report = ready_report(verdict={"standard": "ua-1", "conforms": True, "broken": [], "reason": ""})
    target = {"channel": "webhook", "url": url, "secret": seal(SECRET), "portal": portal}
    keep_deliveries(report, [target], report.owner)
    return Delivery.objects.get()


def test_what_is_told_is_signed_and_leads_to_the_pdf(receiver, client):
    receiver.answers = {"/hook": lambda request: request.say(b"thank you")}
    delivery = attempt(told(receiver.at("/hook")))
    assert (delivery.state, delivery.last_answer) == (State.READY, "200 thank you")
    (request,) = receiver.asked
    moment = request.headers["Prelo-Timestamp"]
    expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + request.body, "sha256").hexdigest()
    assert request.headers["Prelo-Signature"] == f"v1={expected}"
    assert request.headers["Idempotency-Key"] == str(delivery.pk)
    body = json.loads(request.body)
    link = body.pop("link")
    assert b"".join(client.get(f"{link}report.pdf".removeprefix("http://testserver")).streaming_content) == PDF
    report = delivery.report
    assert body == {
        "event": "report.ready",
        "report": str(report.pk),
        "title": "Sales by region",
        "requested_at": report.requested_at.isoformat(),
        "finished_at": report.finished_at.isoformat(),
        "pages": 12,
        "rows": 1234,
        "bytes": len(PDF),
        "sha256": "ab" * 32,
        "verdict": {"standard": "ua-1", "conforms": True},
    }
    assert SECRET not in json.dumps(delivery.content)


@pytest.mark.parametrize(
    ("status", "state"),
    [(500, "retry_wait"), (503, "retry_wait"), (429, "retry_wait"), (400, "failed"), (404, "failed"), (302, "failed")],
)
def test_the_receivers_faults_pass_and_its_refusals_are_final(receiver, status, state):
    receiver.answers = {"/hook": lambda request: request.say(b"why\0not", status=status, Location="/elsewhere")}
    delivery = attempt(told(receiver.at("/hook")))
    assert delivery.state == state and delivery.last_answer == f"{status} why\N{REPLACEMENT CHARACTER}not"
    assert len(receiver.asked) == 1


def test_it_is_tried_again_with_the_same_key_and_the_same_link(receiver):
    receiver.answers = {"/hook": lambda request: request.say(status=500)}
    delivery = attempt(told(receiver.at("/hook")))
    receiver.answers = {"/hook": lambda request: request.say()}
    assert attempt(delivery).state == State.READY
    first, second = receiver.asked
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body


def test_a_link_that_was_ended_does_not_come_back_unless_somebody_asks(receiver):
    receiver.answers = {"/hook": lambda request: request.say(status=500)}
    delivery = attempt(told(receiver.at("/hook")))
    link = delivery.link
    link.revoke()
    assert attempt(delivery).state == State.FAILED and "has ended its link" in delivery.problem_in_words
    assert len(receiver.asked) == 1 and not ShareLink.objects.usable().exists()
    assert delivery.ask_again("deliver")
    attempt(delivery)
    assert len(receiver.asked) == 2 and ShareLink.objects.usable().get() != link


def test_of_a_long_answer_the_beginning_is_kept(receiver):
    receiver.answers = {"/hook": lambda request: request.say(b"a" * 1_000_000)}
    delivery = attempt(told(receiver.at("/hook")))
    assert delivery.last_answer == "200 " + "a" * 2048


def test_a_receiver_that_hangs_up_is_asked_again(receiver):
    receiver.answers = {"/hook": lambda request: request.hang_up()}
    assert attempt(told(receiver.at("/hook"))).state == State.RETRY_WAIT


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/hook", "http://169.254.169.254/latest", "http://[::1]/"])
def test_closed_addresses_are_not_asked(receiver, settings, url):
    settings.ALLOWED_NETWORKS = []
    delivery = attempt(told(url.format(port=receiver.port)))
    assert delivery.state == State.FAILED and receiver.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://10.0.0.5/", "ftp://example.org/", "http://a:b@1.1.1.1/"])
def test_nor_can_they_be_typed(client, settings, url):
    settings.ALLOWED_NETWORKS = []
    report = ready_report()
    client.force_login(report.owner)
    page = client.post(reverse("report_send", args=[report.pk]) + "?by=webhook", {"url": url, "secret": SECRET})
    assert page.status_code == 422 and not Delivery.objects.exists()


def test_the_ledger_and_a_schedule_tell_receivers_apart_and_not_what_may_be_secret(client, receiver):
    address = receiver.at("/hooks/sales/0123456789abcdef?token=abc")
    delivery = told(address)
    client.force_login(delivery.owner)
    target = {"id": str(uuid4()), "channel": "webhook", "url": address, "secret": seal(SECRET), "portal": ""}
    schedule = schedule_of(definition_of(delivery.owner), deliveries=[target])
    for route, pk in (("report", delivery.report_id), ("schedule", schedule.pk), ("schedule_deliveries", schedule.pk)):
        page = client.get(reverse(route, args=[pk])).content.decode()
        assert "127.0.0.1/hooks/sales/0123…" in page and "token=" not in page
