"""The PDF as a file to keep and in the page, and the picture of a preview."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from reports import storage
from reports.models import Report, State
from reports.web.downloads import file_name
from tests.factories import PersonFactory, ReportFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 of a test"


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def stored(owner, file="report.pdf", **values) -> Report:
    moment = datetime(2026, 3, 9, 12, tzinfo=UTC)
    report = ReportFactory(owner=owner, **{"state": State.READY, "requested_at": moment, "sha256": "ab" * 32, **values})
    report.artifacts = {"write_pdf": f"reports/{report.pk}/1/write_pdf"}
    report.save()
    path = storage.path_of(f"{report.artifacts['write_pdf']}/{file}")
    path.parent.mkdir(parents=True)
    path.write_bytes(PDF)
    return report


def download(client, report, query="", **headers):
    return client.get(reverse("report_pdf", args=[report.pk]) + query, headers=headers)


def test_the_pdf_comes_whole_as_a_file_to_keep(client, alice):
    response = download(client, stored(alice, title="Sales"))
    assert b"".join(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="Sales 2026-03-09.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]


def test_the_pdf_can_stand_in_a_page_of_the_portal_only(client, alice):
    response = download(client, stored(alice), "?inline")
    assert response["Content-Disposition"].startswith("inline;")
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_name_in_any_language_survives(client, alice):
    response = download(client, stored(alice, title="Relatório de ação: 日本"))
    encoded = re.search(r"filename\*=utf-8''(\S+)", response["Content-Disposition"])[1]
    assert encoded.startswith("Relat%C3%B3rio%20de%20a%C3%A7%C3%A3o%20%E6%97%A5")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("a/b\\c: *d?", "a b c d"),
        ("two\r\nlines\x00", "twolines"),
        ("gnp\u202efdp.exe", "gnpfdp.exe"),
        ("..", "Report"),
        ("", "Report"),
        ("é" * 120, "é" * 100),
    ],
)
def test_a_name_has_nothing_that_a_disk_refuses(title, expected):
    report = Report(title=title, requested_at=datetime(2026, 3, 9, tzinfo=UTC))
    assert file_name(report) == f"{expected} 2026-03-09.pdf"


def test_a_browser_that_has_it_gets_it_once(client, alice):
    report = stored(alice)
    tag = download(client, report)["ETag"]
    assert download(client, report, **{"If-None-Match": tag}).status_code == 304
    Report.objects.filter(pk=report.pk).update(sha256="cd" * 32)
    assert download(client, report, **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("state", [State.RUNNING, State.FAILED, State.CANCELLED, State.EXPIRED])
def test_there_is_no_pdf_of_a_report_that_is_not_ready(client, alice, state):
    assert download(client, stored(alice, state=state)).status_code == 404


def test_a_pdf_that_has_vanished_is_explained(client, alice):
    report = stored(alice, title="Sales")
    storage.delete(report.pdf)
    response = download(client, report)
    assert response.status_code == 404
    assert "The file of “Sales” has been deleted or moved" in response.content.decode()
    page = client.get(reverse("report", args=[report.pk])).content.decode()
    assert "no longer in storage" in page and reverse("report_pdf", args=[report.pk]) not in page


def test_looking_is_all_that_one_can_do(client, alice):
    assert client.post(reverse("report_pdf", args=[stored(alice).pk])).status_code == 405


def test_the_picture_of_a_preview_is_ones_own(client, alice):
    preview = stored(alice, "preview.png", is_preview=True)
    address = reverse("preview_image", args=[preview.pk])
    response = client.get(address)
    assert b"".join(response) == PDF and response["Content-Type"] == "image/png"
    client.force_login(PersonFactory())
    assert client.get(address).status_code == 404


def test_there_is_no_picture_of_what_is_no_finished_preview(client, alice):
    for report in (
        stored(alice, "preview.png"),
        stored(alice, "preview.png", is_preview=True, state=State.RUNNING),
        stored(alice, "another.png", is_preview=True),
    ):
        assert client.get(reverse("preview_image", args=[report.pk])).status_code == 404
