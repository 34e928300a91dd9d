"""Reports reach people by a real mail server, once, whatever that server does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from django.db import OperationalError, connection
from django.utils import timezone

from reports.delivery.email import hand_over, message_of
from reports.lifecycle.deliver import deliver, keep_deliveries
from reports.lifecycle.sweep import sweep
from reports.models import Delivery, Profile, Report, State, Unsubscribed
from reports.models import delivery as model
from reports.models.delivery import DeliveryQuerySet
from reports.pipeline.deliver import deliver as perform
from reports.problems import Problem
from tests import processes
from tests.delivery.sending import PDF, MailServer, attempt, by_email, ready_report
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mail(settings):
    """A mail server, which the settings know."""
    handler = MailServer()
    server = Controller(handler, hostname="127.0.0.1", port=int(processes.free_port()))
    server.start()
    settings.EMAIL_BACKEND = "reports.delivery.smtp.Smtp"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.DEFAULT_FROM_EMAIL = "Prelo <reports@example.org>"
    yield handler
    handler.free.set()
    server.stop()


def sent(*to: str, report: Report | None = None, **values) -> list[Delivery]:
    report = report or ready_report()
    keep_deliveries(report, [by_email(*to, **values)], report.owner)
    return list(Delivery.objects.order_by("recipient"))


def test_everybody_has_a_copy_whose_head_names_all_with_the_pdf(mail):
    content = {"subject": "{title}, {pages} pages", "text": "Of {date}: {rows} rows {as} you asked."}
    report = ready_report(requested_at=datetime(2026, 3, 5, 12, tzinfo=UTC))
    first, second = sent("ben@example.org", report=report, cc=["cid@example.org"], **content)
    assert [attempt(delivery).state for delivery in (first, second)] == [State.READY] * 2
    assert [to for to, _message in mail.taken] == [["ben@example.org"], ["cid@example.org"]]
    message = mail.taken[0][1]
    assert message["Subject"] == "Sales by region, 12 pages"
    assert (message["To"], message["Cc"]) == ("ben@example.org", "cid@example.org")
    assert (message["From"], message["Reply-To"]) == ("Prelo <reports@example.org>", "ana@example.org")
    assert "Of March 5, 2026: 1,234 rows {as} you asked." in message.get_body(("plain",)).get_content()
    (pdf,) = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == ("Sales by region 2026-03-05.pdf", PDF)
    assert [(answer["text"], first.attempts) for answer in first.answers] == [("250 Taken as 8F3A", 1)]
    assert message["Message-ID"] != mail.taken[1][1]["Message-ID"]


@pytest.mark.parametrize("says", ["451 Try again later", "drop"])
def test_what_the_server_does_not_take_now_is_tried_again_with_the_same_identifier(mail, says):
    mail.says = [says]
    (delivery,) = sent("ben@example.org")
    identifier = message_of(delivery).message()["Message-ID"]
    assert attempt(delivery).state == State.RETRY_WAIT
    assert delivery.not_before and delivery.problem_in_words
    assert attempt(delivery).state == State.READY
    assert (mail.asked, delivery.attempts, len(delivery.answers)) == (2, 2, 2)
    assert mail.taken[0][1]["Message-ID"] == identifier


def test_what_the_server_refuses_is_final_and_news_for_the_sender(mail):
    mail.says = ["550 No such person"]
    (delivery,) = sent("ben@example.org")
    assert attempt(delivery).state == State.FAILED
    assert "550 No such person" in delivery.problem_in_words
    assert list(Delivery.objects.news_for(delivery.owner)) == [delivery]
    Delivery.objects.see()
    # Asked for again it has all its attempts, and what came of the first is not forgotten.
    assert sent("ben@example.org", report=delivery.report)
    assert attempt(delivery).state == State.READY
    assert [answer["text"] for answer in delivery.answers] == ["550 No such person", "250 Taken as 8F3A"]


def test_a_second_failure_is_news_again(mail):
    mail.says = ["550 No such person"] * 2
    (delivery,) = sent("ben@example.org")
    attempt(delivery)
    Delivery.objects.see()
    sent("ben@example.org", report=delivery.report)
    attempt(delivery)
    assert Delivery.objects.news_for(delivery.owner).count() == 1


def test_a_server_that_never_takes_it_is_given_up(mail, monkeypatch):
    mail.says = ["451 Not now"] * model.MOST_ATTEMPTS
    (delivery,) = sent("ben@example.org")
    pauses = []
    for _ in range(model.MOST_ATTEMPTS - 1):
        assert attempt(delivery).state == State.RETRY_WAIT
        pauses.append(delivery.pause)
    assert pauses == [10 * 2**n for n in range(model.MOST_ATTEMPTS - 1)]
    assert attempt(delivery).state == State.FAILED and delivery.attempts == model.MOST_ATTEMPTS


def test_a_server_that_is_not_there_is_asked_again(mail, settings):
    settings.EMAIL_PORT = int(processes.free_port())
    (delivery,) = sent("ben@example.org")
    assert attempt(delivery).state == State.RETRY_WAIT
    assert "refused" in delivery.problem_in_words


def test_a_server_that_hangs_is_left_and_the_lease_is_renewed_meanwhile(mail, monkeypatch):
    monkeypatch.setattr(model, "SECONDS", 2)
    mail.says = ["hang"]
    (delivery,) = sent("ben@example.org")
    with ThreadPoolExecutor() as pool:
        attempted = pool.submit(lambda: (attempt(delivery), connection.close()))
        processes.wait_until(lambda: mail.asked == 1, "it hangs")
        lease = Delivery.objects.get().lease_until
        processes.wait_until(lambda: Delivery.objects.get().lease_until != lease, "renewed")
        attempted.result()
    assert delivery.state == State.RETRY_WAIT and "2 seconds" in delivery.problem_in_words


def test_a_cancelled_one_is_not_told_that_it_was_sent(mail):
    mail.says = ["hang"]
    (delivery,) = sent("ben@example.org")
    with ThreadPoolExecutor() as pool:
        attempted = pool.submit(lambda: (attempt(delivery), connection.close()))
        processes.wait_until(lambda: mail.asked == 1, "it hangs")
        delivery.report.delete()
        with pytest.raises(Delivery.DoesNotExist):
            attempted.result()
    assert mail.taken == []


def test_who_has_it_or_is_about_to_does_not_get_it_twice(mail):
    (delivery,) = sent("ben@example.org")
    report = delivery.report
    assert keep_deliveries(report, [by_email("ben@example.org")], report.owner) == 0
    attempt(delivery)
    assert keep_deliveries(report, [by_email("ben@example.org", "cid@example.org")], report.owner) == 1


def test_what_somebody_else_sends_anew_at_the_same_moment_stays_theirs(mail, monkeypatch):
    mail.says = ["550 No such person"]
    (delivery,) = sent("ben@example.org")
    attempt(delivery)
    read = DeliveryQuerySet.get_or_create

    def others_are_faster(*args, **values):
        found = read(*args, **values)
        other = Delivery.objects.get()
        assert other.ask_again("deliver") and other.queue()
        return found

    monkeypatch.setattr(DeliveryQuerySet, "get_or_create", others_are_faster)
    target = by_email("ben@example.org", subject="Mine")
    assert keep_deliveries(delivery.report, [target], PersonFactory()) == 0
    found = Delivery.objects.get()
    assert (found.owner, found.content["subject"]) == (delivery.owner, "{title}")


def test_a_message_that_comes_twice_from_the_broker_is_sent_once(mail):
    (delivery,) = sent("ben@example.org")
    attempt(delivery)
    assert perform(str(delivery.pk), delivery.epoch) == "refused"
    assert len(mail.taken) == 1


def test_what_a_worker_took_that_died_is_sent_again_under_the_same_identifier(mail):
    (delivery,) = sent("ben@example.org")
    delivery.queue()
    # It had been sent when the worker died, and nobody knows.
    hand_over(message_of(Delivery.objects.claim(delivery.pk, delivery.epoch, "deliver")))
    Delivery.objects.update(lease_until=timezone.now())
    sweep()
    delivery.refresh_from_db()
    assert delivery.state != State.RUNNING and delivery.is_unfinished and delivery.attempts == 1
    Delivery.objects.update(state=State.RETRY_WAIT)
    assert attempt(delivery).state == State.READY
    first, second = (message["Message-ID"] for _to, message in mail.taken)
    assert first == second


@pytest.mark.parametrize("is_stored", [False, True], ids=["before", "after"])
def test_what_was_sent_while_the_database_was_away_is_not_sent_again(mail, monkeypatch, is_stored):
    advance, answers = Delivery.advance, iter([OperationalError("gone"), OperationalError("gone")])

    def gone_at_first(delivery, *args):
        advanced = is_stored and advance(delivery, *args)
        for error in answers:
            raise error
        return advanced or advance(delivery, *args)

    monkeypatch.setattr(Delivery, "advance", gone_at_first)
    monkeypatch.setattr("reports.pipeline.step.DATABASE_PAUSE_SECONDS", 0)
    (delivery,) = sent("ben@example.org")
    assert attempt(delivery).state == State.READY
    assert (delivery.last_answer, len(delivery.answers), len(mail.taken)) == ("250 Taken as 8F3A", 1, 1)


def test_a_large_pdf_goes_as_a_link_that_opens_it(mail, settings, client):
    settings.MAX_ATTACHMENT_BYTES = 10
    (delivery,) = sent("ben@example.org", portal="http://testserver")
    assert attempt(delivery).state == State.READY
    message = mail.taken[0][1]
    assert list(message.iter_attachments()) == []
    assert delivery.link.token in message.get_body(("html",)).get_content()
    link = f"http://testserver/shared/{delivery.link.pk}/{delivery.link.token}/"
    assert link in message.get_body(("plain",)).get_content()
    assert b"".join(client.get(link + "report.pdf").streaming_content) == PDF


def test_without_an_address_of_the_portal_a_large_pdf_is_not_sent(mail, settings):
    settings.MAX_ATTACHMENT_BYTES = 10
    (delivery,) = sent("ben@example.org", portal="")
    assert attempt(delivery).state == State.FAILED and "PUBLIC_URL" in delivery.problem_in_words


def test_it_is_in_the_language_of_an_account_and_else_in_that_of_the_report(mail):
    Profile.objects.create(person=PersonFactory(email="Rui@example.org"), language="pt-br")
    for delivery in sent("rui@example.org", "zoe@example.org"):
        attempt(delivery)
    rui, zoe = (message.get_body(("plain",)).get_content() for _to, message in mail.taken)
    assert "enviou este relatório" in rui and "sent you this report" in zoe


def test_who_has_no_account_may_end_it_with_one_click(mail, client):
    PersonFactory(email="rui@example.org")
    for delivery in sent("rui@example.org", "zoe@example.org", portal="http://testserver"):
        attempt(delivery)
    rui, zoe = (message for _to, message in mail.taken)
    assert rui["List-Unsubscribe"] is None
    assert zoe["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = zoe["List-Unsubscribe"].strip(" <>")
    assert address in zoe.get_body(("plain",)).get_content()
    page = client.get(address)
    assert page.status_code == 200 and not Unsubscribed.objects.exists()
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("same-origin", "noindex, nofollow")
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    report = ready_report()
    keep_deliveries(report, [by_email("zoe@example.org")], report.owner)
    again = attempt(Delivery.objects.get(report=report))
    assert again.state == State.FAILED and "does not want" in again.problem_in_words
    assert len(mail.taken) == 2


def test_a_thousand_recipients_are_refused_and_none_has_it():
    report = ready_report()
    with pytest.raises(Problem, match="1,000 addresses, and a report may be sent to 50"):
        keep_deliveries(report, [by_email(*(f"p{n}@example.org" for n in range(1000)))], report.owner)
    assert not Delivery.objects.exists()


def test_who_may_not_read_the_report_any_more_sends_nothing(mail):
    (delivery,) = sent("ben@example.org")
    Delivery.objects.update(owner=PersonFactory(first_name="Zé"))
    assert attempt(delivery).state == State.FAILED and "Zé" in delivery.problem_in_words
    assert mail.asked == 0


def test_a_worker_sends_what_was_asked_for(mail, settings, redis_server):
    report = ready_report()
    url = f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    with processes.worker("deliveries,quick", 1, name="sender", EMAIL_URL=url):
        deliver(report, [by_email("ben@example.org", "cid@example.org", "dan@example.org")], report.owner)
        processes.wait_until(lambda: Delivery.objects.filter(state=State.READY).count() == 3, "all have it")
    assert sorted(to for (to,), _message in mail.taken) == ["ben@example.org", "cid@example.org", "dan@example.org"]
