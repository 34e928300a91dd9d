"""Combinations, as people meet them: of what they see, and of nothing else."""

from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from reports.lifecycle import inline, refresh
from reports.lifecycle.upload import bring_file
from reports.models import Dataset, Group, Membership, Role, Snapshot, State
from tests.factories import PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]
ADDRESS = "/datasets/new/combination/"


@pytest.fixture
def ana():
    return PersonFactory(username="ana")


@pytest.fixture
def bruno():
    return PersonFactory(username="bruno")


def brought(owner, name: str, text: str, **values) -> Dataset:
    dataset = Dataset.objects.create(owner=owner, name=name, **values)
    inline.make(bring_file(dataset, ContentFile(text.encode()), "data.csv"), lambda job: None)
    return dataset


def filled(sql: str, **more) -> dict:
    return {"name": "Both", "sql": sql, "refresh": "hand", "most_minutes": "60", "client_token": uuid4(), **more}


def combined(client, sql: str) -> Dataset:
    answer = client.post(ADDRESS, filled(sql))
    assert answer.status_code == 303, answer.content.decode()
    dataset = Dataset.objects.get(name="Both")
    inline.make(dataset.snapshots.get(), lambda job: None)
    return dataset


def test_datasets_are_joined_by_their_names_and_saved_as_one(client, ana):
    brought(ana, "My sales", "region,total\nNorth,2\nSouth,3\n")
    brought(ana, "Rates", "region,rate\nNorth,1.5\nSouth,2\n")
    client.force_login(ana)
    assert "My sales" in client.get(ADDRESS).content.decode()
    sql = 'SELECT region, total * rate AS paid FROM "my Sales" JOIN rates USING (region) ORDER BY region; -- both'
    looked = client.post(ADDRESS, filled(sql, look="1"))
    assert looked.status_code == 200 and "paid" in looked.content.decode()
    dataset = combined(client, sql)
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "Combination" in page and "paid" in page and "6" in page
    # New data of the others is seen when it is refreshed.
    rates = Dataset.objects.get(name="Rates")
    inline.make(bring_file(rates, ContentFile(b"region,rate\nNorth,10\n"), "data.csv"), lambda job: None)
    inline.make(refresh.refresh(dataset), lambda job: None)
    dataset.refresh_from_db()
    assert (dataset.current.number, dataset.current.rows) == (2, 1)


def test_what_one_may_not_see_is_as_unknown_as_what_is_not_there(client, ana, bruno):
    brought(bruno, "Salaries", "name,pay\nAna,1\n")
    client.force_login(ana)
    said = [
        client.post(ADDRESS, filled(f"SELECT * FROM {name}", look="1")).content.decode()
        for name in ("Salaries", "Nonsense")
    ]
    assert "You have no dataset called Salaries" in said[0] and "You have no dataset called Nonsense" in said[1]
    assert client.post(ADDRESS, filled("SELECT * FROM Salaries")).status_code == 422
    assert not Dataset.objects.filter(owner=ana).exists()


def test_first_rows_that_need_too_much_memory_say_so(client, ana):
    client.force_login(ana)
    sql = "SELECT list(repeat('x', 1000) || range) AS a FROM range(1000000)"
    answer = client.post(ADDRESS, filled(sql, look="1"))
    assert answer.status_code == 422 and "more memory than a page has" in answer.content.decode()


def test_sharing_that_ended_ends_the_refreshing_and_keeps_what_there_was(client, ana, bruno):
    group = Group.objects.create(name="Finance")
    for person in (ana, bruno):
        Membership.objects.create(group=group, person=person, role=Role.AUTHOR)
    shared = brought(bruno, "Salaries", "name,pay\nAna,1\n", group=group)
    client.force_login(ana)
    dataset = combined(client, "SELECT * FROM Salaries")
    shared.group = None
    shared.save()
    failed = refresh.refresh(dataset)
    inline.make(failed, lambda job: None)
    dataset.refresh_from_db()
    assert (failed.state, failed.problem["code"]) == (State.FAILED, "combination_gone")
    assert (dataset.current.number, dataset.current.state) == (1, State.READY)


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT * FROM "Salaries"',
        'SELECT s.* FROM "Salaries" s, (WITH "Salaries" AS (SELECT 1 AS x) SELECT * FROM "Salaries") q',
    ],
)
def test_who_edits_anothers_combination_reads_nothing_that_they_do_not_see(client, ana, bruno, sql):
    """Not by a dataset of their own of the same name either."""
    group = Group.objects.create(name="Finance")
    for person in (ana, bruno):
        Membership.objects.create(group=group, person=person, role=Role.AUTHOR)
    brought(ana, "Rates", "rate\n1\n", group=group)
    brought(ana, "Salaries", "name,pay\nAna,1\n")
    brought(bruno, "Salaries", "name\nnobody\n")
    client.force_login(ana)
    dataset = combined(client, "SELECT * FROM Rates")
    Dataset.objects.filter(pk=dataset.pk).update(group=group, group_may="edit")
    client.force_login(bruno)
    edit = reverse("source_edit", args=[dataset.pk])
    for more in ({}, {"look": "1"}):
        answer = client.post(edit, filled(sql, **more))
        assert answer.status_code == 422 and "You have no dataset called Salaries" in answer.content.decode()
    assert client.post(edit, filled("SELECT rate FROM Rates")).status_code == 303


def test_a_dataset_that_takes_a_name_later_is_not_read_instead(client, ana, bruno):
    group = Group.objects.create(name="Finance")
    for person in (ana, bruno):
        Membership.objects.create(group=group, person=person, role=Role.AUTHOR)
    shared = brought(bruno, "Rates", "whose\nshared\n", group=group)
    client.force_login(ana)
    dataset = combined(client, "SELECT * FROM rates")
    brought(ana, "Rates", "whose\nmine\nmine\n")
    again = refresh.refresh(dataset)
    inline.make(again, lambda job: None)
    assert (again.state, again.rows) == (State.READY, 1)
    Dataset.objects.filter(pk=shared.pk).update(name="Old rates")
    again = refresh.refresh(dataset)
    inline.make(again, lambda job: None)
    assert (again.state, again.rows) == (State.READY, 1)


def test_a_query_that_is_too_large_says_so(client, ana):
    client.force_login(ana)
    names = " UNION ALL ".join(f"SELECT * FROM t{n}" for n in range(101))
    assert "more than 100 datasets" in client.post(ADDRESS, filled(names)).content.decode()
    deep = "SELECT " + "+".join("1" * 900)
    assert "inside each other" in client.post(ADDRESS, filled(deep, look="1")).content.decode()


def test_ones_own_dataset_comes_before_a_shared_one_of_its_name(client, ana, bruno):
    group = Group.objects.create(name="Finance")
    carla = PersonFactory(username="carla")
    for person in (ana, bruno, carla):
        Membership.objects.create(group=group, person=person, role=Role.AUTHOR)
    for owner in (bruno, carla):
        brought(owner, "Rates", f"whose\n{owner}\n", group=group)
    client.force_login(ana)
    answer = client.post(ADDRESS, filled("SELECT * FROM rates"))
    assert answer.status_code == 422 and "More than one dataset" in answer.content.decode()
    brought(ana, "Rates", "whose\nmine\n")
    looked = client.post(ADDRESS, filled("SELECT * FROM rates", look="1"))
    assert ">mine</td>" in looked.content.decode()


def test_more_datasets_cost_the_page_no_more_queries(client, ana, django_assert_num_queries):
    brought(ana, "One", "a\n1\n")
    client.force_login(ana)
    client.get(ADDRESS)
    with django_assert_num_queries(4):
        client.get(ADDRESS)
    for name in "abc":
        brought(ana, name, "a\n1\n")
    with django_assert_num_queries(4):
        client.get(ADDRESS)


def test_its_page_says_what_it_reads_and_of_when_that_is(client, ana, bruno):
    rates = brought(ana, "Rates", "region,rate\nNorth,2\n")
    Snapshot.objects.update(requested_at="2025-03-04T10:00Z")
    client.force_login(ana)
    dataset = combined(client, "SELECT * FROM rates")
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "SELECT * FROM rates" in page and "data of Tue, Mar 4, 2025, 10:00" in page
    assert "it does not have them read anew" in page
    rates.owner = bruno
    rates.save()
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "not there or not shared any more" in page and "Mar 4" not in page
