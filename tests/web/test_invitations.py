"""Invitations: who may send them, what becomes of them, and those that cannot be used."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.mail import Server
from reports.models import Group, Invitation, Membership, Role
from reports.models.person import INVITATION_LIFE, account_of
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

NEW = {"name": "Nina Alves", "new_password1": "sea green 7 boats", "new_password2": "sea green 7 boats"}


@pytest.fixture
def group() -> Group:
    return Group.objects.create(name="Finance")


@pytest.fixture
def manager(client, group):
    person = PersonFactory(username="mara", first_name="Mara Dias")
    Membership.objects.create(group=group, person=person, role=Role.MANAGER)
    client.force_login(person)
    return person


@pytest.fixture
def staff(client):
    person = PersonFactory(username="staff", is_staff=True)
    client.force_login(person)
    return person


def invited(by, group: Group | None, **fields) -> Invitation:
    known = {"email": "new@example.org", "role": Role.AUTHOR, "expires_at": timezone.now() + INVITATION_LIFE}
    return Invitation.objects.create(invited_by=by, group=group, **known | fields)


def link_of(invitation: Invitation) -> str:
    return reverse("join", args=[invitation.pk, invitation.token])


def test_a_new_person_gets_an_account_a_role_and_is_signed_in(manager, group):
    invitation, visitor = invited(manager, group), Client(headers={"accept-language": "pt-br"})
    assert "Mara Dias convidou new@example.org" in visitor.get(link_of(invitation)).content.decode()
    answer = visitor.post(link_of(invitation), NEW)
    assert (answer.status_code, answer.url) == (303, reverse("group", args=[group.pk]))
    person = get_user_model().objects.get(email="new@example.org")
    assert (person.username, person.get_full_name()) == ("new@example.org", "Nina Alves")
    assert person.profile.language == "pt-br"
    assert group.memberships.get(person=person).role == Role.AUTHOR and not person.is_staff
    assert "Nina Alves" in visitor.get(reverse("group", args=[group.pk])).content.decode()
    assert Client().login(username="NEW@example.org", password=NEW["new_password1"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"new_password1": "1234", "new_password2": "1234"}, "too short"),
        ({"new_password1": "new@example.org1", "new_password2": "new@example.org1"}, "too similar"),
        ({"new_password2": "another"}, "match"),
        ({"name": ""}, "required"),
        ({"name": "x" * 151}, "150"),
    ],
)
def test_a_poor_password_or_name_is_refused_and_the_invitation_stays(manager, group, change, words):
    invitation = invited(manager, group)
    answer = Client().post(link_of(invitation), NEW | change)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert account_of("new@example.org") is None and not Invitation.objects.get().accepted_at


def test_whoever_has_an_account_signs_in_and_joins(manager, group):
    invitation, person = invited(manager, group), PersonFactory(username="nina", email="New@Example.org")
    visitor = Client()
    page = visitor.get(link_of(invitation)).content.decode()
    assert f"{reverse('sign_in')}?next={link_of(invitation)}" in page and "new_password1" not in page
    assert visitor.post(link_of(invitation), NEW).status_code == 200
    sign_in = {"username": "NEW@example.org", "password": PASSWORD, "next": link_of(invitation)}
    assert visitor.post(reverse("sign_in"), sign_in).url == link_of(invitation)
    assert visitor.post(link_of(invitation)).url == reverse("group", args=[group.pk])
    assert group.memberships.get(person=person).role == Role.AUTHOR
    assert get_user_model().objects.filter(email__iexact="new@example.org").count() == 1


def test_an_invitation_is_for_its_address_alone(client, manager, group):
    invitation, other = invited(manager, group), PersonFactory()
    client.force_login(other)
    assert "sign out, then open the link again" in client.get(link_of(invitation)).content.decode()
    client.post(link_of(invitation), NEW)
    assert not group.memberships.filter(person=other).exists() and not Invitation.objects.get().accepted_at


def refused(invitation: Invitation, words: str) -> None:
    for answer in (Client().get(link_of(invitation)), Client().post(link_of(invitation), NEW)):
        assert answer.status_code == 410 and words in answer.content.decode()
    assert account_of("new@example.org") is None


def test_an_invitation_works_once(manager, group):
    invitation = invited(manager, group)
    Client().post(link_of(invitation), NEW)
    second = Client().post(link_of(invitation), NEW)
    assert second.status_code == 410 and "used already" in second.content.decode()
    assert get_user_model().objects.filter(username="new@example.org").count() == 1


def test_an_invitation_works_for_a_week(manager, group):
    invitation = invited(manager, group, expires_at=timezone.now() - timedelta(seconds=1))
    refused(invitation, "Ask Mara Dias for a new one")


@pytest.mark.parametrize("lost", ["role", "group", "account"])
def test_an_invitation_ends_with_the_right_to_invite(manager, group, lost):
    invitation = invited(manager, group)
    membership = Membership.objects.filter(person=manager)
    if lost == "role":
        membership.update(role=Role.AUTHOR)
    elif lost == "group":
        membership.delete()
    else:
        get_user_model().objects.filter(pk=manager.pk).update(is_active=False)
    refused(invitation, "Mara Dias, who invited you, may no longer do so")


def test_a_deactivated_account_is_not_let_in_by_an_invitation(manager, group):
    PersonFactory(email="new@example.org", is_active=False)
    answer = Client().get(link_of(invited(manager, group)))
    assert answer.status_code == 410 and "has been deactivated" in answer.content.decode()


def test_a_wrong_link_tells_nothing(manager, group):
    invitation = invited(manager, group)
    for token in ("x", invitation.token[:-1], invitation.token + "0", invited(manager, group).token):
        answer = Client().get(reverse("join", args=[invitation.pk, token]))
        assert answer.status_code == 404 and "new@example.org" not in answer.content.decode()


def test_sent_again_the_link_before_ends_and_the_week_begins_anew(client, manager, group):
    invitation = invited(manager, group, expires_at=timezone.now() - timedelta(days=1), sent_at=timezone.now())
    before = link_of(invitation)
    client.post(reverse("invitation_again", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.sent_at is None and not invitation.is_expired
    assert Client().get(before).status_code == 404 and Client().get(link_of(invitation)).status_code == 200


def test_a_second_invitation_renews_the_first(client, manager, group):
    for email, role in (("NEW@example.org", "reader"), ("new@Example.org", "manager")):
        client.post(reverse("group", args=[group.pk]), {"email": email, "role": role})
    assert Invitation.objects.get().role == Role.MANAGER


def test_a_withdrawn_invitation_is_gone(client, manager, group):
    invitation = invited(manager, group)
    client.post(reverse("invitation_withdraw", args=[invitation.pk]))
    assert Client().get(link_of(invitation)).status_code == 404 and not Invitation.objects.exists()


@pytest.mark.parametrize(
    "email", ["", "nina", "nina@", "a b@example.org", "x" * 140 + "@example.org", "a@b.c\nBcc: d@e.f"]
)
def test_what_is_no_address_is_refused(client, manager, group, email):
    answer = client.post(reverse("group", args=[group.pk]), {"email": email, "role": "reader"})
    assert answer.status_code == 422 and 'href="#id_email"' in answer.content.decode()
    assert not Invitation.objects.exists()


def test_whoever_is_in_the_group_is_not_invited_again(client, manager, group):
    person = PersonFactory(email="ana@example.org")
    Membership.objects.create(group=group, person=person)
    answer = client.post(reverse("group", args=[group.pk]), {"email": "Ana@example.org", "role": "author"})
    assert answer.status_code == 422 and "is in “Finance” already" in answer.content.decode()


def test_staff_invite_anybody_but_not_to_an_account_that_there_is(client, staff, group):
    PersonFactory(email="ana@example.org")
    answer = client.post(reverse("people"), {"email": "ana@example.org", "group": "", "role": "reader"})
    assert answer.status_code == 422 and "has an account already" in answer.content.decode()
    client.post(reverse("people"), {"email": "ana@example.org", "group": group.pk, "role": "manager"})
    client.post(reverse("people"), {"email": "new@example.org", "group": "", "role": "manager"})
    assert Invitation.objects.get(email="ana@example.org").group == group
    answer = Client().post(link_of(Invitation.objects.get(group=None)), NEW)
    assert answer.url == reverse("home") and not account_of("new@example.org").memberships.exists()


def test_links_are_shown_to_staff_and_only_while_there_is_no_mail_server(client, manager, group, settings):
    link = link_of(invited(manager, group))
    assert link not in client.get(reverse("group", args=[group.pk])).content.decode()
    client.force_login(PersonFactory(is_staff=True))
    assert f"http://testserver{link}" in client.get(reverse("group", args=[group.pk])).content.decode()
    assert link in client.get(reverse("people")).content.decode()
    settings.MAIL_SERVER = Server("mail", 25, "", "", "smtp")
    assert link not in client.get(reverse("people")).content.decode()


def test_a_deactivated_person_is_signed_out_until_they_are_let_in_again(client, staff):
    person, theirs = PersonFactory(), Client()
    theirs.force_login(person)
    client.post(reverse("person_active", args=[person.pk]))
    assert theirs.get(reverse("datasets")).status_code == 302
    assert not Client().login(username=person.username, password=PASSWORD)
    client.post(reverse("person_active", args=[person.pk]), {"activate": ""})
    assert Client().login(username=person.username, password=PASSWORD)


def test_nobody_deactivates_themselves_or_whoever_is_above_them(client, staff):
    above = PersonFactory(is_staff=True, is_superuser=True)
    for person in (staff, above):
        assert client.post(reverse("person_active", args=[person.pk])).status_code == 403
    assert get_user_model().objects.filter(is_active=False).count() == 0


def test_people_are_found_by_name_and_address_at_a_constant_cost(client, staff, group, django_assert_num_queries):
    for place in range(2):
        for number in range(3):
            person = PersonFactory(email=f"{place}{number}@example.org", first_name="Nina")
            Membership.objects.create(group=group, person=person)
            invited(staff, group, email=f"{place}-{number}@example.org")
        with django_assert_num_queries(9):
            page = client.get(reverse("people"), {"q": "EXAMPLE"}).content.decode()
    assert page.count("Has never signed in") == 6
    for sought in ("%", "\0%", "x" * 3000):
        assert "Nobody has such a name" in client.get(reverse("people"), {"q": sought}).content.decode()
    assert client.post(reverse("person_active", args=[10**30])).status_code == 404


def test_an_address_that_two_accounts_have_signs_in_neither(client):
    for name in ("one", "two"):
        PersonFactory(username=name, email="shared@example.org")
    assert not client.login(username="shared@example.org", password=PASSWORD)
    assert client.login(username="two", password=PASSWORD)


def test_when_the_broker_is_away_the_page_says_so(client, manager, group, monkeypatch):
    def away(*_arguments, **_options):
        raise OSError("away")

    monkeypatch.setattr("reports.tasks.send_password_reset.apply_async", away)
    answer = Client().post(reverse("password_reset"), {"email": "nina@example.org"})
    assert "the broker does not answer" in answer.content.decode()
