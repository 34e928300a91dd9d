"""Without a mail server, what would have been sent can be read in the browser."""

import tracemalloc

import pytest
from django.conf import settings as configured
from django.core.mail import get_connection
from django.urls import reverse

from reports.delivery import letters, mail
from reports.delivery.email import message_of
from reports.models import Delivery
from tests.delivery.sending import by_email, ready_report
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_BACKEND = "reports.delivery.files.Files"
    person = PersonFactory(is_staff=True)
    client.force_login(person)
    return person


def test_an_empty_one_says_so(client, staff):
    assert "No message has been written yet" in client.get(reverse("mailbox")).content.decode()


def test_a_message_is_read_as_text_with_its_head(client, staff):
    report = ready_report(title="<b>Sales</b>")
    content = by_email("ben@example.org", text="See https://example.org\n<script>1</script>")
    delivery = Delivery(report=report, owner=report.owner, recipient="ben@example.org", content=content)
    get_connection().send_messages([message_of(delivery)])
    page = client.get(reverse("mailbox")).content.decode()
    assert "&lt;b&gt;Sales&lt;/b&gt;" in page and "ben@example.org" in page
    [name] = [path.name for path in staff_files()]
    letter = client.get(reverse("mailbox_message", args=[name])).content.decode()
    assert "&lt;script&gt;" in letter and "<script>1" not in letter
    assert 'href="https://example.org"' in letter
    assert "Sales b" in letter and ".pdf" in letter


def test_what_is_attached_is_not_read_for_the_list(client, staff):
    report = ready_report()
    delivery = Delivery(report=report, owner=report.owner, recipient="ben@example.org", content=by_email("ben@x.org"))
    message = message_of(delivery)
    message.attach("large.bin", bytes(5_000_000), "application/octet-stream")
    get_connection().send_messages([message])
    client.get(reverse("mailbox"))
    tracemalloc.start()
    page = client.get(reverse("mailbox")).content.decode()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "Sales by region" in page and "ben@x.org" in page
    assert peak < 5_000_000


def test_messages_of_one_second_are_each_in_a_file_of_their_own(client, staff):
    for number in range(50):
        mail.send("schedule_paused", "ana@example.org", "en", {"schedule": {"name": f"Daily {number}"}})
    assert len(staff_files()) == 50
    page = client.get(reverse("mailbox")).content.decode()
    assert page.index("Daily 49") < page.index("Daily 0")


def staff_files():
    return list(configured.EMAIL_FILE_PATH.glob("*.log"))


def test_a_name_that_is_none_of_its_files_is_not_found(client, staff, settings):
    settings.EMAIL_FILE_PATH.mkdir()
    (settings.EMAIL_FILE_PATH.parent / "secret.log").write_bytes(b"Subject: x\n\nsecret")
    assert client.get(reverse("mailbox") + "..%2Fsecret.log/").status_code == 404
    assert client.get(reverse("mailbox_message", args=["20260305.log"])).status_code == 404


def test_a_link_to_a_new_password_is_for_superusers_alone(client, staff):
    PersonFactory(email="root@example.org", is_superuser=True)
    letters.password_reset("root@example.org", "http://testserver", "en")
    mail.send("schedule_paused", "ana@example.org", "en", {"schedule": {"name": "Daily"}})
    names = sorted(path.name for path in staff_files())
    assert "root@" not in client.get(reverse("mailbox")).content.decode()
    assert sorted(client.get(reverse("mailbox_message", args=[name])).status_code for name in names) == [200, 404]
    type(staff).objects.filter(pk=staff.pk).update(is_superuser=True)
    assert "root@" in client.get(reverse("mailbox")).content.decode()
