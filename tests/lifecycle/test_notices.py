"""People are told by email of a report that took long, if they want that and have not seen it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reports.delivery.email import notice_to_send
from reports.lifecycle.notices import keep_notices
from reports.models import Delivery, Profile, Report, State
from reports.problems import Problem
from tests.delivery.sending import attempt, ready_report
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    person = PersonFactory(email="Ana@example.org")
    Profile.objects.create(person=person, wants_notices=True, language="pt-br")
    return person


def ended(owner, seconds: int, **values) -> Report:
    now = timezone.now()
    return ready_report(owner=owner, requested_at=now - timedelta(seconds=seconds), finished_at=now, **values)


def told() -> list[Report]:
    keep_notices()
    return [notice.report for notice in Delivery.objects.filter(channel="notice")]


def test_of_a_long_one_she_is_told_once(ana, settings):
    settings.PUBLIC_URL = "https://prelo.example.org"
    report = ended(ana, 90)
    assert told() == told() == [report]
    notice = Delivery.objects.get()
    assert (notice.recipient, notice.owner) == ("ana@example.org", ana)
    assert notice not in Delivery.objects.listed()


@pytest.mark.parametrize(("state", "words"), [(State.READY, "está pronto"), (State.FAILED, "não pôde ser feito")])
def test_it_says_in_her_language_what_became_of_it(ana, mailoutbox, state, words, settings):
    settings.PUBLIC_URL = "https://prelo.example.org"
    report = ended(ana, 90, state=state, problem={"code": "unexpected", "params": {}})
    keep_notices()
    notice_to_send(Delivery.objects.get())()
    (message,) = mailoutbox
    assert words in message.subject and message.recipients() == ["ana@example.org"]
    assert f"https://prelo.example.org/reports/{report.pk}/" in message.body


def test_of_others_she_is_not(ana):
    ended(ana, 30)
    ended(ana, 90, seen_at=timezone.now())
    ended(ana, 90, state=State.CANCELLED)
    ended(ana, 90, is_preview=True)
    old = ended(ana, 90)
    Report.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(hours=2))
    ended(PersonFactory(email="ben@example.org"), 90)
    assert told() == []


def test_nor_when_she_does_not_want_it(ana):
    Profile.objects.update(wants_notices=False)
    ended(ana, 90)
    assert told() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("overtaken", ["seen", "unwanted", "deactivated", "not"])
def test_what_has_been_overtaken_when_its_turn_comes_is_not_sent(ana, settings, tmp_path, overtaken):
    settings.EMAIL_BACKEND = "reports.delivery.files.Files"
    settings.EMAIL_FILE_PATH = tmp_path
    ended(ana, 90)
    keep_notices()
    match overtaken:
        case "seen":
            Report.objects.see()
        case "unwanted":
            Profile.objects.update(wants_notices=False)
        case "deactivated":
            type(ana).objects.update(is_active=False)
    state = attempt(Delivery.objects.get()).state
    assert (state, len(list(tmp_path.iterdir()))) == ((State.READY, 1) if overtaken == "not" else (State.CANCELLED, 0))


def test_one_that_could_not_be_sent_is_no_news(ana):
    ended(ana, 90)
    keep_notices()
    assert Delivery.objects.get().fail(Problem("mail_refused", answer="550 No"))
    assert not Delivery.objects.news_for(ana).exists()
