"""Definitions: their versions, two people who edit at once, and the reports that are asked for from them."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from reports.lifecycle import definitions
from reports.lifecycle.definitions import Content, NameTakenError, OvertakenError, content_of, define, restore, revise
from reports.lifecycle.request import make_again, request_report
from reports.models import Definition, Group, Membership, Profile, Report
from reports.problems import Problem
from tests.factories import PersonFactory, SnapshotFactory

pytestmark = pytest.mark.django_db

FILTERS = [
    {"column": "Day", "test": "between", "value": "", "said": "last_month", "asked": "Period"},
    {"column": "Region", "test": "equals", "value": "", "asked": "Region"},
]
OPTIONS = {"title": "", "columns": ["Total"], "filters": FILTERS, "sort": [], "group": "", "totals": [], "carry": False}
COLUMNS = [{"name": "Total", "type": "decimal"}, {"name": "Day", "type": "date"}, {"name": "Region", "type": "text"}]


@pytest.fixture
def content() -> Content:
    snapshot = SnapshotFactory(dataset__name="Sales")
    snapshot.dataset.current = snapshot
    snapshot.dataset.save()
    options = {**OPTIONS, "orientation": "auto", "standard": "ua-1"}
    return Content("Monthly", "listing", snapshot.dataset, "Sales", options, COLUMNS)


@pytest.fixture
def monthly(content) -> Definition:
    return define(content.dataset.owner, content)


def fresh(definition) -> Definition:
    return Definition.objects.with_data().get(pk=definition.pk)


def asked_for(definition, person=None, language="en", **texts) -> Report:
    definition = fresh(definition)
    form = definitions.form_answered(definition.current, texts)
    assert form.is_valid(), form.errors
    wanted = definitions.wanted_from(definition.current, person or definition.owner, form, language=language)
    return request_report(**wanted)


def at(moment: str, zone: str = "UTC"):
    """The clock of the portal for a test."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))


def test_each_change_is_a_version_and_the_newest_is_in_use(monthly, content):
    author = PersonFactory()
    revise(monthly, replace(content, name="Weekly", folder="Sales"), author, began=1, note="Another name")
    found = fresh(monthly)
    assert (found.name, found.folder, found.current.number) == ("Weekly", "Sales", 2)
    assert [(v.number, v.name, v.author, v.note) for v in found.versions.all()] == [
        (2, "Weekly", author, "Another name"),
        (1, "Monthly", monthly.owner, ""),
    ]


def test_nothing_changed_is_no_version(monthly, content):
    assert revise(monthly, content, monthly.owner, began=1).number == 1
    assert monthly.versions.count() == 1


def test_whoever_began_from_an_older_version_overwrites_nothing(monthly, content):
    revise(monthly, replace(content, description="Mine"), PersonFactory(), began=1)
    with pytest.raises(OvertakenError):
        revise(monthly, replace(content, description="Theirs"), PersonFactory(), began=1)
    assert fresh(monthly).description == "Mine"
    assert revise(monthly, replace(content, description="Theirs"), PersonFactory(), began=2).number == 3


def test_a_name_is_taken_once_by_each_person(monthly, content):
    with pytest.raises(NameTakenError):
        define(monthly.owner, content)
    other = define(monthly.owner, replace(content, name="Weekly"))
    with pytest.raises(NameTakenError):
        revise(other, content, monthly.owner, began=1)
    assert fresh(other).name == "Weekly"
    assert define(PersonFactory(), content).name == "Monthly"


def test_an_old_version_is_in_use_again_under_the_name_of_today(monthly, content):
    changed = replace(content, name="Weekly", options={**content.options, "columns": ["Day"]})
    revise(monthly, changed, monthly.owner, began=1)
    restored = restore(fresh(monthly), monthly.versions.get(number=1), monthly.owner, "as before")
    assert (restored.number, restored.name, restored.options) == (3, "Weekly", content.options)
    assert fresh(monthly).current == restored


def test_a_definition_that_was_deleted_meanwhile_is_not_changed(monthly, content):
    Definition.objects.all().delete()
    with pytest.raises(Definition.DoesNotExist):
        revise(monthly, content, monthly.owner, began=1)


def test_a_report_says_what_it_was_made_from(monthly):
    monthly.group = Group.objects.create(name="Sales people")
    monthly.save()
    report = asked_for(monthly, Region="North")
    assert (report.definition, report.version.number, report.definition_name) == (monthly, 1, "Monthly")
    assert (report.title, report.group, report.kind) == ("Monthly", monthly.group, "listing")
    assert report.options["filters"][1] == {"column": "Region", "test": "equals", "value": "North"}
    assert [answer["label"] for answer in report.parameters] == ["Period", "Region"]


def test_last_month_is_that_of_the_day_on_which_it_is_asked_for(monthly, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at("2026-03-31T12:00"))
    report = asked_for(monthly)
    assert report.options["filters"] == [
        {"column": "Day", "test": "between", "value": "2026-02-01..2026-02-28", "said": "last_month"}
    ]
    monkeypatch.setattr(timezone, "now", lambda: at("2026-07-01T12:00"))
    assert make_again(report, monthly.owner).options == report.options
    assert asked_for(monthly).options["filters"][0]["value"] == "2026-06-01..2026-06-30"


@pytest.mark.parametrize(
    ("zone", "month"),
    [("America/Sao_Paulo", "2026-02-01..2026-02-28"), ("UTC", "2026-03-01..2026-03-31")],
)
def test_the_time_zone_of_the_owner_says_what_today_is(monthly, monkeypatch, zone, month):
    monkeypatch.setattr(timezone, "now", lambda: at("2026-04-01T01:00"))
    Profile.objects.create(person=monthly.owner, time_zone=zone)
    assert asked_for(monthly).options["filters"][0]["value"] == month


def test_a_report_is_found_by_its_answers(monthly, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at("2026-03-31T12:00"))
    report = asked_for(monthly, Region="São João", language="pt-br")
    assert "monthly sales period mes passado (01/02/2026 – 28/02/2026) region sao joao" in report.search


def test_history_outlives_the_definition(monthly):
    report = asked_for(monthly)
    monthly.delete()
    report.refresh_from_db()
    assert (report.definition, report.version, report.definition_name) == (None, None, "Monthly")


def trouble(definition) -> str:
    return str(definitions.trouble_of(fresh(definition)) or "")


def test_a_dataset_that_lost_a_column_is_told(monthly, content):
    assert trouble(monthly) == ""
    snapshot = content.dataset.current
    snapshot.columns = [{"name": "Region", "type": "integer"}, {"name": "Total", "type": "integer"}]
    snapshot.save()
    assert "“Sales” has no column Day any more, and another type of Region than before" in trouble(monthly)
    snapshot.columns.append({"name": "Day", "type": "date"})
    snapshot.save()
    assert "“Sales” has another type of Region than before. Correct the type on its page" in trouble(monthly)


def test_a_dataset_that_was_deleted_or_never_read_is_told(monthly, content):
    content.dataset.current = None
    content.dataset.save()
    assert "has not been read" in trouble(monthly)
    content.dataset.delete()
    assert "“Sales” has been deleted" in trouble(monthly)


def test_a_kind_that_the_portal_has_no_more_is_told(monthly):
    monthly.versions.update(kind="poster")
    assert "no kind of report called “poster”" in trouble(monthly)


def test_nobody_reads_a_dataset_through_somebody_who_may_not_read_it(monthly, content):
    content.dataset.owner = PersonFactory()
    content.dataset.save()
    assert "is not shared any more" in trouble(monthly)


def test_what_waits_is_not_made_once_the_data_is_no_longer_lent(monthly, content):
    group = Group.objects.create(name="Sales")
    reader = PersonFactory()
    Membership.objects.create(group=group, person=reader)
    Definition.objects.update(group=group)
    report = asked_for(monthly, reader)
    assert report.may_be_made
    Definition.objects.update(group=None)
    with pytest.raises(Problem, match="no longer shared"):
        Report.objects.get(pk=report.pk).source()
    Definition.objects.update(group=group)
    content.dataset.owner = PersonFactory()
    content.dataset.save()
    assert not Report.objects.get(pk=report.pk).may_be_made


def test_the_content_of_a_version_is_what_it_was_made_of(monthly, content):
    assert content_of(fresh(monthly).current) == content
