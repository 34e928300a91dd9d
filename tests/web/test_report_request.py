"""Asking for a report: the questions, the options, what is kept of a request, and what is refused in words."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from reports.models import Dataset, Report, Snapshot, State
from reports.sealed import unseal
from tests.factories import DatasetFactory, PersonFactory, ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db
NEW = "/reports/new/"


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def dataset_of(owner, name="Sales", **values) -> Dataset:
    dataset = DatasetFactory(owner=owner, name=name)
    dataset.current = SnapshotFactory(dataset=dataset, number=1, **values)
    dataset.save()
    return dataset


@pytest.fixture
def sales(alice) -> Dataset:
    return dataset_of(alice)


def address(dataset, kind="listing") -> str:
    return f"{NEW}?kind={kind}&dataset={dataset.pk}"


def answers(**changes) -> dict:
    """What the form of a listing sends."""
    return {
        "client_token": str(uuid4()),
        "title": "",
        "columns": ["Total", "Region"],
        "filter_column": ["", "Region"],
        "filter_test": ["equals", "equals"],
        "filter_value": ["", "North"],
        "sort_1": "-Total",
        "orientation": "auto",
        "standard": "ua-1",
        **changes,
    }


def page(client, url) -> str:
    return client.get(url).content.decode()


def test_the_kind_is_asked_first_then_the_dataset_then_the_options(client, sales):
    first = page(client, NEW)
    assert f"{NEW}?kind=listing" in first and f"{NEW}?kind=summary" in first
    second = page(client, f"{NEW}?kind=listing")
    assert str(sales.pk) in second and 'name="columns"' not in second
    third = page(client, address(sales))
    assert 'name="columns" value="Region"' in third and 'name="client_token"' in third


def test_a_dataset_that_was_chosen_first_is_not_asked_for_again(client, sales):
    assert f"{NEW}?kind=summary&amp;dataset={sales.pk}" in page(client, f"{NEW}?dataset={sales.pk}")


def test_only_the_datasets_that_one_may_see_and_that_have_been_read_can_be_chosen(client, sales):
    other = dataset_of(PersonFactory(), "Of somebody else")
    unread = DatasetFactory(owner=sales.owner, name="Not read yet")
    chooser = page(client, f"{NEW}?kind=listing")
    assert "Sales" in chooser and other.name not in chooser and unread.name not in chooser
    for dataset in (other, unread):
        response = client.get(address(dataset))
        assert response.status_code == 404
        assert "There is no such dataset" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("query", ["kind=novel", "kind=listing&dataset=7", "kind=listing&dataset=", "kind=\x00", ""])
def test_an_address_that_means_nothing_asks_the_question_again(client, sales, method, query):
    response = getattr(client, method)(f"{NEW}?{query}", {})
    assert response.status_code in (200, 404)
    assert 'id="question"' in response.content.decode()


def test_an_unknown_kind_is_answered_with_those_that_exist(client, alice):
    assert "There is no kind of report called “novel”. There is: listing, summary, profile." in page(
        client, f"{NEW}?kind=novel"
    )


def test_without_a_dataset_the_way_leads_to_the_upload(client, alice):
    assert reverse("dataset_new") in page(client, f"{NEW}?kind=listing")


def test_a_request_is_kept_and_leads_to_its_page(client, sales):
    response = client.post(address(sales), answers())
    report = Report.objects.get()
    assert (response.status_code, response.url) == (303, reverse("report", args=[report.pk]))
    assert (report.owner, report.snapshot, report.state) == (sales.owner, sales.current, State.REQUESTED)
    assert (report.title, report.kind, report.language, report.is_preview) == ("Sales", "listing", "en", False)
    assert report.options["columns"] == ["Total", "Region"]
    assert report.options["sort"] == ["-Total"]
    assert report.options["filters"] == [{"column": "Region", "test": "equals", "value": "North"}]


def test_the_report_speaks_the_language_of_the_person(client, sales):
    client.post(address(sales), answers(), HTTP_ACCEPT_LANGUAGE="pt-br")
    assert Report.objects.get().language == "pt-br"


def test_a_form_that_is_sent_twice_is_one_report(client, sales):
    sent = answers()
    assert client.post(address(sales), sent).url == client.post(address(sales), sent).url
    assert Report.objects.count() == 1


def test_going_back_and_changing_the_options_is_another_report(client, sales):
    sent = answers()
    client.post(address(sales), sent)
    client.post(address(sales), {**sent, "columns": ["Region"]})
    assert Report.objects.count() == 2


@pytest.mark.parametrize("token", ["", "7", "not-a-uuid", "\x00"])
def test_a_forged_token_is_not_found(client, sales, token):
    assert client.post(address(sales), answers(client_token=token)).status_code == 404
    assert not Report.objects.exists()


def test_a_wrong_value_is_explained_beside_its_field_and_the_rest_is_kept(client, sales):
    response = client.post(address(sales), answers(title="Kept", columns=["Total", "Colour"]))
    html = response.content.decode()
    assert response.status_code == 422 and not Report.objects.exists()
    assert "There is no column “Colour” to choose here." in html
    assert 'href="#id_columns_0"' in html and 'id="id_columns_0"' in html
    assert 'value="Kept"' in html and 'value="North"' in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": []},
        {"filter_column": ["Nowhere"]},
        {"filter_test": ["no such test", "equally"]},
        {"filter_column": ["Total"], "filter_test": ["at_least"], "filter_value": ["much"]},
        {"sort_1": "-Nowhere"},
        {"group": "Nowhere"},
        {"totals": ["Region"]},
        {"orientation": "upside down"},
        {"carry": "perhaps"},
        {"title": "x" * 200},
        {"title": "\x00"},
    ],
)
def test_no_wrong_option_gets_through(client, sales, wrong):
    response = client.post(address(sales), answers(**wrong))
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert not Report.objects.exists()


def test_the_data_may_have_changed_since_the_form_was_opened(client, sales):
    sales.current = SnapshotFactory(dataset=sales, number=2, columns=[{"name": "Country", "type": "text"}])
    sales.save()
    response = client.post(address(sales), answers())
    assert response.status_code == 422
    assert "There is: Country." in response.content.decode()


def in_order(html: str, *names: str) -> bool:
    places = [html.index(f'name="columns" value="{name}"') for name in names]
    return places == sorted(places)


def test_without_a_script_a_button_moves_a_column(client, sales):
    response = client.post(address(sales), answers(columns=["Total", "Region", "Day"], up="Day"))
    assert response.status_code == 200 and not Report.objects.exists()
    assert in_order(response.content.decode(), "Total", "Day", "Region")
    response = client.post(address(sales), answers(columns=["Total", "Region", "Day"], down="Total"))
    assert in_order(response.content.decode(), "Region", "Total", "Day")


@pytest.mark.parametrize("move", [{"up": "Total"}, {"down": "Day"}, {"up": "Nowhere"}])
def test_a_column_that_cannot_be_moved_stays(client, sales, move):
    response = client.post(address(sales), answers(columns=["Total", "Region", "Day"], **move))
    assert in_order(response.content.decode(), "Total", "Region", "Day")


def test_without_a_script_a_button_brings_another_row_for_a_filter(client, sales):
    half = {"filter_column": ["Region", "Total"], "filter_test": ["equals", "at_least"], "filter_value": ["North", ""]}
    html = client.post(address(sales), answers(more="", **half)).content.decode()
    assert html.count('name="filter_value"') == 3 and 'value="North"' in html
    assert "There is a problem" not in html
    assert not Report.objects.exists()


def test_a_filter_is_offered_the_tests_that_fit_its_column(client, sales):
    sent = answers(filter_column=["Day"], filter_test=[""], filter_value=[""])
    html = client.post(f"/reports/new/filters/?kind=listing&dataset={sales.pk}", sent).content.decode()
    assert "is on or after" in html and 'type="date"' in html
    assert html.count('name="filter_column"') == 2
    assert "field__error" not in html


def test_a_report_like_another_begins_with_its_options(client, sales):
    options = {"title": "Mine", "columns": ["Total"], "sort": ["-Day"], "group": "Region", "totals": [], "filters": []}
    like = ReportFactory(snapshot=sales.current, options={**options, "carry": True, "orientation": "landscape"})
    html = page(client, f"{NEW}?from={like.pk}")
    assert 'value="Mine"' in html
    assert '<option value="-Day" selected>' in html and '<option value="landscape" selected>' in html
    assert re.search('<input type="checkbox" name="carry"[^>]* checked', html)
    assert html.count('name="columns"') == 3 and html.count('id="id_columns_0" checked') == 1
    assert in_order(html, "Total", "Region")


def test_nobody_begins_with_the_options_of_somebody_elses_report(client, sales):
    like = ReportFactory(title="Secret", options={"title": "Secret"})
    response = client.get(f"{NEW}?from={like.pk}")
    assert response.status_code == 404
    assert "Secret" not in response.content.decode()


def test_data_that_one_may_no_longer_see_cannot_be_asked_for_by_way_of_a_report(client, alice):
    other = dataset_of(PersonFactory(), "Of somebody else")
    like = ReportFactory(owner=alice, snapshot=other.current, options={})
    assert "Of somebody else" not in page(client, f"{NEW}?from={like.pk}")


def test_a_report_whose_data_is_gone_cannot_be_asked_for_again(client, alice):
    like = ReportFactory(owner=alice, snapshot=None, dataset_name="Gone")
    assert "The data of that report has been deleted" in page(client, f"{NEW}?from={like.pk}")


def test_a_table_of_thousands_of_columns_can_be_asked_for(client, alice):
    names = [f"c{number}" for number in range(3000)]
    wide = dataset_of(alice, "Wide", columns=[{"name": name, "type": "text"} for name in names])
    response = client.post(address(wide), answers(columns=names, sort_1="", filter_column=[]))
    assert response.status_code == 303
    assert Report.objects.get().options["columns"] == names


def test_nothing_else_is_answered(client, sales):
    assert client.put(NEW).status_code == 405
    assert client.get(f"/reports/new/filters/?kind=listing&dataset={sales.pk}").status_code == 405


def test_a_password_goes_to_the_report_sealed(client, sales):
    client.post(address(sales), answers(password="pão de queijo"))
    report = Report.objects.get()
    assert unseal(report.password) == "pão de queijo"
    assert "queijo" not in str([report.password, report.options])


def test_a_password_stays_in_a_form_that_is_shown_again(client, sales):
    html = client.post(address(sales), answers(password="secret", columns=[])).content.decode()
    assert 'value="secret"' in html


def test_another_password_is_another_report(client, sales):
    sent = answers(password="one")
    for password in ("one", "one", "other"):
        client.post(address(sales), {**sent, "password": password})
    assert Report.objects.count() == 2


def test_who_copies_a_protected_report_is_reminded_of_the_password(client, sales):
    options = {"columns": ["Region"], "sort": [], "group": "", "totals": [], "orientation": "auto", "filters": []}
    like = ReportFactory(snapshot=sales.current, options=options, password="sealed")
    html = page(client, f"{NEW}?from={like.pk}")
    assert "has a password" in html
    assert "sealed" not in html


@pytest.mark.parametrize(("rows", "said"), [(20_000, False), (20_001, True)])
def test_the_form_says_beforehand_that_a_long_pdf_will_not_be_tagged(client, sales, rows, said):
    Snapshot.objects.update(rows=rows)
    words = "more than 20,000 rows is not tagged"
    assert (words in page(client, address(sales))) == said
    assert words not in page(client, address(sales, "summary"))
