"""New data that is held back, as people meet it."""

import pytest
from django.urls import reverse

from reports.models import Dataset, Group, Membership, Role
from tests.factories import COLUMNS, PersonFactory, SnapshotFactory, definition_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def monthly():
    """A definition of Ana's; the new data of its dataset has no Day, and another Total."""
    definition = definition_of(PersonFactory(username="ana"))
    dataset = definition.current.dataset
    columns = [COLUMNS[0], {"name": "Total", "type": "text"}, {"name": "Unit", "type": "text"}]
    SnapshotFactory(dataset=dataset, number=dataset.current.number + 1, columns=columns)._come_into_use()
    dataset.refresh_from_db()
    return definition


def page(client, route: str, *args) -> str:
    return client.get(reverse(route, args=args)).content.decode()


def decide(client, route: str, held) -> str:
    address = reverse(route, args=[held.dataset_id, held.number])
    return client.post(address, follow=True).content.decode()


def test_the_pages_say_what_would_break_and_how_until_one_decides(client, monthly):
    dataset = Dataset.objects.get()
    client.force_login(monthly.owner)
    html = page(client, "dataset", dataset.pk)
    assert "New data is held back" in html and "Gone: Day" in html and "Of another type: Total" in html
    for route, args in (("catalogue", []), ("definition", [monthly.pk])):
        html = page(client, route, *args)
        assert "New data is held back" in html and "Gone: Day" in html and "Of another type: Total" in html
    assert "is held back" in page(client, "reports_finished") and "New data is held back" in page(client, "datasets")
    assert "The new columns are in use." in decide(client, "dataset_use_held", dataset.held)
    html = page(client, "dataset", dataset.pk)
    assert "New data is held back" not in html and "no report can be made from these definitions" in html
    assert "so nothing was changed" in decide(client, "dataset_leave_held", dataset.held)


def test_the_old_data_is_kept(client, monthly):
    dataset = Dataset.objects.get()
    client.force_login(monthly.owner)
    assert "The old data stays in use." in decide(client, "dataset_leave_held", dataset.held)
    html = page(client, "dataset", dataset.pk)
    assert "New data is held back" not in html and "could not be read" not in html and "was not read" not in html
    assert Dataset.objects.get().current == dataset.current


def test_readers_are_told_whom_to_ask_and_nothing_of_what_is_not_theirs(client, monthly):
    group = Group.objects.create(name="Finance")
    Dataset.objects.update(group=group)
    reader = PersonFactory()
    Membership.objects.create(group=group, person=reader, role=Role.READER)
    client.force_login(reader)
    html = page(client, "dataset", Dataset.objects.get().pk)
    assert "1 definition of somebody else" in html and monthly.name not in html
    assert "Ask ana to decide" in html and "Use the new columns" not in html
    assert "is held back" not in page(client, "reports_finished")


def test_more_definitions_cost_no_more_queries(
    client, monthly, django_assert_num_queries, django_assert_max_num_queries
):
    dataset = Dataset.objects.get()
    client.force_login(monthly.owner)
    with django_assert_max_num_queries(20) as few:
        page(client, "dataset", dataset.pk)
    for number in range(3):
        definition_of(monthly.owner, f"Another {number}", dataset)
    with django_assert_num_queries(len(few)):
        page(client, "dataset", dataset.pk)
