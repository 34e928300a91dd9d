"""The data of a report: asked for, watched, downloaded; by a real worker."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from reports.lifecycle.sweep import collect
from reports.management.accounts import demo_account
from reports.models import Export, Group, Membership, Report, State
from tests.factories import PersonFactory, ReportFactory
from tests.processes import wait_until

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def ready(owner, **values) -> Report:
    report = ReportFactory(owner=owner, state=State.READY, step="write_pdf", pages=1, bytes=1, rows=1, **values)
    Report.objects.filter(pk=report.pk).update(artifacts={"write_pdf": f"reports/{report.pk}/1/write_pdf"})
    return report


def ask(client, report, format_="csv"):
    return client.post(reverse("report_data_ask", args=[report.pk, format_]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "method"), [("report_data_ask", "post"), ("report_data", "get"), ("report_data_file", "get")]
)
def test_the_data_of_somebody_else_is_not_found(client, alice, name, method):
    report = ready(PersonFactory())
    Export.objects.create(report=report, owner=report.owner, format="csv")
    address = reverse(name, args=[report.pk, "csv"])
    assert getattr(client, method)(address).status_code == 404
    client.logout()
    assert getattr(client, method)(address).url.startswith(reverse("sign_in"))


@pytest.mark.django_db
def test_whoever_may_read_the_report_may_have_its_data(client, alice):
    report = ready(PersonFactory(), group=Group.objects.create(name="Sales"))
    Membership.objects.create(group=report.group, person=alice)
    assert ask(client, report).url == reverse("report_data", args=[report.pk, "csv"])


@pytest.mark.django_db
def test_asked_for_twice_it_is_written_once(client, alice):
    report = ready(alice)
    for _ in range(2):
        ask(client, report)
    ask(client, report, "xlsx")
    assert sorted(Export.objects.values_list("format", "state")) == [("csv", "requested"), ("xlsx", "requested")]


@pytest.mark.django_db
def test_what_failed_is_tried_again(client, alice):
    report = ready(alice)
    failed = {"code": "unexpected", "params": {}}
    Export.objects.create(report=report, owner=alice, format="csv", state=State.FAILED, problem=failed)
    html = client.get(reverse("report_data", args=[report.pk, "csv"])).content.decode()
    assert "Something went wrong" in html and "Try again" in html and "data-live" not in html
    ask(client, report)
    assert Export.objects.get().state == State.REQUESTED


@pytest.mark.django_db
@pytest.mark.parametrize("format_", ["pdf", "exe", "%00"])
def test_another_format_is_not_found(client, alice, format_):
    assert client.post(f"/reports/{ready(alice).pk}/data/{format_}/ask/").status_code == 404


@pytest.mark.django_db
def test_without_its_dataset_there_is_no_data(client, alice):
    report = ready(alice)
    report.snapshot.dataset.delete()
    response = client.post(reverse("report_data_ask", args=[report.pk, "csv"]), follow=True)
    assert "The data of this report has been deleted" in response.content.decode()
    assert "The data as a file" not in response.content.decode()


@pytest.mark.django_db
def test_a_poll_is_answered_by_nothing_while_nothing_changes(client, alice, django_assert_max_num_queries):
    report = ready(alice)
    ask(client, report)
    export = Export.objects.get()
    address = reverse("report_data", args=[report.pk, "csv"]) + f"?seen={export.revision}&every=1"
    with django_assert_max_num_queries(3):
        assert client.get(address, **HTMX).status_code == 204
    assert client.get(reverse("report_data_file", args=[report.pk, "csv"])).status_code == 404


def test_a_worker_writes_it(worker, client, tmp_path):
    owner = demo_account()
    client.force_login(owner)
    (tmp_path / "sales.csv").write_text("Shop,Total\nNorth,1.50\nSouth,-2.25\n=1+1,3.00\n")
    call_command("import_dataset", tmp_path / "sales.csv", name="Sales")
    settings = ["sort=-Total", "title=Largest first"]
    call_command("request_report", "listing", dataset="Sales", output=tmp_path / "report.pdf", set=settings)
    report = Report.objects.get()
    for format_ in ("csv", "xlsx"):
        ask(client, report, format_)
    wait_until(lambda: Export.objects.filter(state=State.READY).count() == 2, "two exports")
    page = client.get(reverse("report_data", args=[report.pk, "csv"])).content.decode()
    assert reverse("report_data_file", args=[report.pk, "csv"]) in page and "data-live" not in page
    response = client.get(reverse("report_data_file", args=[report.pk, "csv"]))
    assert 'filename="Largest first ' in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows == [["Shop", "Total"], ["'=1+1", "3.00"], ["North", "1.50"], ["South", "-2.25"]]
    response = client.get(reverse("report_data_file", args=[report.pk, "xlsx"]))
    assert b"".join(response.streaming_content).startswith(b"PK")


@pytest.mark.django_db(transaction=True)
def test_it_is_kept_for_a_day(alice):
    report = ready(alice)
    long_ago = timezone.now() - timedelta(days=1, minutes=1)
    Export.objects.create(report=report, owner=alice, format="csv", state=State.READY, requested_at=long_ago)
    young = Export.objects.create(report=report, owner=alice, format="xlsx", state=State.READY)
    collect()
    assert list(Export.objects.all()) == [young]
