"""The catalogue: who sees what, asking for a report with two clicks, and what is said when that cannot be."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse

from reports.kinds.listing.form import ListingForm
from reports.lifecycle.definitions import Content, content_of, define, revise
from reports.models import Dataset, Definition, Group, Membership, Report, Role, State
from reports.models.access import May
from tests.factories import COLUMNS, PersonFactory, ReportFactory, SnapshotFactory, definition_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


@pytest.fixture
def monthly(alice) -> Definition:
    return definition_of(alice)


def shared(definition, person, role=Role.READER, may=May.USE) -> Definition:
    group = Group.objects.create(name=f"Group of {person}")
    Membership.objects.create(group=group, person=person, role=role)
    definition.group, definition.group_may = group, may
    definition.save()
    return definition


def page(client, name="catalogue", *args, query="") -> str:
    return client.get(reverse(name, args=args) + query).content.decode()


def sent(**changes) -> dict:
    return {"client_token": str(uuid4()), "version": "1", "language": "en", "answer_1": "North", **changes}


def lose_a_column(definition) -> None:
    snapshot = definition.current.dataset.current
    snapshot.columns = [column for column in COLUMNS if column["name"] != "Day"]
    snapshot.save()


def test_the_catalogue_comes_first_once_there_is_something_in_it(client, alice):
    assert client.get("/").url == reverse("reports")
    definition_of(alice)
    assert client.get("/").url == reverse("catalogue")


@pytest.mark.parametrize(
    "name", ["definition", "definition_edit", "definition_versions", "definition_share", "definition_delete"]
)
def test_one_signs_in_first_and_the_definition_of_somebody_else_is_not_found(client, alice, name):
    address = reverse(name, args=[definition_of(PersonFactory()).pk])
    ask = client.post if name in ("definition_share", "definition_delete") else client.get
    assert ask(address).status_code == 404
    client.logout()
    assert ask(address).url.startswith(reverse("sign_in"))


def test_a_group_uses_what_is_shared_with_it(client, alice):
    definition = shared(definition_of(PersonFactory(username="bob")), alice)
    assert "Monthly" in page(client) and "bob" in page(client)
    assert "Request report" in page(client, "definition", definition.pk)
    assert client.post(reverse("definition", args=[definition.pk]), sent()).status_code == 303
    assert Report.objects.get().group == definition.group


@pytest.mark.parametrize(("role", "may"), [(Role.READER, May.EDIT), (Role.MANAGER, May.USE)])
def test_who_may_only_use_it_changes_nothing(client, alice, role, may):
    definition = shared(definition_of(PersonFactory()), alice, role, may)
    assert "Edit" not in re.findall(r"</svg>(\w+)</a>", page(client, "definition", definition.pk))
    assert client.get(reverse("definition_edit", args=[definition.pk])).status_code == 403
    for name, more in (("definition_share", []), ("definition_delete", []), ("definition_restore", [1])):
        response = client.post(reverse(name, args=[definition.pk, *more]), {})
        assert response.status_code == 403
        assert "Monthly" not in response.content.decode()
    assert Definition.objects.get() == definition


def test_an_author_of_the_group_edits_what_may_be_edited_but_does_not_share_or_delete_it(client, alice):
    definition = shared(definition_of(PersonFactory()), alice, Role.AUTHOR, May.EDIT)
    assert client.get(reverse("definition_edit", args=[definition.pk])).status_code != 403
    assert client.post(reverse("definition_delete", args=[definition.pk])).status_code == 403


def test_two_clicks_ask_for_a_report(client, monthly):
    address = re.search(r'href="([^"#]+)#request"', page(client))[1]
    form = client.get(address).content.decode()
    data = dict(re.findall(r'<input type="hidden" name="(client_token|version)" value="([^"]+)"', form)) | {
        "language": "en"
    }
    chosen = re.findall(r'<select name="(answer_0_period)".*?<option value="(\w+)" selected', form, re.DOTALL)
    response = client.post(address, data | dict(chosen))
    report = Report.objects.get()
    assert response.url == reverse("report", args=[report.pk])
    assert report.parameters[0]["said"] == "last_month"


def test_sent_twice_it_is_one_report_and_with_another_answer_another(client, monthly):
    address, data = reverse("definition", args=[monthly.pk]), sent()
    assert client.post(address, data).url == client.post(address, data).url
    client.post(address, {**data, "answer_1": "South"})
    assert Report.objects.count() == 2


def test_the_same_words_ask_for_another_report_of_newer_data(client, monthly):
    address, data = reverse("definition", args=[monthly.pk]), sent()
    client.post(address, data)
    dataset = monthly.current.dataset
    dataset.current = SnapshotFactory(dataset=dataset)
    dataset.save()
    client.post(address, data)
    assert set(Report.objects.values_list("snapshot__number", flat=True)) == set(
        dataset.snapshots.values_list("number", flat=True)
    )


def test_the_language_is_that_which_was_chosen(client, monthly):
    client.post(reverse("definition", args=[monthly.pk]), sent(language="pt-br"))
    assert Report.objects.get().language == "pt-br"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"answer_0": "2026-13-01"}, "is not a date that exists"),
        ({"answer_0": "2026-02-02", "answer_0_to": "2026-01-01"}, "ends before it begins"),
        ({"language": "xx"}, "xx"),
        ({"password": "p" * 200}, "at most 127 bytes"),
    ],
)
def test_answers_that_do_not_fit_are_explained_and_the_rest_is_kept(client, monthly, wrong, sentence):
    response = client.post(reverse("definition", args=[monthly.pk]), sent(**wrong))
    html = response.content.decode()
    assert response.status_code == 422 and not Report.objects.exists()
    assert sentence in html and 'value="North"' in html


@pytest.mark.parametrize("token", ["", "7", "\x00"])
def test_a_forged_token_is_not_found(client, monthly, token):
    assert client.post(reverse("definition", args=[monthly.pk]), sent(client_token=token)).status_code == 404


def test_a_report_can_be_asked_for_again_with_its_answers(client, monthly):
    client.post(reverse("definition", args=[monthly.pk]), sent(language="pt-br", answer_0_period="yesterday"))
    report = Report.objects.get()
    Report.objects.update(state=State.FAILED)
    again = f"{reverse('definition', args=[monthly.pk])}?from={report.pk}"
    assert again in page(client, "report", report.pk)
    form = client.get(again).content.decode()
    assert 'value="North"' in form and 'value="yesterday" selected' in form and 'value="pt-br" selected' in form


def test_a_definition_that_was_deleted_while_its_form_was_open_says_so(client, monthly):
    address = reverse("definition", args=[monthly.pk])
    client.post(reverse("definition_delete", args=[monthly.pk]))
    response = client.post(address, sent())
    assert response.status_code == 404
    assert "There is no such definition" in response.content.decode()


def test_a_definition_that_was_changed_while_its_form_was_open_is_looked_at_again(client, monthly):
    content = content_of(Definition.objects.with_data().get().current)
    revise(monthly, replace(content, description="Another"), monthly.owner, began=1)
    response = client.post(reverse("definition", args=[monthly.pk]), sent())
    assert response.status_code == 409 and not Report.objects.exists()
    assert "The definition has been changed meanwhile." in response.content.decode()
    assert client.post(reverse("definition", args=[monthly.pk]), sent(version="2")).status_code == 303


def test_deleting_leaves_the_reports(client, monthly):
    client.post(reverse("definition", args=[monthly.pk]), sent())
    response = client.post(reverse("definition_delete", args=[monthly.pk]), follow=True)
    assert "Its reports stay." in response.content.decode()
    assert "Monthly" in page(client, "report", Report.objects.get().pk)
    assert "Monthly" in page(client, "reports")


def test_a_dataset_that_lost_a_column_is_told_and_mended(client, monthly):
    client.post(reverse("definition", args=[monthly.pk]), sent())
    lose_a_column(monthly)
    assert "Needs mending" in page(client)
    html = page(client, "definition", monthly.pk)
    assert "has no column Day any more" in html and "Mend it" in html and "Request report" not in html
    response = client.post(reverse("definition", args=[monthly.pk]), sent())
    assert response.status_code == 409 and Report.objects.count() == 1
    assert "Gone: Day" in page(client, "definition_edit", monthly.pk)
    assert client.get(reverse("report", args=[Report.objects.get().pk])).status_code == 200


def test_a_dataset_that_was_deleted_is_told_and_another_can_be_chosen(client, monthly):
    other = definition_of(monthly.owner, "Another").current.dataset
    monthly.current.dataset.delete()
    assert "“Sales” has been deleted" in page(client, "definition", monthly.pk)
    response = client.get(reverse("definition_edit", args=[monthly.pk]))
    assert f"?dataset={other.pk}" in response.content.decode()
    assert 'name="columns"' in page(client, "definition_edit", monthly.pk, query=f"?dataset={other.pk}")


def test_it_is_shared_with_a_group_of_ones_own_and_with_no_other(client, monthly):
    own, read, other = (Group.objects.create(name=name) for name in ("Own", "Read", "Other"))
    Membership.objects.create(group=own, person=monthly.owner, role=Role.AUTHOR)
    Membership.objects.create(group=read, person=monthly.owner, role=Role.READER)
    address = reverse("definition_share", args=[monthly.pk])
    for refused in (read, other):
        client.post(address, {"group": refused.pk, "group_may": "edit"})
        assert Definition.objects.get().group is None
    client.post(address, {"group": own.pk, "group_may": "edit"})
    assert (Definition.objects.get().group, Definition.objects.get().group_may) == (own, "edit")
    client.post(address, {"group": "", "group_may": "use"})
    assert Definition.objects.get().group is None


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_is_text_and_suggests_what_is_printed_alone(client, alice, tmp_path):
    shop = "<i hx-post=/x>Shop"
    (tmp_path / "shops.csv").write_text(f"Region,{shop}\nSouth,Open\nNorth,Secret\n")
    call_command("import_dataset", tmp_path / "shops.csv", name="Shops", owner="alice")
    dataset = Dataset.objects.get()
    filters = [
        {"column": "Region", "test": "equals", "value": "South"},
        {"column": shop, "test": "equals", "value": "", "asked": "Which"},
        {"column": shop, "test": "starts_with", "value": "", "asked": "Begins"},
    ]
    columns = [{"name": name, "type": "text"} for name in ("Region", shop)]
    options = {**ListingForm({}, columns=dataset.current.typed_columns).initial, "filters": filters, "title": ""}
    made = define(alice, Content("Shops", "listing", dataset, "Shops", options, columns))
    shown = page(client, "definition", made.pk)
    assert "Open" in shown and "Secret" not in shown
    assert "<i hx-post" not in shown and "&lt;i hx-post" in shown


def test_the_catalogue_is_searched_and_stands_in_folders(client, alice):
    definition_of(alice, "Orders", folder="Sales / Monthly", description="Largest first")
    definition_of(alice, "Meters", folder="Energy")
    names = lambda query: re.findall(r'class="row-link break"[^>]*>(\w+)<', page(client, query=query))  # noqa: E731
    assert names("") == ["Meters", "Orders"]
    assert names("?q=largest+ORDERS") == ["Orders"]
    assert names("?folder=Energy") == ["Meters"]
    assert names("?q=nothing") == []
    assert names("?q=\x00") == names("")
    assert "No definition fits." in page(client, query="?q=nothing")


def test_an_empty_catalogue_says_what_it_is_for(client, alice):
    assert "Ask for a report again with two clicks" in page(client)


def test_more_definitions_cost_no_more_queries(client, alice, django_assert_num_queries):
    for count in (1, 8):
        for number in range(count):
            definition = definition_of(alice, f"Monthly {count} {number}")
            ReportFactory(owner=alice, definition=definition, state=State.READY)
        with django_assert_num_queries(6):
            page(client)


def test_more_reports_and_versions_cost_the_page_no_more_queries(client, monthly, django_assert_num_queries):
    for count in (1, 8):
        for _ in range(count):
            ReportFactory(owner=monthly.owner, definition=monthly, version=monthly.current)
        with django_assert_num_queries(7):
            page(client, "definition", monthly.pk)
