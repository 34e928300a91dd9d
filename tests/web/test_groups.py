"""Groups: who is in them and as what, and the pages that change it."""

import pytest
from django.urls import reverse

from reports.models import Dataset, Group, Invitation, Membership, Report, Role
from reports.models.access import May
from tests.factories import DatasetFactory, PersonFactory, ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return Group.objects.create(name="Finance")


def member(group: Group, role: Role, **fields):
    person = PersonFactory(**fields)
    Membership.objects.create(group=group, person=person, role=role)
    return person


@pytest.fixture
def manager(client, group):
    person = member(group, Role.MANAGER, username="mara", first_name="Mara Dias")
    client.force_login(person)
    return person


@pytest.fixture
def staff(client):
    person = PersonFactory(username="staff", is_staff=True)
    client.force_login(person)
    return person


def roles(group: Group) -> dict[str, str]:
    return dict(group.memberships.values_list("person__username", "role"))


def test_staff_make_a_group_and_give_it_another_name(client, staff):
    made = client.post(reverse("group_new"), {"name": "  Board   of directors "})
    group = Group.objects.get()
    assert group.name == "Board of directors" and made.url == reverse("group", args=[group.pk])
    client.post(reverse("group_rename", args=[group.pk]), {"name": "Board"})
    assert Group.objects.get().name == "Board"


@pytest.mark.parametrize("name", ["Finance", "finance", " FINANCE "])
def test_the_name_of_another_group_is_refused(client, staff, group, name):
    answer = client.post(reverse("group_new"), {"name": name})
    assert answer.status_code == 422 and "Choose another name" in answer.content.decode()
    other = Group.objects.create(name="Sales")
    assert client.post(reverse("group_rename", args=[other.pk]), {"name": name}).status_code == 422
    assert client.post(reverse("group_rename", args=[group.pk]), {"name": name}).status_code == 303


def test_deleting_a_group_makes_private_what_was_shared(client, staff, group):
    person = member(group, Role.READER)
    dataset = DatasetFactory(group=group)
    report = ReportFactory(group=group)
    assert "becomes private again" in client.get(reverse("group", args=[group.pk])).content.decode()
    client.post(reverse("group_delete", args=[group.pk]))
    assert Dataset.objects.get(pk=dataset.pk).group is None and Report.objects.get(pk=report.pk).group is None
    client.force_login(person)
    assert client.get(reverse("dataset", args=[dataset.pk])).status_code == 404


def test_a_manager_changes_roles_and_removes_people(client, manager, group):
    ana = member(group, Role.READER, username="ana")
    client.post(reverse("group_role", args=[group.pk, ana.pk]), {"role": "author"})
    assert roles(group)["ana"] == Role.AUTHOR
    client.post(reverse("group_remove", args=[group.pk, ana.pk]))
    assert "ana" not in roles(group)


@pytest.mark.parametrize("role", ["", "owner", "MANAGER"])
def test_a_role_that_does_not_exist_changes_nothing(client, manager, group, role):
    ana = member(group, Role.READER, username="ana")
    page = client.post(reverse("group_role", args=[group.pk, ana.pk]), {"role": role}, follow=True).content.decode()
    assert "There is no such role" in page and roles(group)["ana"] == Role.READER


@pytest.mark.parametrize(
    ("route", "to", "sent"),
    [("group_leave", [], {}), ("group_remove", ["mara"], {}), ("group_role", ["mara"], {"role": "reader"})],
)
def test_the_last_manager_stays_and_is_told_what_to_do(client, manager, group, route, to, sent):
    member(group, Role.AUTHOR, username="ana")
    member(group, Role.MANAGER, username="gone", is_active=False)
    address = reverse(route, args=[group.pk, *([manager.pk] if to else [])])
    page = client.post(address, sent, follow=True).content.decode()
    assert "Mara Dias is the last manager of “Finance”. Make somebody else a manager first" in page
    assert roles(group)["mara"] == Role.MANAGER


def test_with_another_manager_one_may_leave(client, manager, group):
    member(group, Role.MANAGER, username="ana")
    answer = client.post(reverse("group_leave", args=[group.pk]))
    assert answer.url == reverse("groups") and roles(group) == {"ana": Role.MANAGER}
    assert client.get(reverse("group", args=[group.pk])).status_code == 404


def test_a_manager_who_removes_themselves_is_led_to_the_list(client, manager, group):
    member(group, Role.MANAGER, username="ana")
    assert client.post(reverse("group_remove", args=[group.pk, manager.pk])).url == reverse("groups")


def test_somebody_who_is_not_in_the_group_cannot_be_changed(client, manager, group):
    for number in (PersonFactory().pk, 10**30):
        assert client.post(reverse("group_remove", args=[group.pk, number])).status_code == 404


def test_readers_see_no_invitations_and_no_buttons(client, group):
    manager = member(group, Role.MANAGER)
    Invitation.objects.create(email="new@example.org", group=group, invited_by=manager, expires_at=manager.date_joined)
    client.force_login(member(group, Role.READER))
    page = client.get(reverse("group", args=[group.pk])).content.decode()
    assert "new@example.org" not in page and "/role/" not in page and "Invite somebody" not in page


def test_the_list_says_what_one_is_in_each_group(client, manager, group):
    Group.objects.create(name="Of others")
    page = client.get(reverse("groups")).content.decode()
    assert "Finance" in page and "Manager" in page and "Of others" not in page


def test_groups_cost_as_many_queries_however_large(client, manager, group, django_assert_num_queries):
    for _ in range(2):
        for _ in range(3):
            DatasetFactory(group=group)
            person = member(group, Role.READER)
            Membership.objects.create(group=Group.objects.create(name=f"With {person}"), person=manager)
            Invitation.objects.create(
                email=person.username, group=group, invited_by=person, expires_at=manager.date_joined
            )
        with django_assert_num_queries(14):
            client.get(reverse("group", args=[group.pk]))
            client.get(reverse("groups"))


def test_a_dataset_is_shared_renamed_and_taken_back(client, group):
    author = member(group, Role.AUTHOR, username="ana")
    client.force_login(author)
    dataset = DatasetFactory(owner=author, name="Sales")
    client.post(reverse("dataset_share", args=[dataset.pk]), {"group": group.pk, "group_may": "edit"})
    dataset.refresh_from_db()
    assert (dataset.group, dataset.group_may) == (group, May.EDIT)
    client.post(reverse("dataset_share", args=[dataset.pk]), {"group": "", "group_may": "use"})
    dataset.refresh_from_db()
    assert dataset.group is None
    DatasetFactory(owner=author, name="Costs")
    taken = client.post(reverse("dataset_rename", args=[dataset.pk]), {"name": "Costs"})
    assert taken.status_code == 422 and "There is a dataset called “Costs” already" in taken.content.decode()
    client.post(reverse("dataset_rename", args=[dataset.pk]), {"name": "Sales 2026"})
    assert Dataset.objects.get(pk=dataset.pk).name == "Sales 2026"


@pytest.mark.parametrize("role", [Role.READER, None])
def test_nobody_shares_with_a_group_that_they_do_not_write_for(client, group, role):
    person = member(group, role) if role else PersonFactory()
    client.force_login(person)
    dataset = DatasetFactory(owner=person)
    answer = client.post(reverse("dataset_share", args=[dataset.pk]), {"group": group.pk}, follow=True)
    assert "You cannot share with that group" in answer.content.decode()
    dataset.refresh_from_db()
    assert dataset.group is None


@pytest.mark.parametrize("sent", [{"group": "7"}, {"group": "", "group_may": "own"}, {"group": "\0"}])
def test_nonsense_shares_nothing(client, sent):
    dataset = DatasetFactory()
    client.force_login(dataset.owner)
    assert client.post(reverse("dataset_share", args=[dataset.pk]), sent).status_code == 303
    dataset.refresh_from_db()
    assert (dataset.group, dataset.group_may) == (None, May.USE)


def test_an_owner_who_has_left_the_group_still_sees_and_ends_the_sharing(client, group):
    dataset = DatasetFactory(group=group)
    client.force_login(dataset.owner)
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "Finance" in page
    client.post(reverse("dataset_share", args=[dataset.pk]), {"group": ""})
    dataset.refresh_from_db()
    assert dataset.group is None


def test_a_manager_who_ends_a_sharing_is_led_away_from_what_is_gone(client, manager, group):
    dataset = DatasetFactory(group=group)
    answer = client.post(reverse("dataset_unshare", args=[dataset.pk]))
    assert answer.url == reverse("datasets")
    dataset.refresh_from_db()
    assert dataset.group is None
