"""Datasets that are read from a web address, as people meet them."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import escape

from portal import env
from reports.lifecycle import inline
from reports.lifecycle import refresh as lifecycle
from reports.lifecycle.upload import read_again
from reports.models import Dataset, Group, HostPace, Membership, Role, Snapshot, State
from reports.sealed import unseal
from reports.sources import patience
from reports.web.forms.api import ApiForm
from tests import http_server
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/datasets/new/api/"
TOKEN = {"token": "header", "token_name": "Authorization", "token_value": "Bearer of-the-house"}


@pytest.fixture
def person(client):
    person = PersonFactory()
    client.force_login(person)
    return person


@pytest.fixture
def orders(server) -> str:
    """An address that answers with two rows, to whoever asks."""
    rows = [{"region": "Norte", "total": 3, "day": "2025-01-31"}, {"region": "Sul", "total": 1.5, "day": "2025-02-01"}]
    server.answers["/orders"] = lambda request: request.say(json.dumps({"data": rows}).encode())
    return server.at("/orders")


def filled(address: str, **other) -> dict:
    fields = {"name": "Orders", "address": address, "format": "json", "pages": "none", "first_page": "1"}
    more = {"refresh": "hand", "most_minutes": "60", "client_token": uuid4()}
    return {**fields, **more, **other}


def read(snapshot: Snapshot) -> Snapshot:
    """As a worker does it."""
    inline.make(snapshot, lambda job: None)
    snapshot.refresh_from_db()
    return snapshot


def test_one_sees_the_first_rows_saves_the_address_and_reads_it_anew(client, person, server, orders):
    page = client.get(NEW).content.decode()
    assert "Web address" in page
    sent = filled(orders, rows="data", headers="X-Version: 3", parameters="year=2025\n\nkind=a b=c", **TOKEN)
    looked = client.post(NEW, {**sent, "look": "1"})
    assert looked.status_code == 200 and "Norte" in looked.content.decode()
    assert not Dataset.objects.exists()
    answer = client.post(NEW, sent)
    dataset = Dataset.objects.get()
    assert answer["Location"] == reverse("dataset", args=[dataset.pk])
    snapshot = read(dataset.snapshots.get())
    assert (snapshot.state, snapshot.rows) == (State.READY, 2)
    assert [column["type"] for column in snapshot.columns] == ["text", "decimal", "date"]
    for request in server.asked:
        assert request.path == "/orders?year=2025&kind=a+b%3Dc"
        assert (request.headers["X-Version"], request.headers["Authorization"]) == ("3", "Bearer of-the-house")
    page = client.get(answer["Location"]).content.decode()
    assert "Norte" in page and "127.0.0.1" in page


def test_a_path_that_makes_much_of_little_is_stopped(client, person, server):
    server.answers["/orders"] = lambda request: request.say(json.dumps({"data": "x" * (1 << 20)}).encode())
    path = "[{a: data" + "|to_string([@,@])" * 12 + "}]"
    looked = client.post(NEW, filled(server.at("/orders"), rows=path, look="1"))
    assert looked.status_code == 422 and "more memory than a page has" in looked.content.decode()


def test_a_token_is_kept_sealed_and_never_shown(client, person, orders):
    client.post(NEW, filled(orders, **TOKEN))
    dataset = Dataset.objects.get()
    source = dataset.source
    assert unseal(source.secret) == "Bearer of-the-house"
    assert "of-the-house" not in source.secret + json.dumps(source.pinned) + json.dumps(
        dataset.snapshots.get().settings
    )
    for page in (reverse("source_edit", args=[dataset.pk]), reverse("dataset", args=[dataset.pk])):
        shown = client.get(page).content.decode()
        assert "of-the-house" not in shown and source.secret not in shown


def test_a_token_stays_until_it_is_replaced_and_goes_to_its_host_only(client, person, server, orders):
    client.post(NEW, filled(orders, **TOKEN))
    dataset = Dataset.objects.get()
    address = reverse("source_edit", args=[dataset.pk])
    kept = {**TOKEN, "token_value": ""}
    assert client.post(address, filled(orders + "?all", **kept)).status_code == 303
    assert read(dataset.snapshots.first()).state == State.READY
    assert server.asked[-1].headers["Authorization"] == "Bearer of-the-house"
    with http_server.running() as other:
        other.answers["/orders"] = lambda request: request.say(b'[{"a": 1}]')
        for more in ({}, {"look": "1"}):
            answer = client.post(address, filled(other.at("/orders"), **kept, **more))
            assert answer.status_code == 422 and "Write the token again" in answer.content.decode()
        assert not other.asked
    client.post(address, filled(orders, **{**TOKEN, "token_value": "Bearer new"}))
    dataset.source.refresh_from_db()
    assert unseal(dataset.source.secret) == "Bearer new"
    client.post(address, filled(orders, token=""))
    dataset.source.refresh_from_db()
    assert dataset.source.secret == "" and dataset.source.settings["token_name"] == ""


def test_two_edits_at_once_do_not_undo_each_other(client, person, server, orders, monkeypatch):
    """The second was checked against what was there before the first: its old address would get the new token back."""
    client.post(NEW, filled(orders, **TOKEN))
    dataset = Dataset.objects.get()
    checked = ApiForm.content

    def content(form):
        """The owner saves just before an editor does."""
        monkeypatch.setattr(ApiForm, "content", checked)
        new = {"token_value": "Bearer new"}
        assert client.post(address, filled(server.at("/new"), **{**TOKEN, **new})).status_code == 303
        return checked(form)

    address = reverse("source_edit", args=[dataset.pk])
    monkeypatch.setattr(ApiForm, "content", content)
    answer = client.post(address, filled(orders, rows="data", **{**TOKEN, "token_value": ""}))
    assert answer.status_code == 422 and "Somebody else has changed this meanwhile" in answer.content.decode()
    dataset.source.refresh_from_db()
    assert dataset.source.settings["address"] == server.at("/new") and unseal(dataset.source.secret) == "Bearer new"
    # A refusal is no lock: what was written can be saved then.
    again = filled(orders, rows="data", **{**TOKEN, "token_value": ""})
    assert client.post(address, again).status_code == 303


def test_a_new_token_does_not_wait_for_a_reading_with_the_old_one(client, person, orders):
    client.post(NEW, filled(orders, rows="data", **TOKEN))
    dataset = Dataset.objects.get()
    Snapshot.objects.update(state=State.RUNNING)
    client.post(reverse("source_edit", args=[dataset.pk]), filled(orders, rows="data", **{**TOKEN, "token_value": "2"}))
    assert dataset.snapshots.count() == 2
    assert lifecycle.refresh(dataset) == dataset.snapshots.first()


def test_nothing_new_is_told_and_leaves_the_rows(client, person, server):
    server.answers["/orders"] = lambda request: (
        request.say(status=304) if request.headers["If-None-Match"] else request.say(b'[{"a": 1}]', ETag='"1"')
    )
    client.post(NEW, filled(server.at("/orders")))
    dataset = Dataset.objects.get()
    read(dataset.snapshots.get())
    again = read(lifecycle.refresh(dataset))
    assert (again.state, again.rows, again.number) == (State.READY, 1, 2)
    assert "nothing has changed" in client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    # A correction of a type reads the characters again.
    corrected = read(read_again(again, types={"a": "text"}, sheet=""))
    assert corrected.columns == [{"name": "a", "type": "text"}]
    assert server.asked[-1].headers["If-None-Match"] is None
    # From then on, it is they that nothing new is said of.
    assert read(lifecycle.refresh(dataset)).columns == corrected.columns
    assert server.asked[-1].headers["If-None-Match"] == '"1"'


def test_the_page_says_how_much_has_been_fetched(client, person, orders):
    client.post(NEW, filled(orders))
    snapshots = Snapshot.objects.filter(dataset=Dataset.objects.get())
    address = reverse("dataset_progress", args=[Dataset.objects.get().pk])
    snapshots.update(state=State.RUNNING, done=3 << 20)
    assert "3.0\xa0MB fetched" in client.get(address).content.decode()
    snapshots.update(done=1 << 20, total=4 << 20)
    assert "1.0\xa0MB of 4.0\xa0MB read" in client.get(address).content.decode()


def test_without_redis_the_reading_keeps_its_pace_in_the_database(client, person, orders, monkeypatch):
    """It runs in a process of its own, with a connection of its own."""
    monkeypatch.setattr(env, "BROKER_URL", "amqp://nobody@127.0.0.1:1//")
    monkeypatch.setattr(env, "RESULT_URL", "")
    client.post(NEW, filled(orders))
    assert read(Snapshot.objects.get()).state == State.READY
    assert HostPace.objects.get().host == "127.0.0.1"


def test_the_last_good_rows_stay_when_the_server_fails(client, person, server, orders):
    client.post(NEW, filled(orders))
    dataset = Dataset.objects.get()
    good = read(dataset.snapshots.get())
    server.answers["/orders"] = lambda request: request.say(b"<!doctype html><title>Sign in</title>")
    failed = read(lifecycle.refresh(dataset))
    assert failed.problem["code"] == "api_html" and not failed.artifacts
    dataset.refresh_from_db()
    assert dataset.current == good
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "answers with a web page instead of data" in page and "Norte" in page


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda request: request.say(status=500), "http_failed"),
        (lambda request: request.say(b'[{"a": "\xff"}]'), "api_encoding"),
        (lambda request: request.say(b'[{"a": 1}, {"a"'), "api_json"),
        (lambda request: request.hang_up(), "http_broken"),
        (lambda request: request.say(b" " * (2 << 20)), "source_bytes"),
    ],
    ids=["fails", "no UTF-8", "no JSON", "breaks off", "too much"],
)
def test_whatever_a_server_does_its_dataset_says_what_and_keeps_its_rows(
    client, person, server, orders, settings, monkeypatch, answer, code
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.01)
    settings.SOURCE_MB = 1
    client.post(NEW, filled(orders))
    dataset = Dataset.objects.get()
    good = read(dataset.snapshots.get())
    server.answers["/orders"] = answer
    failed = read(lifecycle.refresh(dataset))
    assert failed.problem["code"] == code and not failed.artifacts
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert escape(failed.problem_in_words) in page and "The version below stays in use" in page and "Norte" in page
    assert Dataset.objects.get().current == good


def test_what_is_wrong_is_said_at_its_place(client, person, server, orders):
    def said(address: str = orders, **other) -> str:
        answer = client.post(NEW, filled(address, look="1", **other))
        assert answer.status_code == 422
        return answer.content.decode()

    assert "no address that Prelo can ask" in said("ftp://example.org/")
    assert "has a user name or a password" in said("https://ana:secret@example.org/")
    assert "does not lie in the open internet" in said("http://10.0.0.1/")
    assert "is no JMESPath" in said(rows="data[")
    assert "is no JMESPath" in said(rows="[" * 500)
    assert "is no name and value" in said(parameters="year")
    assert "is no name and value" in said(headers="X-Version 3")
    assert "Prelo writes the header" in said(headers="Host: other.example")
    assert "Only JSON has a path" in said(format="csv", rows="data")
    assert "Only JSON has a cursor" in said(format="lines", pages="cursor")
    assert "Say where the cursor is" in said(pages="cursor")
    assert "cannot be turned by rows" in said(format="csv", pages="offset")
    assert "not correct JSON" in said(body="{")
    assert "Write the token." in said(token="header", token_name="Authorization")
    assert "Say what the header or parameter is called" in said(token="parameter", token_value="x")
    assert "no list at" in said(rows="nothing")
    assert "status 404" in said(server.at("/nowhere"))
    assert not Dataset.objects.exists()


def test_what_readers_see_of_it(client, person, orders):
    """The rows, and neither the address nor what is sent with it."""
    client.post(NEW, filled(orders, parameters="private=1"))
    dataset = Dataset.objects.get()
    read(dataset.snapshots.get())
    group = Group.objects.create(name="Finance")
    reader = PersonFactory()
    Membership.objects.create(group=group, person=person, role=Role.MANAGER)
    Membership.objects.create(group=group, person=reader, role=Role.READER)
    Dataset.objects.update(group=group)
    client.force_login(reader)
    page = client.get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert "Norte" in page and "127.0.0.1" not in page and "private" not in page
    assert client.get(reverse("source_edit", args=[dataset.pk])).status_code == 403
    client.force_login(PersonFactory())
    assert client.get(reverse("source_edit", args=[dataset.pk])).status_code == 404
