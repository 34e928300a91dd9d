"""What a report's page says of what was checked, and making it again."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from reports import storage
from reports.models import Report, State, Validation
from tests.factories import PersonFactory, ReportFactory, facts_of_pdf

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
BROKEN = {"rule": "PDFUA1-NOTDEF-GLYPH-001", "message": "references .notdef"}


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def ready(owner, **values) -> Report:
    facts = facts_of_pdf(**values)
    del facts["standard"]
    report = ReportFactory(owner=owner, state=State.READY, step="write_pdf", finished_at=timezone.now(), **facts)
    report.artifacts = {"write_pdf": f"reports/{report.pk}/1/write_pdf"}
    report.save()
    path = storage.path_of(report.pdf)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF-1.7 of a test")
    return report


def page(client, report) -> str:
    return client.get(reverse("report", args=[report.pk])).content.decode()


def verdict(**values) -> dict:
    return facts_of_pdf()["verdict"] | values


def test_a_complete_and_valid_report_says_so(client, alice):
    html = page(client, ready(alice))
    assert "3 rows gathered, 3 printed." in html
    assert "12.50" in html
    assert "Valid PDF/UA-1" in html
    assert "ab" * 32 in html


def test_totals_are_written_in_the_language_of_the_reader(client, alice):
    html = client.get(reverse("report", args=[ready(alice).pk]), headers={"accept-language": "pt-br"}).content.decode()
    assert "3 linhas reunidas, 3 impressas." in html
    assert "12,50" in html


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (verdict(conforms=False, broken=[BROKEN]), ["Not valid PDF/UA-1", BROKEN["rule"], BROKEN["message"]]),
        (verdict(conforms=None, reason="too many objects"), ["could not be checked", "too many objects"]),
        (verdict(standard="a-3u"), ["Valid PDF/A-3u"]),
        (None, ["Not tagged"]),
    ],
)
def test_every_verdict_has_its_words(client, alice, found, words):
    html = page(client, ready(alice, verdict=found))
    assert all(word in html for word in words)


def test_a_verdict_that_is_still_to_come_is_polled_for(client, alice):
    report = ready(alice, verdict=None)
    Validation.objects.create(report=report, owner=alice, standard="ua-1")
    address = reverse("report_verdict", args=[report.pk])
    assert f'hx-get="{address}"' in page(client, report)
    assert client.get(address, **HTMX).status_code == 204
    Report.objects.update(verdict=verdict())
    fragment = client.get(address, **HTMX).content.decode()
    assert "Valid PDF/UA-1" in fragment
    assert "hx-get" not in fragment


def test_a_check_that_failed_says_why(client, alice):
    report = ready(alice, verdict=None)
    problem = {"code": "too_slow", "params": {"seconds": 540}}
    Validation.objects.create(report=report, owner=alice, standard="ua-1", state=State.FAILED, problem=problem)
    html = page(client, report)
    assert "PDF/UA-1 could not be checked" in html
    assert "540 seconds" in html


def test_a_report_from_before_anything_was_checked_says_nothing(client, alice):
    assert "What was checked" not in page(client, ready(alice, receipt=None))


def test_characters_without_a_font_are_told_in_the_language_of_the_reader(client, alice):
    params = {"script": "Thai", "package": "fonts-noto-core", "shown": "ก", "count": 1}
    report = ready(alice, notes=[{"code": "note_no_glyphs", "params": params}])
    assert "(Thai: ก)" in page(client, report)
    html = client.get(reverse("report", args=[report.pk]), headers={"accept-language": "pt-br"}).content.decode()
    assert "(tailandês: ก)" in html
    assert "fonts-noto-core" in html


def test_a_protected_pdf_says_so_without_the_password(client, alice):
    report = ready(alice)
    Report.objects.update(password="sealed-text")
    html = page(client, report)
    assert "Protected by a password" in html
    assert "sealed-text" not in html


def test_make_again_leads_to_the_repetition(client, alice):
    report, token = ready(alice), uuid4()
    sent = {"client_token": token}
    first = client.post(reverse("report_again", args=[report.pk]), sent)
    again = Report.objects.get(again_of=report)
    assert (first.status_code, first["Location"]) == (303, reverse("report", args=[again.pk]))
    client.post(reverse("report_again", args=[report.pk]), sent)
    assert Report.objects.filter(again_of=report).count() == 1


def test_without_the_data_there_is_nothing_to_make_again(client, alice):
    report = ready(alice)
    report.snapshot.dataset.delete()
    assert reverse("report_again", args=[report.pk]) not in page(client, report)
    response = client.post(reverse("report_again", args=[report.pk]), follow=True)
    assert "has been deleted" in response.content.decode()
    assert Report.objects.count() == 1


def test_nobody_makes_or_watches_the_report_of_somebody_else(client, alice):
    report = ready(PersonFactory())
    assert client.post(reverse("report_again", args=[report.pk])).status_code == 404
    assert client.get(reverse("report_verdict", args=[report.pk])).status_code == 404
    assert Report.objects.count() == 1


def test_a_repetition_says_that_it_is_the_same(client, alice):
    original = ready(alice)
    html = page(client, ready(alice, again_of=original))
    assert "The same, byte for byte" in html
    assert reverse("report", args=[original.pk]) in html


def test_a_repetition_that_differs_says_in_what(client, alice):
    original = ready(alice)
    html = page(client, ready(alice, again_of=original, content_sha256="cd" * 32, engine={"engine": "71.0"}))
    assert "Not the same bytes" in html
    assert "WeasyPrint, which sets the pages" in html
    assert "the fonts of the machine" not in html


def test_the_poll_that_finds_it_ready_brings_what_was_checked(client, alice):
    report = ready(alice)
    address = reverse("report_progress", args=[report.pk]) + "?seen=1.running.write_pdf.0.0&every=1&late=0"
    assert "What was checked" in client.get(address, **HTMX).content.decode()
