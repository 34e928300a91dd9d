"""Send a report from its page, or have a schedule do so; what is typed wrong, and what came of what was sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.delivery.links import link_of
from reports.models import Delivery, Group, Membership, Schedule, ShareLink, State
from reports.problems import Problem
from tests.delivery.sending import by_email, ready_report
from tests.factories import PersonFactory, ReportFactory, definition_of, schedule_of

pytestmark = pytest.mark.django_db
GOOD = {"to": "ben@example.org", "subject": "{title}", "text": ""}


@pytest.fixture
def report(client):
    report = ready_report()
    client.force_login(report.owner)
    return report


def send(client, report, by="email", **fields):
    return client.post(reverse("report_send", args=[report.pk]) + f"?by={by}", {**GOOD, **fields})


def page_of(client, report) -> str:
    return client.get(reverse("report", args=[report.pk])).content.decode()


def test_addresses_are_taken_as_people_write_them(client, report):
    to = "Ben Long <Ben@Example.org>; cid@example.org,\n\nben@example.org"
    answer = send(client, report, to=to, cc="dan@example.org, cid@example.org")
    assert answer.status_code == 303
    assert sorted(Delivery.objects.values_list("recipient", flat=True)) == [
        "ben@example.org",
        "cid@example.org",
        "dan@example.org",
    ]
    content = Delivery.objects.first().content
    assert (content["to"], content["cc"]) == (["ben@example.org", "cid@example.org"], ["dan@example.org"])
    assert Delivery.objects.first().portal == "http://testserver"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"to": ""}, "This field is required"),
        ({"to": "ben@example.org, ben@, carl"}, "This is no email address: ben@, carl."),
        ({"to": "ben@example.org\x00"}, "Null characters"),
        ({"to": "ben@example.org>\r\nBcc: all@example.org"}, "This is no email address"),
        ({"to": ",".join(f"p{n}@example.org" for n in range(1000))}, "There are 1,000 addresses"),
        ({"reply_to": "ben"}, "valid email"),
        ({"reply_to": "ben@example.org\r\nBcc: all@example.org"}, "valid email"),
        ({"subject": ""}, "This field is required"),
        ({"subject": "Sales\r\nBcc: all@example.org"}, "A subject is one line"),
        ({"subject": "Sales\u2028Bcc: all@example.org"}, "A subject is one line"),
        ({"subject": "{titel}"}, "There is no {titel}. What can be filled in is {title}, {date}, {pages}, {rows}."),
        ({"text": "{rows} of {row.__class__} {sum}"}, "There is no {sum}."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(client, report, fields, words):
    answer = send(client, report, **fields)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Delivery.objects.exists()


def test_who_has_it_is_said(client, report):
    send(client, report)
    Delivery.objects.update(state=State.READY)
    assert send(client, report).status_code == 303
    assert "Nothing was sent twice" in page_of(client, report)
    assert Delivery.objects.count() == 1


def test_a_report_that_is_not_ready_cannot_be_sent(client, report):
    failed = ReportFactory(owner=report.owner, state=State.FAILED)
    assert client.get(reverse("report_send", args=[failed.pk])).status_code == 404
    assert send(client, failed).status_code == 404
    assert reverse("report_send", args=[report.pk]) in page_of(client, report)


@pytest.mark.parametrize("by", ["folder", "nonsense", ""])
def test_a_way_that_there_is_not_is_the_first_one(client, report, settings, by):
    settings.DELIVERY_FOLDER = ""
    page = client.get(reverse("report_send", args=[report.pk]), {"by": by}).content.decode()
    assert 'name="subject"' in page and 'href="?by=folder"' not in page


def test_a_name_that_leads_out_of_the_folder_is_refused(client, report, settings):
    settings.DELIVERY_FOLDER = "/srv/reports"
    answer = send(client, report, "folder", pattern="../{title}")
    assert answer.status_code == 422 and "leads out of the folder" in answer.content.decode()
    assert send(client, report, "folder", pattern="sales/{date}.pdf").status_code == 303


def test_the_page_tells_what_came_of_each_and_failures_are_tried_again(client, report):
    problem = Problem("mail_refused", answer="550 <b>No such person").as_json()
    failed = {"state": State.FAILED, "problem": problem, "finished_at": timezone.now(), "attempts": 3}
    delivery = Delivery.objects.create(
        report=report, owner=report.owner, channel="email", recipient="ben@example.org", **failed
    )
    page = page_of(client, report)
    assert "ben@example.org" in page and "550 &lt;b&gt;No such person" in page and "3 attempts" in page
    client.post(reverse("delivery_retry", args=[delivery.pk]))
    delivery.refresh_from_db()
    assert delivery.state in (State.REQUESTED, State.QUEUED) and "Waiting" in page_of(client, report)


def test_a_failure_is_news_until_its_sender_has_seen_it(client, report):
    problem = Problem("receiver_silent", reason="timed out").as_json()
    failed = {"state": State.FAILED, "problem": problem, "finished_at": timezone.now()}
    Delivery.objects.create(report=report, owner=report.owner, channel="email", recipient="ben@example.org", **failed)
    type(report).objects.update(seen_at=timezone.now())
    assert "1 thing is new" in client.get(reverse("reports")).content.decode()
    finished = client.get(reverse("reports_finished")).content.decode()
    assert "could not be delivered to ben@example.org" in finished
    assert "could not be delivered" not in client.get(reverse("reports_finished")).content.decode()
    Delivery.objects.update(seen_at=None)
    page_of(client, report)
    assert "1 thing is new" not in client.get(reverse("reports")).content.decode()


def test_what_others_sent_is_not_shown_to_readers(client, report):
    Delivery.objects.create(report=report, owner=report.owner, channel="email", recipient="ben@example.org")
    reader = PersonFactory()
    group = Group.objects.create(name="Finance")
    Membership.objects.create(group=group, person=reader)
    type(report).objects.update(group=group)
    client.force_login(reader)
    assert "ben@example.org" not in page_of(client, report)


def test_more_of_it_costs_no_more_queries(client, report, django_assert_max_num_queries):
    def more():
        for _ in range(5):
            n = Delivery.objects.count()
            Delivery.objects.create(report=report, owner=report.owner, channel="email", recipient=f"p{n}@example.org")
            ShareLink.objects.create(report=report, owner=report.owner, expires_at=timezone.now())

    more()
    page_of(client, report)
    with django_assert_max_num_queries(100) as counted:
        page_of(client, report)
    more()
    with django_assert_max_num_queries(len(counted.captured_queries)):
        page_of(client, report)


@pytest.fixture
def schedule(client) -> Schedule:
    owner = PersonFactory()
    client.force_login(owner)
    return schedule_of(definition_of(owner))


def test_a_schedule_has_places_added_and_removed(client, schedule):
    address = reverse("schedule_deliveries", args=[schedule.pk])
    client.post(address + "?by=email", {**GOOD, "to": "ben@example.org"})
    client.post(address + "?by=link", {"days": 30, "password": "sea green 7"})
    schedule.refresh_from_db()
    first, second = schedule.deliveries
    gone = first.pop("id")
    assert first == by_email("ben@example.org", portal="http://testserver")
    assert second["days"] == 30 and "sea green" not in str(second)
    page = client.get(reverse("schedule", args=[schedule.pk])).content.decode()
    assert "ben@example.org" in page and "A link for 30 days" in page
    client.post(reverse("schedule_target_remove", args=[schedule.pk, gone]))
    # A second click takes away nothing else.
    client.post(reverse("schedule_target_remove", args=[schedule.pk, gone]))
    schedule.refresh_from_db()
    assert schedule.deliveries == [second]


def test_a_place_that_is_wrong_is_not_kept(client, schedule):
    address = reverse("schedule_deliveries", args=[schedule.pk])
    assert client.post(address + "?by=email", {**GOOD, "to": "ben"}).status_code == 422
    Schedule.objects.update(deliveries=[{"id": str(uuid4()), **by_email("a@example.org")}] * 20)
    page = client.post(address + "?by=email", GOOD)
    assert page.status_code == 422 and "20 places at most" in page.content.decode()


def test_editing_a_schedule_leaves_its_places(client, schedule):
    Schedule.objects.update(deliveries=[by_email("ben@example.org")])
    page = client.get(reverse("schedule_edit", args=[schedule.pk]))
    fields = {name: field.value() or "" for form in (page.context["form"],) for name, field in _fields(form)}
    client.post(reverse("schedule_edit", args=[schedule.pk]), fields)
    schedule.refresh_from_db()
    assert schedule.deliveries == [by_email("ben@example.org")]


def _fields(form):
    return ((name, form[name]) for name in form.fields)


def test_the_history_says_to_whom(client, schedule, django_assert_max_num_queries):
    for day in range(1, 4):
        report = ready_report(owner=schedule.owner)
        moment = timezone.now() - timedelta(days=day)
        schedule.slots.create(moment=moment, state="made", report=report)
        Delivery.objects.create(
            report=report, owner=schedule.owner, channel="email", recipient=f"p{day}@example.org", state=State.READY
        )
    with django_assert_max_num_queries(14):
        page = client.get(reverse("schedule", args=[schedule.pk])).content.decode()
    assert all(f"p{day}@example.org" in page for day in range(1, 4)) and "Sent" in page


def test_the_ledger_is_asked_for_anew_until_everything_has_arrived(client, report):
    send(client, report)
    page = page_of(client, report)
    address = reverse("report_deliveries", args=[report.pk])
    seen = page.split(f"{address}?seen=")[1].split('"')[0]
    assert client.get(address, {"seen": seen}, headers={"hx-request": "true"}).status_code == 204
    Delivery.objects.update(state=State.READY)
    part = client.get(address, {"seen": seen}, headers={"hx-request": "true"}).content.decode()
    assert "Sent" in part and "hx-get" not in part and "<html" not in part


def test_a_link_that_a_message_carries_can_be_ended_too(client, report):
    send(client, report)
    delivery = Delivery.objects.get()
    first = link_of(delivery)
    assert link_of(delivery) == first and first in page_of(client, report)
    client.post(reverse("share_link_revoke", args=[delivery.link.pk]))
    with pytest.raises(Problem) as ended:
        link_of(delivery)
    # Sent again, it carries one that works.
    assert delivery.fail(ended.value) and delivery.ask_again("deliver")
    assert link_of(delivery) != first
    assert ShareLink.objects.usable().count() == 1
