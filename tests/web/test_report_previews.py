"""The first page beside the options."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.models import Brand, Dataset, Definition, Group, Report, State
from tests.factories import DatasetFactory, PersonFactory, ReportFactory, SnapshotFactory, definition_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


@pytest.fixture
def sales(alice) -> Dataset:
    dataset = DatasetFactory(owner=alice, name="Sales")
    dataset.current = SnapshotFactory(dataset=dataset, rows=250)
    dataset.save()
    return dataset


def ask(client, dataset, htmx=True, **values):
    sent = {"columns": ["Region"], "orientation": "auto", "standard": "ua-1", **values}
    address = f"{reverse('preview_request')}?kind=listing&dataset={dataset.pk}"
    return client.post(address, sent, **(HTMX if htmx else {}))


def look(client, preview, query="", **headers) -> str:
    return client.get(reverse("preview", args=[preview.pk]) + query, **headers).content.decode()


def preview_of(owner, state=State.READY, **values) -> Report:
    return ReportFactory(owner=owner, is_preview=True, state=state, **values)


def test_a_preview_is_made_of_the_options_and_asked_for_until_it_is_there(client, sales):
    fragment = ask(client, sales).content.decode()
    preview = Report.objects.get()
    assert (preview.is_preview, preview.options["columns"], preview.snapshot) == (True, ["Region"], sales.current)
    assert f'hx-get="{reverse("preview", args=[preview.pk])}?seen=' in fragment


def test_the_preview_of_a_definition_has_the_looks_of_its_group_and_of_no_other(client, sales):
    group = Group.objects.create(name="Finance")
    Brand.objects.create(group=group, header="Ours")
    own, others = definition_of(sales.owner), definition_of(PersonFactory())
    Definition.objects.update(group=group)
    ask(client, sales, definition=own.pk)
    ask(client, sales, definition=others.pk)
    ask(client, sales, definition="x")
    newest = Report.objects.order_by("-requested_at")
    assert [preview.brand.get("header") for preview in newest] == [None, None, "Ours"]
    page = client.get(reverse("definition_edit", args=[own.pk])).content.decode()
    assert f'name="definition" value="{own.pk}"' in page


def test_a_preview_is_no_second_use_of_the_forms_token(client, sales):
    token = "9b2e5e2c-6ad2-4f0e-8d0a-0d6f6c7a3c11"
    ask(client, sales, client_token=token)
    ask(client, sales, client_token=token)
    assert Report.objects.count() == 2


def test_a_new_preview_takes_the_place_of_the_one_before(client, sales):
    ask(client, sales)
    ask(client, sales)
    assert sorted(Report.objects.values_list("state", flat=True)) == ["cancelled", "requested"]


def test_options_that_are_wrong_are_explained_in_its_place(client, sales):
    former = preview_of(sales.owner)
    html = ask(client, sales, columns=["Nowhere"], shown=former.pk).content.decode()
    assert "Columns: There is no column “Nowhere”" in html
    assert "preview__sheet--former" in html and "data-live" not in html
    assert list(Report.objects.all()) == [former]


def test_the_picture_before_stays_until_the_new_one_is_there(client, sales):
    former = preview_of(sales.owner)
    fragment = ask(client, sales, shown=former.pk).content.decode()
    picture = reverse("preview_image", args=[former.pk])
    assert picture in fragment and f"shown={former.pk}" in fragment
    preview = Report.objects.unfinished().get()
    Report.objects.filter(pk=preview.pk).update(state=State.READY)
    fragment = look(client, preview, f"?shown={former.pk}", **HTMX)
    assert picture not in fragment and reverse("preview_image", args=[preview.pk]) in fragment


@pytest.mark.parametrize("shown", ["nonsense", "\x00", "9b2e5e2c-6ad2-4f0e-8d0a-0d6f6c7a3c11"])
def test_no_picture_stays_that_is_not_ones_own(client, sales, shown):
    assert "preview__sheet--former" not in ask(client, sales, shown=shown).content.decode()
    for other in (preview_of(PersonFactory()), preview_of(sales.owner, State.FAILED)):
        assert str(other.pk) not in ask(client, sales, shown=other.pk).content.decode()


def test_a_poll_is_answered_by_nothing_while_nothing_changes(client, alice):
    preview = preview_of(alice, State.RUNNING)
    query = f"?seen={preview.revision}&every=1&late=0"
    assert client.get(reverse("preview", args=[preview.pk]) + query, **HTMX).status_code == 204
    Report.objects.filter(pk=preview.pk).update(state=State.FAILED, problem={"code": "crashed", "params": {}})
    assert "The program that makes the document crashed." in look(client, preview, query, **HTMX)


def test_the_caption_says_how_much_of_the_data_it_is_made_of(client, sales):
    preview = preview_of(sales.owner, snapshot=sales.current)
    assert "First page, made from 100 rows" in look(client, preview, **HTMX)
    preview.snapshot.rows = 100
    preview.snapshot.save()
    assert "First page<" in look(client, preview, **HTMX)


def test_a_preview_that_no_worker_takes_says_so(client, alice):
    preview = preview_of(alice, State.QUEUED, requested_at=timezone.now() - timedelta(seconds=40))
    assert "No worker has begun with the preview" in look(client, preview, **HTMX)


def test_without_a_script_the_preview_is_a_page_that_looks_again(client, sales):
    response = ask(client, sales, htmx=False)
    preview = Report.objects.get()
    assert (response.status_code, response.url) == (303, reverse("preview", args=[preview.pk]))
    assert 'http-equiv="refresh"' in look(client, preview)
    Report.objects.filter(pk=preview.pk).update(state=State.READY)
    assert 'http-equiv="refresh"' not in look(client, preview)


def test_without_a_script_wrong_options_are_a_page_too(client, sales):
    html = ask(client, sales, htmx=False, columns=["Nowhere"]).content.decode()
    assert "<html" in html and "There is no column “Nowhere”" in html


def test_the_preview_of_somebody_else_is_not_found(client, sales):
    preview = preview_of(PersonFactory())
    assert client.get(reverse("preview", args=[preview.pk]), **HTMX).status_code == 404
    other = DatasetFactory()
    other.current = SnapshotFactory(dataset=other)
    other.save()
    assert ask(client, other).status_code == 404
    assert Report.objects.count() == 1


def test_a_report_is_no_preview(client, alice):
    report = ReportFactory(owner=alice)
    assert client.get(reverse("preview", args=[report.pk]), **HTMX).status_code == 404


def test_nothing_is_made_by_looking(client, alice):
    assert client.get(reverse("preview_request")).status_code == 405
