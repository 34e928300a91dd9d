"""Making and editing definitions: from a form, from a report, by two people at once; their versions."""

import re

import pytest
from django.urls import reverse

from reports.models import Definition, DefinitionVersion, State
from tests.factories import PersonFactory, ReportFactory, definition_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


@pytest.fixture
def monthly(alice) -> Definition:
    return definition_of(alice)


def page(client, name, *args, query="") -> str:
    return client.get(reverse(name, args=args) + query).content.decode()


def answers(**changes) -> dict:
    """What the form of a definition of a listing sends."""
    return {
        "name": "Monthly",
        "description": "",
        "folder": "",
        "note": "",
        "title": "",
        "columns": ["Total", "Region"],
        "filter_column": ["Day", ""],
        "filter_test": ["between", "equals"],
        "filter_value": ["", ""],
        "filter_to": ["", ""],
        "filter_period": ["last_month", ""],
        "filter_key": ["0", "1"],
        "filter_asked": ["0"],
        "filter_label": ["Period", ""],
        "orientation": "auto",
        "standard": "ua-1",
        **changes,
    }


def address_of(dataset) -> str:
    return f"{reverse('definition_new')}?kind=listing&dataset={dataset.pk}"


def edit(client, definition, **changes):
    return client.post(reverse("definition_edit", args=[definition.pk]), answers(**{"began": 1, **changes}))


def test_a_new_definition_keeps_the_choices_and_what_is_asked(client, alice):
    dataset = definition_of(alice, "Another").current.dataset
    response = client.post(address_of(dataset), answers(folder=" Sales/ Monthly "))
    found = Definition.objects.get(name="Monthly")
    assert response.url == reverse("definition", args=[found.pk])
    assert (found.owner, found.folder, found.current.number) == (alice, "Sales / Monthly", 1)
    assert found.current.options["filters"] == [
        {"column": "Day", "test": "between", "value": "", "said": "last_month", "asked": "Period"}
    ]
    assert [column["name"] for column in found.current.columns] == ["Region", "Day", "Total"]


def test_the_form_of_a_request_becomes_a_definition(client, alice):
    dataset = definition_of(alice, "Another").current.dataset
    request = f"{reverse('report_request')}?kind=listing&dataset={dataset.pk}"
    assert f'formaction="{address_of(dataset).replace("&", "&amp;")}"' in client.get(request).content.decode()
    data = answers(draft="", title="The largest", filter_asked=[], columns=["Total"])
    del data["name"]
    html = client.post(address_of(dataset), data).content.decode()
    assert 'name="name" value="The largest"' in html
    assert re.findall(r'name="columns" value="(\w+)" id="\w+" checked', html) == ["Total"]
    assert Definition.objects.count() == 1


def test_a_report_becomes_a_definition(client, alice):
    snapshot = definition_of(alice, "Another").current.dataset.current
    report = ReportFactory(
        owner=alice, snapshot=snapshot, state=State.FAILED, title="Liked", options={"columns": ["Day"]}
    )
    assert f"?from={report.pk}" in page(client, "report", report.pk)
    html = page(client, "definition_new", query=f"?from={report.pk}")
    assert 'value="Liked"' in html
    assert re.findall(r'name="columns" value="(\w+)" id="\w+" checked', html) == ["Day"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Another"}, "There is a definition called “Another” already."),
        ({"columns": []}, "Choose at least one column."),
        ({"filter_period": ["doomsday", ""]}, "There is no period “doomsday”."),
    ],
)
def test_what_is_wrong_is_explained_and_nothing_is_saved(client, alice, wrong, sentence):
    dataset = definition_of(alice, "Another").current.dataset
    response = client.post(address_of(dataset), answers(**wrong))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Definition.objects.count() == 1


def test_the_buttons_that_only_change_the_form_save_nothing(client, monthly):
    html = edit(client, monthly, down="Total", name="Kept").content.decode()
    assert re.findall(r'name="columns" value="(\w+)" id="\w+" checked', html) == ["Region", "Total"]
    assert 'value="Kept"' in html and 'name="filter_asked" value="0" id="id_filter_asked_0" checked' in html
    assert DefinitionVersion.objects.count() == 1


def test_the_rows_of_filters_that_come_again_may_still_be_asked(client, monthly):
    dataset = monthly.current.dataset
    address = f"{reverse('report_filters')}?kind=listing&dataset={dataset.pk}"
    assert 'name="filter_asked"' in client.post(f"{address}&asks=1", answers()).content.decode()
    assert 'name="filter_asked"' not in client.post(address, answers()).content.decode()


def test_an_edit_is_a_new_version(client, monthly):
    assert 'name="began" value="1"' in page(client, "definition_edit", monthly.pk)
    response = edit(client, monthly, name="Renamed", note="Fewer columns", columns=["Total"])
    assert response.status_code == 302 or response.status_code == 303
    found = Definition.objects.select_related("current").get()
    assert (found.name, found.current.number, found.current.note) == ("Renamed", 2, "Fewer columns")
    assert found.current.options["columns"] == ["Total"]


def test_the_second_of_two_people_sees_what_the_first_changed_and_keeps_their_own(client, monthly):
    edit(client, monthly, columns=["Total"], description="Of the first")
    response = edit(client, monthly, columns=["Day"], description="Of the second")
    html = response.content.decode()
    assert response.status_code == 409
    assert "alice has saved another version meanwhile" in html and "Of the first" in html
    assert "Of the second" in html and 'name="began" value="2"' in html
    assert re.findall(r'name="columns" value="(\w+)" id="\w+" checked', html) == ["Day"]
    assert Definition.objects.get().description == "Of the first"
    edit(client, monthly, columns=["Day"], description="Of the second", began=2)
    assert Definition.objects.get().description == "Of the second"
    assert DefinitionVersion.objects.get(number=2).description == "Of the first"


@pytest.mark.parametrize("began", ["", "0", "99", "x", "-1"])
def test_who_does_not_say_where_they_began_overwrites_nothing(client, monthly, began):
    assert edit(client, monthly, began=began, columns=["Day"]).status_code in (409, 422)
    assert DefinitionVersion.objects.count() == 1


def test_versions_are_compared_and_used_again(client, monthly):
    edit(client, monthly, columns=["Total"], note="Fewer", description="Short")
    listed = page(client, "definition_versions", monthly.pk)
    assert "Fewer" in listed and "In use" in listed
    html = page(client, "definition_version", monthly.pk, 2)
    compared = re.findall(r'<th scope="row">([^<]+)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>', html)
    assert ("Description", "–", "Short") in compared
    assert ("Columns", "Region, Total", "Total") in compared
    assert "PDF for" not in [label for label, *_ in compared]
    client.post(reverse("definition_restore", args=[monthly.pk, 1]))
    found = Definition.objects.select_related("current").get()
    assert (found.current.number, found.current.options["columns"]) == (3, ["Region", "Total"])


@pytest.mark.parametrize("other", ["1", "2", "99", "x", "9" * 30])
def test_a_comparison_with_any_number_is_a_page(client, monthly, other):
    edit(client, monthly, columns=["Total"])
    address = reverse("definition_version", args=[monthly.pk, 2])
    assert client.get(f"{address}?with={other}").status_code == 200
    assert client.get(reverse("definition_version", args=[monthly.pk, 9])).status_code == 404


def test_a_longer_list_of_versions_costs_no_more_queries(client, monthly, django_assert_num_queries):
    for began in range(1, 6):
        edit(client, monthly, began=began, description=f"State {began}", columns=["Total"])
    assert monthly.versions.count() == 6
    with django_assert_num_queries(6):
        page(client, "definition_versions", monthly.pk)


def test_the_definition_of_somebody_else_is_not_compared(client, alice):
    other = definition_of(PersonFactory())
    assert client.get(reverse("definition_version", args=[other.pk, 1])).status_code == 404
    assert client.post(reverse("definition_restore", args=[other.pk, 1])).status_code == 404
