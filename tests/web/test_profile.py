"""A person's own page: what it keeps, and where it is obeyed."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name

from reports.models import Dataset, Profile, Report
from reports.models.person import time_zone_of
from tests.factories import DatasetFactory, PersonFactory, ReportFactory, SnapshotFactory

pytestmark = pytest.mark.django_db

FIELDS = {"name": "Alice Lima", "language": "", "time_zone": "", "paper": "A4", "theme": ""}


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def keep(client, **fields):
    return client.post(reverse("profile"), FIELDS | fields)


def test_a_profile_is_kept_and_shown_again(client, alice):
    assert (
        keep(client, language="pt-br", time_zone="America/Sao_Paulo", paper="Letter", theme="dark").status_code == 303
    )
    kept = Profile.objects.get(person=alice)
    assert (kept.language, kept.time_zone, kept.paper, kept.theme) == ("pt-br", "America/Sao_Paulo", "Letter", "dark")
    page = client.get(reverse("profile")).content.decode()
    assert '<html lang="pt-br" data-account data-theme="dark">' in page
    assert 'value="America/Sao_Paulo"' in page and "Alice Lima" in page and "Seu perfil foi salvo." in page


@pytest.mark.parametrize(
    ("typed", "kept"), [("sao paulo", "America/Sao_Paulo"), ("europe/lisbon", "Europe/Lisbon"), ("UTC", "UTC")]
)
def test_a_city_is_enough_for_a_time_zone(client, alice, typed, kept):
    keep(client, time_zone=typed)
    assert time_zone_of(Profile.objects.get().person) == kept


@pytest.mark.parametrize("typed", ["Mars/Olympus", "../../etc/passwd", "Sao", "\0"])
def test_a_time_zone_that_does_not_exist_is_refused_with_words(client, alice, typed):
    answer = keep(client, time_zone=typed)
    assert answer.status_code == 422 and 'href="#id_time_zone"' in answer.content.decode()
    assert not Profile.objects.exists()


def test_the_language_of_the_profile_is_stronger_than_the_browsers(client, alice):
    keep(client, language="pt-br")
    page = client.get(reverse("datasets"), headers={"accept-language": "en"}).content.decode()
    assert "Conjuntos de dados" in page


def test_the_language_menu_is_remembered_with_the_account(client, alice):
    client.post(reverse("set_language"), {"language": "pt-br", "next": reverse("profile")})
    client.cookies.clear()
    client.force_login(alice)
    assert '<html lang="pt-br"' in client.get(reverse("datasets")).content.decode()


@pytest.mark.parametrize("language", ["xx", "", "de"])
def test_no_language_is_kept_that_the_portal_does_not_speak(client, alice, language):
    assert client.post(reverse("set_language"), {"language": language}).status_code == 302
    assert not Profile.objects.exists()


def test_the_theme_switch_is_remembered_with_the_account(client, alice):
    answer = client.post(reverse("set_theme"), {"theme": "dark", "next": reverse("datasets")})
    assert (answer.status_code, answer.url) == (303, reverse("datasets"))
    assert 'data-theme="dark"' in client.get(reverse("datasets")).content.decode()
    assert client.post(reverse("set_theme"), {"theme": ""}, headers={"hx-request": "true"}).status_code == 204
    assert 'data-theme=""' in client.get(reverse("datasets")).content.decode()


def test_the_theme_switch_leads_to_no_other_site(client, alice):
    answer = client.post(reverse("set_theme"), {"theme": "neon", "next": "https://elsewhere.example/"})
    assert answer.url == reverse("home") and not Profile.objects.exists()


def test_times_are_shown_in_the_persons_zone_and_nobody_elses(client, alice):
    keep(client, time_zone="America/Sao_Paulo")
    ReportFactory(owner=alice, requested_at=datetime(2026, 3, 5, 2, 30, tzinfo=UTC))
    assert "March 4, 2026, 11:30:00\u202fPM -03" in client.get(reverse("reports")).content.decode()
    assert get_current_timezone_name() == "UTC"
    other = PersonFactory()
    ReportFactory(owner=other, requested_at=datetime(2026, 3, 5, 2, 30, tzinfo=UTC))
    client.force_login(other)
    assert "March 5, 2026, 2:30:00\u202fAM UTC" in client.get(reverse("reports")).content.decode()


@pytest.fixture
def sales(alice) -> Dataset:
    dataset = DatasetFactory(owner=alice, name="Sales")
    Dataset.objects.filter(pk=dataset.pk).update(current=SnapshotFactory(dataset=dataset))
    return dataset


def ask(client, dataset, **more) -> Report:
    fields = {"columns": ["Region"], "orientation": "auto", "standard": "ua-1", "client_token": str(uuid4()), **more}
    address = f"{reverse('report_request')}?kind=listing&dataset={dataset.pk}"
    assert client.post(address, fields).status_code == 303
    return Report.objects.order_by("requested_at").last()


def test_a_report_is_printed_in_the_zone_that_its_owner_had_when_asking(client, alice, sales):
    keep(client, time_zone="Asia/Tokyo")
    report = ask(client, sales)
    keep(client, time_zone="Europe/Lisbon")
    assert report.time_zone == "Asia/Tokyo"
    assert ask(client, sales).time_zone == "Europe/Lisbon"
    client.post(reverse("report_again", args=[report.pk]), {"client_token": str(uuid4())})
    assert report.repetitions.get().time_zone == "Asia/Tokyo"


def test_the_paper_of_the_profile_is_offered_and_another_can_be_chosen(client, alice, sales):
    keep(client, paper="Letter")
    page = client.get(f"{reverse('report_request')}?kind=listing&dataset={sales.pk}").content.decode()
    assert '<option value="Letter" selected>' in page
    assert ask(client, sales, paper="Letter").options["paper"] == "Letter"
    assert ask(client, sales, paper="A4").options["paper"] == "A4"


def test_a_zone_that_a_machine_does_not_know_is_no_reason_to_fail(client, alice, settings):
    Profile.objects.create(person=alice, time_zone="Europe/Atlantis", language="tlh")
    assert client.get(reverse("profile")).status_code == 200
    assert time_zone_of(alice) == settings.TIME_ZONE


def test_a_profile_costs_a_page_no_query(client, alice, django_assert_num_queries):
    with django_assert_num_queries(4):  # the session, the person, what has ended, the datasets
        client.get(reverse("datasets"))
    keep(client, language="pt-br")
    with django_assert_num_queries(4):
        client.get(reverse("datasets"))
