"""Letters reach a real mail server by a real worker, and say what they must."""

import email
import re
from email import policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reports.delivery import letters
from reports.models import Group, Invitation, Membership, Profile, Role
from reports.models.person import INVITATION_LIFE
from tests import processes
from tests.factories import PersonFactory

PORTAL = "http://testserver"


class Box:
    """What a mail server has taken.  It refuses a message for now until it has been asked often enough."""

    def __init__(self, refusals: int = 0):
        self.refusals, self.asked, self.taken = refusals, 0, []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.asked += 1
        if self.asked <= self.refusals:
            return "451 Try again later"
        self.taken.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"

    def wait_for(self, count: int) -> list[EmailMessage]:
        processes.wait_until(lambda: len(self.taken) >= count, f"{count} messages arrived")
        return self.taken


@pytest.fixture
def box(request, transactional_db, redis_server):
    """A mail server, and a worker that knows it."""
    box = Box(**getattr(request, "param", {}))
    server = Controller(box, hostname="127.0.0.1", port=int(processes.free_port()))
    server.start()
    url = f"smtp://{server.hostname}:{server.port}"
    variables = {"EMAIL_URL": url, "DEFAULT_FROM_EMAIL": "Prelo <reports@example.org>"}
    with processes.worker("deliveries", 1, name="post", **variables):
        yield box
    server.stop()


def invitation(**fields) -> Invitation:
    group = Group.objects.create(name="Finance <&>")
    manager = PersonFactory(first_name="Mara Dias")
    Membership.objects.create(group=group, person=manager, role=Role.MANAGER)
    known = {"email": "new@example.org", "expires_at": timezone.now() + INVITATION_LIFE}
    return Invitation.objects.create(group=group, invited_by=manager, **known | fields)


@pytest.mark.parametrize("box", [{"refusals": 1}], indirect=True)
def test_an_invitation_arrives_although_the_mail_server_refused_it_first_and_leads_to_an_account(box, client):
    manager = invitation(email="other@example.org").invited_by
    client.force_login(manager)
    group = Group.objects.get()
    client.post(reverse("group", args=[group.pk]), {"email": "New@Example.org", "role": "author"})
    (message,) = box.wait_for(1)
    assert box.asked == 2
    assert (message["To"], message["From"]) == ("new@example.org", "Prelo <reports@example.org>")
    assert message["Subject"] == "Mara Dias invites you to “Finance <&>”"
    text, html = (message.get_body(kind).get_content() for kind in (("plain",), ("html",)))
    assert "Finance <&>" in text and "Finance &lt;&amp;&gt;" in html
    link = re.search(r"http://testserver(/join/\S+)", text)[1]
    assert link in html
    processes.wait_until(lambda: Invitation.objects.filter(email="new@example.org", sent_at=None).count() == 0, "noted")
    fields = {"name": "Nina", "new_password1": "sea green 7 boats", "new_password2": "sea green 7 boats"}
    assert Client().post(link, fields).url == reverse("group", args=[group.pk])
    assert group.memberships.get(person__email="new@example.org").role == Role.AUTHOR


def test_a_password_can_be_replaced_by_mail_and_strangers_get_none(box):
    person = PersonFactory(email="ana@example.org")
    Profile.objects.create(person=person, language="pt-br")
    PersonFactory(email="gone@example.org", is_active=False)
    stranger = Client()
    pages = [
        stranger.post(reverse("password_reset"), {"email": address}).content.decode().replace(address, "…")
        for address in ("nobody@example.org", "gone@example.org", "ANA@example.org")
    ]
    assert len({re.sub(r'value="\w{64}"|X-CSRFToken": "\w+"', "", page) for page in pages}) == 1
    (message,) = box.wait_for(1)
    assert message["Subject"] == "Uma nova senha para o Prelo" and message["To"] == "ana@example.org"
    link = re.search(r"http://testserver(/password/reset/\S+)", message.get_body(("plain",)).get_content())[1]
    form = stranger.get(link, follow=True).redirect_chain[-1][0]
    new = "sea green 7 boats"
    assert stranger.post(form, {"new_password1": new, "new_password2": new}).url == reverse("sign_in")
    assert stranger.login(username="ana@example.org", password=new)
    assert "não funciona mais" in Client(headers={"accept-language": "pt-br"}).get(link).content.decode()
    assert len(box.taken) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("", "convida você"), ("en", "invites you")])
def test_a_letter_is_in_the_language_of_who_reads_it_if_it_is_known(language, words):
    found = invitation()
    Profile.objects.create(person=PersonFactory(email="new@example.org"), language=language)
    letters.invitation(str(found.pk), PORTAL, "pt-br")
    assert words in mail.outbox[0].subject and words in mail.outbox[0].body


@pytest.mark.django_db
def test_what_was_withdrawn_or_used_meanwhile_is_not_sent():
    used = invitation(accepted_at=timezone.now())
    letters.invitation(str(used.pk), PORTAL, "en")
    withdrawn = str(used.pk)
    used.delete()
    letters.invitation(withdrawn, PORTAL, "en")
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_name_puts_no_line_of_its_own_into_the_head_of_a_message():
    found = invitation()
    found.invited_by.first_name = "Mara\r\nBcc: all@example.org"
    found.invited_by.save()
    letters.invitation(str(found.pk), PORTAL, "en")
    message = mail.outbox[0]
    assert "\n" not in message.subject and message.recipients() == ["new@example.org"]
