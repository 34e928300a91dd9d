"""The page that tells whether a PDF is authentic."""

from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reports.models import State
from tests.factories import PersonFactory, ReportFactory

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 a report"


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def asked(client, content: bytes, name: str = "sales.pdf"):
    return client.post(reverse("verify"), {"file": SimpleUploadedFile(name, content)})


def made(**values):
    return ReportFactory(state=State.READY, sha256=sha256(CONTENT).hexdigest(), title="Sales of March", **values)


def test_nobody_verifies_without_signing_in(client):
    assert client.get(reverse("verify")).status_code == 302


def test_an_authentic_pdf_leads_to_its_report(client, alice):
    report = made(owner=alice)
    page = asked(client, CONTENT).content.decode()
    assert "“sales.pdf” is authentic" in page
    assert reverse("report", args=[report.pk]) in page


def test_an_altered_pdf_leads_to_what_it_was(client, alice):
    report = made(owner=alice)
    page = asked(client, CONTENT + b"/ID[<%s><00>]" % report.pk.hex.encode()).content.decode()
    assert "“sales.pdf” has been altered" in page
    assert reverse("report", args=[report.pk]) in page


def test_the_report_of_somebody_else_is_not_named(client, alice):
    report = made()
    page = asked(client, CONTENT).content.decode()
    assert "is authentic" in page
    assert report.title not in page
    assert str(report.pk) not in page


@pytest.mark.parametrize(("content", "words"), [(b"%PDF-1.4 other", "is unknown here"), (b"<html>", "is not a PDF")])
def test_what_is_not_ours_is_said_to_be_unknown(client, alice, content, words):
    assert words in asked(client, content).content.decode()


def test_a_form_without_a_file_says_so(client, alice):
    response = client.post(reverse("verify"))
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_the_name_of_a_file_is_text(client, alice):
    assert "<b>x</b>" not in asked(client, b"x", "<b>x</b>.pdf").content.decode()


def test_a_file_that_is_too_large_is_refused_unread(client, alice, settings):
    settings.MAX_UPLOAD_BYTES = 10
    assert asked(client, b"%PDF-" + b"x" * 2**21).status_code == 413
