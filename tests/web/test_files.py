"""Files that lie in a bucket, sent to people: by the portal, or by the store itself; and one that does not answer."""

from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import stores
from reports import storage
from reports.models import Dataset, ShareLink, Snapshot
from reports.storage import cache
from tests.delivery.sending import PDF, ready_report
from tests.factories import PersonFactory
from tests.processes import free_port
from tests.web.test_share_links import made, page_of, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(bucket):
    """Its PDF lies in the bucket, and no copy of it here."""
    report = ready_report(title="Ação", sha256=sha256(PDF).hexdigest())
    with storage.scratch() as folder:
        (folder / "report.pdf").write_bytes(PDF)
        storage.put(folder, report.artifacts["write_pdf"])
    cache.forget(report.artifacts["write_pdf"])
    return report


@pytest.fixture
def gone(settings):
    """Nothing answers where the store should be."""
    url = f"s3://key:secret@files?endpoint=http://127.0.0.1:{free_port()}"
    settings.STORAGES = settings.STORAGES | {"default": stores.at(url, settings.DATA_DIR)}


@pytest.fixture
def client(report, client) -> Client:
    client.force_login(report.owner)
    return client


def pdf_of(report, query: str = "") -> str:
    return reverse("report_pdf", args=[report.pk]) + query


def fetched(address: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", address, retries=False)


def test_the_portal_passes_on_what_lies_in_the_bucket(client, report):
    answer = client.get(pdf_of(report))
    assert b"".join(answer) == PDF and answer["Content-Length"] == str(len(PDF))
    assert answer["Content-Type"] == "application/pdf" and answer["Content-Disposition"].startswith("attachment")
    assert client.get(pdf_of(report), headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_signed_address_gives_the_file_its_name_and_its_type_for_a_minute(client, report, settings):
    settings.DOWNLOADS = "signed"
    answer = client.get(pdf_of(report))
    assert answer.status_code == 302 and "no-store" in answer["Cache-Control"]
    assert parse_qs(urlsplit(answer.url).query)["X-Amz-Expires"] == ["60"]
    file = fetched(answer.url)
    assert file.data == PDF and file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''A%C3%A7%C3%A3o")


def test_what_is_shown_in_a_page_comes_from_the_portal(client, report, settings):
    settings.DOWNLOADS = "signed"
    assert b"".join(client.get(pdf_of(report, "?inline"))) == PDF
    assert client.head(pdf_of(report)).status_code == 200


def test_nobody_else_is_given_a_signed_address(report, settings):
    settings.DOWNLOADS = "signed"
    other = Client()
    other.force_login(PersonFactory())
    assert other.get(pdf_of(report)).status_code == 404


def test_a_signed_download_by_a_link_is_counted_and_one_of_what_is_gone_is_not(report, settings):
    settings.DOWNLOADS = "signed"
    link = made(report, most_downloads=1)
    anybody = Client()
    storage_key = report.pdf
    answer = anybody.get(page_of(link) + "report.pdf")
    assert fetched(answer.url).data == PDF and ShareLink.objects.get().downloads == 1
    assert anybody.get(page_of(link) + "report.pdf").status_code == 404
    again = made(report)
    storage.delete(storage_key)
    assert anybody.get(page_of(again) + "report.pdf").status_code == 404
    assert ShareLink.objects.get(pk=again.pk).downloads == 0


def test_whoever_gives_a_password_is_answered_by_the_portal(report, settings):
    """A form may not be answered with a way to elsewhere: browsers hold the content policy against it."""
    settings.DOWNLOADS = "signed"
    link = made(report, password="sea green 7")
    assert taken(Client().post(page_of(link), {"password": "sea green 7"}))


def test_a_file_that_cannot_be_reached_is_asked_for_later(client, report, gone, settings):
    for downloads in ("portal", "signed"):
        settings.DOWNLOADS = downloads
        answer = client.get(pdf_of(report))
        assert answer.status_code == 503 and answer["Retry-After"]
        assert "cannot be reached at the moment" in answer.content.decode()
    assert client.get(reverse("report", args=[report.pk])).status_code == 200


def test_a_link_to_a_file_that_cannot_be_reached_is_not_used_up(report, gone):
    link = made(report, most_downloads=1)
    assert Client().get(page_of(link) + "report.pdf").status_code == 503
    assert ShareLink.objects.get().downloads == 0


def test_a_file_that_cannot_be_kept_is_asked_for_again(client, gone):
    fields = {"name": "Orders", "client_token": "5d6f2f0a-0000-4000-8000-000000000000"}
    answer = client.post(reverse("dataset_new"), fields | {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 503 and not Snapshot.objects.filter(dataset__in=Dataset.objects.filter(name="Orders"))


def test_operators_read_what_is_wrong_with_the_store(client, gone):
    client.force_login(PersonFactory(is_staff=True))
    assert "does not answer (EndpointConnectionError)" in client.get(reverse("operations")).content.decode()
