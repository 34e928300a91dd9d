"""The same document once more."""

import uuid

import pytest
from django.utils import timezone

from reports import storage
from reports.lifecycle import inline
from reports.lifecycle.request import make_again, request_report
from reports.models import Report, State
from reports.pipeline.spec import spec_of
from reports.problems import Problem
from reports.sealed import unseal
from tests.factories import DatasetFactory, PersonFactory, ReportFactory, SnapshotFactory
from tests.kinds.making import SALES, columns_of, snapshot

pytestmark = pytest.mark.django_db


def test_a_repetition_is_the_same_document():
    report = ReportFactory(
        state=State.READY, finished_at=timezone.now(), options={"sort": []}, title="Sales", language="pt-br"
    )
    staff = PersonFactory(is_staff=True)
    again = make_again(report, staff)
    assert (again.owner, again.again_of, again.snapshot) == (staff, report, report.snapshot)
    assert spec_of(again) == spec_of(report)


def test_a_repetition_of_a_repetition_repeats_the_original():
    report = ReportFactory(state=State.READY, finished_at=timezone.now())
    assert make_again(make_again(report, report.owner), report.owner).again_of == report


def test_a_double_click_repeats_once():
    report, token = ReportFactory(state=State.READY, finished_at=timezone.now()), uuid.uuid4()
    assert make_again(report, report.owner, client_token=token) == make_again(report, report.owner, client_token=token)


def test_without_its_data_nothing_can_be_repeated():
    report = ReportFactory(state=State.READY, finished_at=timezone.now())
    report.snapshot.dataset.delete()
    report.refresh_from_db()
    with pytest.raises(Problem) as caught:
        make_again(report, report.owner)
    assert caught.value.code == "dataset_gone"


def test_a_repetition_of_a_protected_report_is_protected():
    brought = SnapshotFactory()
    report = request_report(brought.owner, "listing", brought, {}, title="x", language="en", password="secret")
    assert "secret" not in report.password
    assert unseal(make_again(report, report.owner).password) == "secret"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("password", ["", "secret"])
def test_the_repetition_is_the_same_byte_for_byte(tmp_path, password):
    parquet = snapshot(tmp_path, SALES)
    columns = [{"name": column.name, "type": column.type} for column in columns_of(parquet)]
    brought = SnapshotFactory(dataset=DatasetFactory(), columns=columns, rows=5)
    path = storage.path_of(brought.data)
    path.parent.mkdir(parents=True)
    path.write_bytes(parquet.read_bytes())
    options = {"columns": ["No", "Total"], "sort": [], "group": "", "totals": ["Total"], "orientation": "auto"}
    report = request_report(brought.owner, "listing", brought, options, title="Sales", language="en", password=password)
    for job in (report, make_again(report, report.owner)):
        inline.make(job, lambda job: None)
    first, again = Report.objects.order_by("requested_at")
    assert (first.state, again.state) == (State.READY, State.READY)
    assert first.content_sha256 == again.content_sha256
    # Encrypting twice gives different bytes.
    assert (first.sha256 == again.sha256) is not bool(password)
