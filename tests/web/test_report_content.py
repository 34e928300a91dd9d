"""The part of the options that says what stands in a document and how."""

import pytest
from django.urls import reverse

from reports.models import Dataset, Report
from tests.factories import DatasetFactory, PersonFactory, SnapshotFactory

pytestmark = pytest.mark.django_db
LOOK = {f"look_{name}": "" for name in ("label", "decimals", "thousands", "currency", "unit", "percent", "dates")}
LOOK |= {"look_empty": "", "look_tone": ["", "", ""], "look_test": ["equals"] * 3, "look_value": ["", "", ""]}
SENT = {"columns": ["Region", "Total"], "orientation": "auto", "standard": "ua-1", "client_token": "0" * 32}


@pytest.fixture
def sales(client) -> Dataset:
    person = PersonFactory()
    client.force_login(person)
    dataset = DatasetFactory(owner=person)
    dataset.current = SnapshotFactory(dataset=dataset)
    dataset.save()
    return dataset


def address(dataset, name="report_request", kind="listing") -> str:
    return f"{reverse(name)}?kind={kind}&dataset={dataset.pk}"


def test_it_is_folded_until_it_holds_something(client, sales):
    html = client.get(address(sales)).content.decode()
    assert '<details class="content-options card">' in html
    html = client.post(address(sales), {**SENT, "introduction": "Hello", "more": ""}).content.decode()
    assert '<details class="content-options card" open>' in html and "Hello</textarea>" in html


@pytest.mark.parametrize(
    ("column", "has", "has_not"),
    [("Total", "Currency", 'select name="look_dates"'), ("Day", 'select name="look_dates"', "Currency")],
)
def test_a_chosen_column_gets_the_controls_of_its_type(client, sales, column, has, has_not):
    html = client.post(address(sales, "report_looks"), {**SENT, "look_column": column}).content.decode()
    assert f'name="look_column" value="{column}"' in html and has in html and has_not not in html
    for name in ("label", "decimals", "percent", "dates", "empty"):
        assert html.count(f'name="look_{name}"') == 1
    assert html.count('name="look_tone"') == html.count('name="look_value"') == 3


def test_a_column_is_printed_as_usual_again(client, sales):
    sent = {**SENT, **LOOK, "look_column": ["Total", ""], "look_label": "Net"}
    html = client.post(address(sales), {**sent, "more": ""}).content.decode()
    assert 'value="Net"' in html
    html = client.post(address(sales), {**sent, "drop_look": "Total"}).content.decode()
    assert 'value="Net"' not in html and not Report.objects.exists()


def test_what_was_chosen_is_kept_and_offered_again(client, sales):
    sent = {**SENT, **LOOK, "look_column": ["Total", ""], "look_currency": "brl", "introduction": "*Hi*"}
    client.post(address(sales), {**sent, "look_tone": ["bad", "", ""], "look_value": ["7", "", ""]})
    report = Report.objects.get()
    rule = {"test": "equals", "value": "7", "tone": "bad"}
    assert report.options["looks"] == [{"column": "Total", "currency": "BRL", "rules": [rule]}]
    html = client.get(f"{reverse('report_request')}?from={report.pk}").content.decode()
    assert 'value="BRL"' in html and '<option value="bad" selected>' in html and "*Hi*" in html
    page = client.get(reverse("report", args=[report.pk])).content.decode()
    assert "Total: BRL · ■ Bad" in page


def test_an_error_names_the_column(client, sales):
    response = client.post(address(sales), {**SENT, **LOOK, "look_column": ["Total", ""], "look_unit": "x" * 13})
    assert (
        response.status_code == 422 and "“Total”: “xxxxxxxxxxxx…” is too long for “Unit”" in response.content.decode()
    )


def test_a_column_that_is_gone_is_named(client, sales):
    response = client.post(address(sales), {**SENT, **LOOK, "look_column": ["Gone", ""], "look_label": "x"})
    assert "There is no column “Gone” any more to format." in response.content.decode()


def test_the_parts_of_a_summary_are_moved_without_a_script(client, sales):
    parts = ["figures", "series", "breakdowns", "rankings"]
    html = client.post(address(sales, kind="summary"), {"parts": parts, "down": "figures"}).content.decode()
    places = [html.index(f'name="parts" value="{part}"') for part in ("series", "figures", "breakdowns", "rankings")]
    assert places == sorted(places)


def test_others_data_is_not_shown(client, sales):
    client.force_login(PersonFactory())
    assert client.post(address(sales, "report_looks"), SENT).status_code == 404
    client.logout()
    assert client.post(address(sales, "report_looks"), SENT).url.startswith(reverse("sign_in"))
