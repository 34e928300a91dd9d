"""Django's own administration shows accounts, and deletes none."""

import pytest
from django.urls import reverse

from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(client):
    person = PersonFactory(username="root", is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def test_an_account_is_made_staff_there(client, superuser):
    person = PersonFactory()
    address = reverse("admin:auth_user_change", args=[person.pk])
    page = client.get(address).content.decode()
    assert "is_staff" in page and "user_permissions" not in page
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00", "is_active": "on", "is_staff": "on"}
    client.post(address, {"username": person.username, "email": "ana@example.org", **joined})
    person.refresh_from_db()
    assert person.is_staff and person.email == "ana@example.org"


def test_no_account_is_deleted_with_all_that_belongs_to_it(client, superuser):
    assert client.post(reverse("admin:auth_user_delete", args=[PersonFactory().pk]), {"post": "yes"}).status_code == 403


def test_the_groups_of_permissions_are_not_mistaken_for_those_of_the_portal(client, superuser):
    page = client.get(reverse("admin:index")).content.decode()
    assert "/admin/auth/user/" in page and "/admin/auth/group/" not in page
