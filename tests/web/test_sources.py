"""Connections and datasets that are read from a source, as people meet them."""

import re
import time
from uuid import uuid4

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.lifecycle import inline
from reports.lifecycle import refresh as lifecycle
from reports.models import Connection, Dataset, Group, Membership, Profile, Role, Snapshot, State
from reports.models.dataset import Code
from reports.sealed import seal, unseal
from tests.factories import PersonFactory, definition_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]

SQL = "SELECT 'Norte' AS region, 3 AS total, DATE '2025-01-31' AS day WHERE 'a' = :letter"
LETTER = {"parameters_name": ["letter", ""], "parameters_type": ["text", "text"], "parameters_value": ["a", ""]}


@pytest.fixture
def group():
    return Group.objects.create(name="Finance")


@pytest.fixture
def connection(group, postgresql):
    connection = Connection.objects.create(name="Warehouse", address=postgresql)
    connection.groups.add(group)
    return connection


@pytest.fixture
def author(group):
    person = PersonFactory(username="author")
    Membership.objects.create(group=group, person=person, role=Role.AUTHOR)
    return person


def filled(connection, **other) -> dict:
    return {
        "name": "Orders",
        "connection": connection.pk,
        "sql": SQL,
        "refresh": "hand",
        "most_minutes": "60",
        "client_token": uuid4(),
        **LETTER,
        **other,
    }


def read(snapshot) -> Snapshot:
    """As a worker does it."""
    snapshot.refresh_from_db()
    inline.make(snapshot, lambda job: None)
    return snapshot


def begun(author, connection, name="Orders", sql=SQL, **values) -> Dataset:
    parameters = [{"name": "letter", "type": "text", "value": "a"}] if ":letter" in sql else []
    content = lifecycle.Content(Code.QUERY, {"sql": sql, "parameters": parameters}, connection=connection, **values)
    return lifecycle.begin(author, name, content, client_token=uuid4())


def test_an_author_sees_the_first_rows_and_saves_the_query(client, author, connection):
    client.force_login(author)
    address = reverse("source_new", args=["query"])
    assert "Warehouse" in client.get(address).content.decode()
    looked = client.post(address, {**filled(connection), "look": "1"})
    assert looked.status_code == 200 and "Norte" in looked.content.decode()
    assert not Dataset.objects.exists()
    sent = filled(connection)
    answer = client.post(address, sent)
    dataset = Dataset.objects.get()
    assert answer["Location"] == reverse("dataset", args=[dataset.pk])
    # A double click is one dataset.
    assert client.post(address, sent)["Location"] == answer["Location"]
    assert read(dataset.snapshots.get()).state == State.READY
    page = client.get(answer["Location"]).content.decode()
    assert "Norte" in page and "Database query" in page and "31" in page


def test_what_is_wrong_with_a_query_is_said_at_its_place(client, author, connection):
    client.force_login(author)
    address = reverse("source_new", args=["query"])

    def said(**other) -> str:
        answer = client.post(address, {**filled(connection), "look": "1", **other})
        assert answer.status_code == 422
        return answer.content.decode()

    assert "Prelo only reads" in said(sql="DELETE FROM orders")
    assert ":other" in said(sql="SELECT :other AS a")
    assert "called “a”" in said(sql="SELECT 1 AS a, 2 AS a")
    assert "relation &quot;nowhere&quot; does not exist" in said(sql="SELECT a FROM nowhere")
    assert "is no name of a parameter" in said(
        parameters_name=["1; DROP"], parameters_type=["text"], parameters_value="a"
    )
    for value in ("1.5", "99999999999999999999"):
        wrong = {"parameters_name": ["n"], "parameters_type": ["integer"], "parameters_value": [value]}
        assert "is not a whole number" in said(**wrong)
    assert "There is no period" in said(parameters_name=["p"], parameters_type=["period"], parameters_value=["someday"])
    assert not Dataset.objects.exists()


def test_first_rows_look_as_they_do_on_the_page_of_the_dataset(client, author, connection):
    Profile.objects.create(person=author, language="pt-br")
    client.force_login(author)
    sql = "SELECT * FROM (VALUES (1234.5, DATE '2025-01-31', true), (NULL, NULL, NULL)) AS t (sum, day, paid)"
    sent = {**filled(connection), "sql": sql, "parameters_name": []}
    table = re.compile("<table.*?</table>", re.DOTALL)
    [looked] = table.findall(client.post("/datasets/new/query/", {**sent, "look": "1"}).content.decode())
    assert "1.234,5" in looked and "31/01/2025" in looked and "None" not in looked and "True" not in looked
    client.post("/datasets/new/query/", sent)
    dataset = Dataset.objects.get()
    read(dataset.snapshots.get())
    assert looked in table.findall(client.get(reverse("dataset", args=[dataset.pk])).content.decode())


def test_first_rows_that_need_too_much_memory_or_time_are_stopped(client, author, connection, monkeypatch):
    """Also where the query has taken its limit of time from the database."""
    client.force_login(author)
    address = reverse("source_new", args=["query"])
    large = "SELECT repeat('x', 200000000) AS a FROM generate_series(1, 4)"
    looked = client.post(address, {**filled(connection), "sql": large, "look": "1"})
    assert looked.status_code == 422 and "more memory than a page has" in looked.content.decode()
    monkeypatch.setattr("reports.web.forms.query.FIRST_SECONDS", 1)
    endless = (
        "SELECT CASE WHEN g = 1 THEN set_config('statement_timeout', '0', false) ELSE pg_sleep(30)::text END AS a "
        "FROM generate_series(1, 2) AS g"
    )
    started = time.monotonic()
    looked = client.post(address, {**filled(connection), "sql": endless, "look": "1"})
    assert looked.status_code == 422 and "seconds" in looked.content.decode()
    assert time.monotonic() - started < 15


def test_periods_are_bound_as_their_first_and_last_day(client, author, connection):
    client.force_login(author)
    sent = filled(
        connection,
        sql="SELECT :month_from AS first, :month_to AS last, :n + 1 AS more, :yes AS yes",
        parameters_name=["month", "n", "yes"],
        parameters_type=["period", "integer", "boolean"],
        parameters_value=["mês passado", "41", "sim"],
    )
    client.post(reverse("source_new", args=["query"]), sent)
    snapshot = read(Snapshot.objects.get())
    assert snapshot.settings["parameters"][0] == {"name": "month", "type": "period", "value": "last_month"}
    assert {column["name"]: column["type"] for column in snapshot.columns}["more"] == "integer"


def test_only_authors_of_its_groups_query_a_connection(client, author, connection, group):
    reader, stranger = PersonFactory(username="reader"), PersonFactory(username="stranger")
    Membership.objects.create(group=group, person=reader, role=Role.READER)
    address = reverse("source_new", args=["query"])
    for person in (reader, stranger):
        client.force_login(person)
        assert "Warehouse" not in client.get(address).content.decode()
        for more in ({}, {"look": "1"}):
            answer = client.post(address, {**filled(connection), **more})
            assert answer.status_code == 422 and "Norte" not in answer.content.decode()
    assert not Dataset.objects.exists()


def test_whoever_lost_the_right_to_query_refreshes_no_more_and_keeps_the_data(client, author, connection):
    dataset = begun(author, connection)
    good = read(dataset.snapshots.get())
    connection.groups.clear()
    failed = read(lifecycle.refresh(dataset))
    assert (failed.state, failed.problem["code"]) == (State.FAILED, "connection_gone")
    dataset.refresh_from_db()
    assert dataset.current == good
    connection.delete()
    assert read(lifecycle.refresh(dataset)).problem["code"] == "connection_gone"


def test_an_edit_changes_no_snapshot_and_warns_of_what_it_breaks(client, author, connection):
    dataset = begun(author, connection)
    old = read(dataset.snapshots.get())
    definition = definition_of(author)
    version = definition.current
    version.dataset, version.columns = dataset, [{"name": "region", "type": "text"}]
    version.save()
    client.force_login(author)
    address = reverse("source_edit", args=[dataset.pk])
    assert "SELECT &#x27;Norte&#x27;" in client.get(address).content.decode()
    sent = {**filled(connection), "sql": "SELECT 5 AS total, 'new' AS more"}
    looked = client.post(address, {**sent, "look": "1"}).content.decode()
    assert "columns of theirs are missing" in looked and definition.name in looked
    client.post(address, sent)
    new = read(dataset.snapshots.first())
    old.refresh_from_db()
    assert old.settings["sql"] == SQL and new.settings["sql"].startswith("SELECT 5")
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "New data is held back" in page and "New: more" in page and "Gone: region, day" in page
    client.post(reverse("dataset_use_held", args=[dataset.pk, new.number]))
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "no report can be made from these definitions" in page and "New data is held back" not in page


def test_a_reading_that_waited_while_the_source_was_edited_reads_nothing(author, connection):
    """What was pinned would go to the connection of today."""
    dataset = begun(author, connection)
    waiting = dataset.snapshots.get()
    content = lifecycle.Content(Code.QUERY, {"sql": "SELECT 1 AS a", "parameters": []}, connection=connection)
    lifecycle.change(dataset.source, content)
    assert read(waiting).problem["code"] == "source_changed"
    assert read(dataset.snapshots.first()).state == State.READY


def test_refreshing_twice_is_one_reading(client, author, connection):
    dataset = begun(author, connection)
    read(dataset.snapshots.get())
    client.force_login(author)
    for _ in range(2):
        client.post(reverse("dataset_refresh", args=[dataset.pk]))
    assert dataset.snapshots.count() == 2


def test_the_password_of_a_connection_is_kept_sealed_and_never_shown(client, postgresql):
    client.force_login(PersonFactory(is_staff=True))
    address = postgresql.replace("prelo@", "guarded:secret@")
    answer = client.post(reverse("connection_new"), {"name": "Warehouse", "address": address, "password": ""})
    connection = Connection.objects.get()
    assert "secret" not in connection.address + connection.password and unseal(connection.password) == "secret"
    page = client.get(answer["Location"]).content.decode()
    assert "secret" not in page and connection.password not in page
    # Left empty, it stays; another server does not get it.
    sent = {"name": "Renamed", "address": connection.address, "password": ""}
    assert client.post(answer["Location"], sent).status_code == 303
    moved = {**sent, "address": "postgresql://guarded@elsewhere.example.org/x"}
    assert "Write the password again" in client.post(answer["Location"], moved).content.decode()
    connection.refresh_from_db()
    assert unseal(connection.password) == "secret" and connection.name == "Renamed"
    tested = reverse("connection_test", args=[connection.pk])
    assert "The database answers" in client.post(tested, follow=True).content.decode()
    client.post(answer["Location"], {**sent, "password": "wrong"})
    said = client.post(tested, follow=True).content.decode()
    assert "did not accept the user or the password" in said and "wrong" not in said


def test_a_password_that_can_no_longer_be_unsealed_is_to_be_written_again(client, author, connection, settings):
    connection.password = seal("secret")
    connection.save()
    dataset = begun(author, connection)
    settings.SECRET_KEY = "another"
    assert read(dataset.snapshots.get()).problem["code"] == "secret_unsealable"
    client.force_login(PersonFactory(is_staff=True))
    said = client.post(reverse("connection_test", args=[connection.pk]), follow=True).content.decode()
    assert "SECRET_KEY has changed" in said


def test_an_address_that_is_none_is_refused(client):
    client.force_login(PersonFactory(is_staff=True))
    for address, words in (
        ("nonsense", "no address"),
        ("oracle://x", "cannot ask"),
        ("sqlite:////etc/passwd", "no file"),
    ):
        answer = client.post(reverse("connection_new"), {"name": "X", "address": address})
        assert answer.status_code == 422 and words in answer.content.decode()


def test_a_connection_that_is_deleted_says_which_datasets_it_had(client, author, connection):
    dataset = begun(author, connection)
    client.force_login(PersonFactory(is_staff=True))
    assert dataset.name in client.get(reverse("connection", args=[connection.pk])).content.decode()
    client.post(reverse("connection_delete", args=[connection.pk]))
    assert not Connection.objects.exists() and Dataset.objects.get().source.connection is None


def test_more_of_everything_costs_no_more_queries(client, author, connection, group):
    dataset = begun(author, connection, sql="SELECT 1 AS a")
    read(dataset.snapshots.get())
    client.force_login(PersonFactory(is_staff=True))
    addresses = [reverse("connections"), reverse("connection", args=[connection.pk])]
    addresses += [reverse("dataset", args=[dataset.pk]), reverse("source_edit", args=[dataset.pk])]

    def costs() -> list[int]:
        counted = []
        for address in addresses:
            with CaptureQueriesContext(database) as queries:
                assert client.get(address).status_code == 200
            counted.append(len(queries))
        return counted

    def more(number: int) -> None:
        another = Connection.objects.create(name=f"Another {number}", address="sqlite:////a.db")
        another.groups.add(group)
        begun(author, connection, name=f"Orders {number}", sql="SELECT 2 AS b")
        read(lifecycle.refresh(dataset))
        version = definition_of(author, name=f"Monthly {number}").current
        version.dataset = dataset
        version.save()

    more(0)
    before = costs()
    for number in range(1, 4):
        more(number)
    assert costs() == before
