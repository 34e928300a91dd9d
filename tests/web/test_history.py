"""The history: searched, filtered by what stands in the address, paged by keys; and what a group may do with it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.models import Group, Membership, Report, Role, State
from reports.models.history import searchable
from reports.web import history as module
from tests.factories import PersonFactory, ReportFactory, SnapshotFactory, definition_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def history(client, query="") -> str:
    return client.get(reverse("reports") + query).content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r'id="report-[^>]*>([^<]+)</a>', html)


def report(owner, title, **values) -> Report:
    return ReportFactory(owner=owner, title=title, search=searchable(title), **values)


def shared_with(person, owner, title, **values) -> Report:
    group = Group.objects.create(name=f"Group {title}")
    Membership.objects.create(group=group, person=person, role=Role.MANAGER)
    return report(owner, title, group=group, **values)


@pytest.mark.parametrize("words", ["região", "REGIAO sao", "Paulo  região", "%", "_", "ã"])
def test_it_is_searched_without_regard_to_capitals_and_accents(client, alice, words):
    report(alice, "Região: São Paulo")
    report(alice, "Costs")
    found = titles(client.get(reverse("reports"), {"q": words}).content.decode())
    assert found == ([] if words in "%_" else ["Região: São Paulo"])


def test_it_is_filtered_by_kind_definition_person_and_state_together(client, alice):
    definition = definition_of(alice)
    report(alice, "One", kind="summary")
    report(alice, "Two", definition=definition)
    report(alice, "Three", definition=definition, state=State.FAILED)
    other = PersonFactory()
    shared_with(alice, other, "Four")
    assert titles(history(client, "?kind=summary")) == ["One"]
    assert titles(history(client, f"?definition={definition.pk}")) == ["Three", "Two"]
    assert titles(history(client, f"?definition={definition.pk}&state=failed&q=three")) == ["Three"]
    assert titles(history(client, f"?person={other.pk}")) == ["Four"]
    assert "No report fits." in history(client, "?kind=summary&state=failed")


@pytest.mark.parametrize(
    "query",
    [
        "?kind=poster",
        "?definition=7",
        "?person=x",
        "?person=-1",
        "?q=\x00",
        "?after=x~y",
        "?after=0001-01-01T00:00:00%2B14:00~" + "0" * 32,
        "?after=2026-01-01~7",
    ],
)
def test_an_address_that_means_nothing_filters_nothing(client, alice, query):
    report(alice, "One")
    assert titles(history(client, query)) == ["One"]


def test_what_was_chosen_stays_in_the_address_and_in_the_form(client, alice):
    for number in range(30):
        report(alice, f"Sales {number}", kind="summary", state=State.READY)
    html = history(client, "?q=sales&kind=summary&state=ready")
    assert 'value="sales"' in html and 'value="summary" selected' in html and 'name="state" value="ready"' in html
    older = re.search(r'rel="next" href="([^"]+)"', html)[1]
    assert "q=sales&amp;kind=summary&amp;state=ready&amp;after=" in older
    assert re.search(
        r'href="\?q=sales&amp;kind=summary&amp;state=failed"', history(client, "?q=sales&kind=summary&state=failed")
    )


def test_pages_follow_each_other_also_when_reports_were_asked_for_at_the_same_moment(client, alice):
    now = timezone.now()
    for number in range(60):
        report(alice, f"Sales {number}", requested_at=now - timedelta(minutes=number // 40))
    seen, query = [], ""
    while query is not None:
        html = history(client, query)
        seen.append(titles(html))
        older = re.search(r'rel="next" href="([^"]+)"', html)
        query = older and older[1].replace("&amp;", "&")
    assert [len(page) for page in seen] == [25, 25, 10]
    assert len({title for page in seen for title in page}) == 60


def test_a_page_begins_where_it_began_although_a_report_was_deleted_or_is_new(client, alice):
    now = timezone.now()
    reports = [report(alice, f"Sales {n}", requested_at=now - timedelta(minutes=n)) for n in range(30)]
    older = re.search(r'rel="next" href="([^"]+)"', history(client))[1].replace("&amp;", "&")
    before = titles(history(client, older))
    reports[24].delete()
    report(alice, "New")
    assert titles(history(client, older)) == before == [f"Sales {n}" for n in range(25, 30)]


def test_ones_own_and_those_of_ones_groups_are_one_history(client, alice):
    now = timezone.now()
    bob = PersonFactory(username="bob")
    second = shared_with(alice, bob, "Second", requested_at=now - timedelta(hours=2))
    Membership.objects.create(group=second.group, person=bob)
    shared_with(alice, alice, "First", requested_at=now - timedelta(hours=1))
    report(alice, "Third", requested_at=now - timedelta(hours=3))
    report(bob, "Not shared")
    html = history(client)
    assert titles(html) == ["First", "Second", "Third"]
    assert ">bob<" in html  # among the people to choose from


def test_what_is_only_read_is_neither_cancelled_nor_deleted(client, alice):
    found = shared_with(alice, PersonFactory(), "Of bob", state=State.RUNNING, step_started_at=timezone.now())
    for name in ("report_cancel", "report_retry", "report_delete"):
        response = client.post(reverse(name, args=[found.pk]))
        assert response.status_code == 403
        assert "Of bob" not in response.content.decode()
    client.post(reverse("reports_delete"), {"report": [found.pk]})
    assert Report.objects.get().state == State.RUNNING
    assert f'id="choose-{found.pk}"' not in history(client)
    html = client.get(reverse("report", args=[found.pk])).content.decode()
    assert reverse("report_cancel", args=[found.pk]) not in html and "Delete this report" not in html


def test_a_history_that_is_too_long_to_be_counted_shows_every_chip_without_a_number(client, alice, monkeypatch):
    for number in range(3):
        report(alice, f"Sales {number}", state=State.READY)
    assert re.findall(r'chip__count">(\d+)', history(client)) == ["3", "3"]
    monkeypatch.setattr(module, "MOST_COUNTED", 2)
    html = history(client)
    assert "chip__count" not in html
    assert "state=failed" in html and "state=ready" in html


def test_more_groups_and_reports_cost_no_more_queries(client, alice, django_assert_num_queries):
    snapshot = SnapshotFactory()
    for count in (1, 6):
        for number in range(count):
            shared_with(alice, snapshot.owner, f"Shared {count} {number}", snapshot=snapshot)
        with django_assert_num_queries(9):
            history(client)
