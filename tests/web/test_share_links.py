"""A link shows one report to whoever has it, for a while, and to nobody who guesses."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reports import storage
from reports.models import Attempt, ShareLink, State
from reports.web import links, throttle
from tests.delivery.sending import PDF, ready_report
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
NOWHERE = "This link leads nowhere"


@pytest.fixture
def report():
    return ready_report(title="Figures of the board")


def made(report, client=None, **fields) -> ShareLink:
    """By the form on the report's page."""
    client = client or Client()
    client.force_login(report.owner)
    answer = client.post(reverse("report_send", args=[report.pk]) + "?by=link", {"days": 7, **fields})
    assert answer.status_code == 303, answer.content.decode()
    return ShareLink.objects.latest("created_at")


def page_of(link: ShareLink) -> str:
    return reverse("share_link", args=[link.pk, link.token])


def taken(answer) -> bool:
    return answer.status_code == 200 and answer["Content-Type"] == "application/pdf"


def test_whoever_has_it_reads_the_report_and_finds_nothing_else(report, client):
    ready_report(owner=report.owner, title="Another report")
    link = made(report)
    answer = client.get(page_of(link))
    page = answer.content.decode()
    assert "Figures of the board" in page and "12 pages" in page
    assert "Another report" not in page and 'href="/reports/' not in page and 'href="/"' not in page
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("same-origin", "noindex, nofollow")
    assert "no-store" in answer["Cache-Control"]
    pdf = client.get(page_of(link) + "report.pdf")
    assert b"".join(pdf.streaming_content) == PDF and "attachment" in pdf["Content-Disposition"]
    assert "no-store" in pdf["Cache-Control"]
    link.refresh_from_db()
    assert link.downloads == 1 and link.used_at


def test_its_secret_is_not_in_the_database(report):
    link = made(report)
    assert link.token not in str(ShareLink.objects.values().get())
    assert len(link.token) == 64 and link.token != made(report).token


def test_looking_is_not_counted(report, client):
    link = made(report, most_downloads=1)
    client.get(page_of(link)), client.head(page_of(link) + "report.pdf")
    assert taken(client.get(page_of(link) + "report.pdf"))
    assert client.get(page_of(link) + "report.pdf").status_code == 404


@pytest.mark.parametrize(
    "end",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"most_downloads": 3, "downloads": 3},
    ],
    ids=["expired", "revoked", "used up"],
)
def test_one_that_has_ended_says_no_more_than_one_that_never_was(report, client, end):
    link = made(report)
    ShareLink.objects.update(**end)
    never = client.get(reverse("share_link", args=[uuid4(), "x" * 64]))
    for address in (page_of(link), page_of(link) + "report.pdf"):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, never.content)
    assert NOWHERE in never.content.decode() and "Figures" not in never.content.decode()


def test_one_to_a_report_that_is_not_ready_or_whose_file_is_gone_leads_nowhere(report, client):
    link = made(report)
    storage.delete(report.pdf)
    assert client.get(page_of(link) + "report.pdf").status_code == 404
    assert ShareLink.objects.get().downloads == 0
    type(report).objects.update(state=State.FAILED)
    assert client.get(page_of(link)).status_code == 404


def test_whoever_has_a_good_link_is_told_that_the_report_has_expired(report, client):
    link = made(report)
    type(report).objects.update(state=State.EXPIRED)
    for address in (page_of(link), page_of(link) + "report.pdf"):
        answer = client.get(address)
        assert answer.status_code == 410 and "The report has expired" in answer.content.decode()
    assert client.get(page_of(link).replace(link.token, "x" * 64)).status_code == 404
    link.revoke()
    assert client.get(page_of(link)).status_code == 404


def test_with_a_password_the_pdf_is_had_by_it_alone(report, client):
    link = made(report, password="sea green 7")
    assert "sea green" not in str(ShareLink.objects.values().get())
    assert client.get(page_of(link) + "report.pdf").url == page_of(link)
    wrong = client.post(page_of(link), {"password": "Sea green 7"})
    assert wrong.status_code == 422 and "The password is wrong" in wrong.content.decode()
    assert taken(client.post(page_of(link), {"password": "sea green 7"}))
    assert ShareLink.objects.get().downloads == 1


def test_a_password_is_not_guessed_from_many_addresses(report):
    link = made(report, password="sea green 7")
    for n in range(links.MOST_OF_LINK):
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(page_of(link), {"password": f"guess {n}"})
    late = Client(REMOTE_ADDR="192.0.2.99").post(page_of(link), {"password": "sea green 7"})
    assert late.status_code == 429 and "quarter of an hour" in late.content.decode()
    Attempt.objects.update(until=timezone.now())
    assert taken(Client().post(page_of(link), {"password": "sea green 7"}))


def test_nor_by_many_tries_at_the_same_moment(report, monkeypatch):
    link = made(report, password="sea green 7")
    has_password, looked_at = ShareLink.has_password, []

    def while_another_comes(self, password):
        """Before one has been looked at, the next one is there."""
        looked_at.append(password)
        if len(looked_at) <= links.MOST_OF_LINK:
            Client(REMOTE_ADDR=f"192.0.2.{len(looked_at)}").post(page_of(link), {"password": "guess"})
        return has_password(self, password)

    monkeypatch.setattr(ShareLink, "has_password", while_another_comes)
    Client().post(page_of(link), {"password": "guess"})
    assert len(looked_at) == links.MOST_OF_LINK


def test_the_right_password_is_no_failed_try(report):
    link = made(report, password="sea green 7")
    for _ in range(links.MOST_OF_LINK + 1):
        assert taken(Client().post(page_of(link), {"password": "sea green 7"}))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=pytest.mark.thorough)])
def test_guesses_find_nothing_and_are_answered_alike(report, client, caplog, count):
    caplog.set_level(logging.ERROR)
    link = made(report)
    bodies, statuses = set(), []
    for n in range(count):
        # A real link's id, and one of no link: which of them it is cannot be told.
        pk = link.pk if n % 2 else uuid4()
        answer = client.get(f"/shared/{pk}/{n:064x}/")
        bodies.add(answer.content)
        statuses.append(answer.status_code)
    assert statuses == [404] * throttle.MOST_GUESSES + [429] * (count - throttle.MOST_GUESSES)
    assert len(bodies) == 1
    # Not even the right one is answered from there, and from elsewhere it is.
    assert client.get(page_of(link)).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(page_of(link)).status_code == 200


def test_behind_a_proxy_the_address_is_what_the_proxy_says(report, settings):
    settings.PROXIES = 1
    for n in range(throttle.MOST_GUESSES):
        # What the guesser says of itself stands before it.
        Client(headers={"x-forwarded-for": f"198.51.100.{n}, 192.0.2.1"}).get(f"/shared/{uuid4()}/x/")
    assert Attempt.objects.get().key == "from 192.0.2.1"


def test_whoever_made_it_ends_it_and_others_do_not_see_it(report, client):
    link = made(report)
    revoke = reverse("share_link_revoke", args=[link.pk])
    client.force_login(PersonFactory())
    assert client.post(revoke).status_code == 404
    client.force_login(report.owner)
    assert page_of(link) in client.get(reverse("report", args=[report.pk])).content.decode()
    client.post(revoke)
    assert Client().get(page_of(link)).status_code == 404
    assert page_of(link) not in client.get(reverse("report", args=[report.pk])).content.decode()


def test_a_message_for_somebody_who_has_signed_in_is_not_shown_on_it(report, client):
    link = made(report, client)
    assert "The link is below" not in client.get(page_of(link)).content.decode()
    assert "The link is below" in client.get(reverse("report", args=[report.pk])).content.decode()


@pytest.mark.parametrize(
    "fields", [{"days": 0}, {"days": 400}, {"days": ""}, {"password": "short"}, {"most_downloads": 0}]
)
def test_what_cannot_be_is_said_beside_the_field(report, client, fields):
    client.force_login(report.owner)
    answer = client.post(reverse("report_send", args=[report.pk]) + "?by=link", {"days": 7, **fields})
    assert answer.status_code == 422 and not ShareLink.objects.exists()
    assert PASSWORD not in answer.content.decode()


def test_of_two_who_take_the_last_one_at_the_same_moment_one_has_it(report):
    first = made(report, most_downloads=1)
    second = ShareLink.objects.get()
    assert [first.take(), second.take()] == [True, False]
