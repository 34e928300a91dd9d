"""Reports come into a folder whole, under names that lead nowhere else, and nothing is overwritten."""

import os
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from portal import stores
from reports.delivery.folder import path_for
from reports.lifecycle.deliver import keep_deliveries
from reports.models import Delivery, State
from reports.problems import Problem
from tests.delivery.sending import PDF, attempt, files_of, ready_report

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings, tmp_path):
    settings.DELIVERY_FOLDER = str(tmp_path / "reports")
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports"


def put(pattern: str, **values) -> Delivery:
    report = ready_report(**values)
    keep_deliveries(report, [{"channel": "folder", "pattern": pattern}], report.owner)
    return attempt(Delivery.objects.get(report=report))


def test_a_report_is_written_under_its_name(folder):
    delivery = put("sales/{title}-{date}.pdf", title="North: a/b", requested_at=datetime(2026, 3, 5, 12, tzinfo=UTC))
    assert delivery.state == State.READY
    assert files_of(folder) == ["sales/North a b-2026-03-05.pdf"]
    assert (folder / delivery.recipient).read_bytes() == PDF


def test_what_an_attempt_that_was_killed_has_left_goes(folder):
    for name, age in ((".prelo-left", 7200), (".prelo-busy", 60), ("old.pdf", 7200)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - age,) * 2)
    assert put("sales").state == State.READY
    assert files_of(folder) == [".prelo-busy", "old.pdf", "sales.pdf"]


def test_another_file_of_the_name_stays_as_it_is(folder):
    (folder / "sales.pdf").write_bytes(b"mine")
    delivery = put("sales.pdf")
    assert delivery.state == State.FAILED and "nothing is overwritten" in delivery.problem_in_words
    assert (folder / "sales.pdf").read_bytes() == b"mine" and files_of(folder) == ["sales.pdf"]


def test_what_an_attempt_before_has_written_is_no_other_file(folder):
    (folder / "sales.pdf").write_bytes(PDF)
    assert put("sales").state == State.READY


@pytest.mark.parametrize(
    "pattern", ["../x", "/etc/x", "a/../../x", "a//b", "a\\b", ".hidden/../x", "x\n", "{pdf}", "."]
)
def test_no_pattern_leads_out(folder, pattern):
    with pytest.raises(Problem):
        path_for(pattern, ready_report())


def test_a_path_that_cannot_be_kept_is_refused():
    report = ready_report(title=("Sales by region " * 7).strip())
    with pytest.raises(Problem, match=r"would have 5.. characters, and 500 are kept"):
        path_for("{title}/{title}/{title}/{title}/{title}", report)
    assert len(path_for("{title}/{title}/{title}/{title}", report)) < 500


def test_no_title_leads_out(folder):
    assert path_for("{title}", ready_report(title="../../etc/passwd")) == "etc passwd.pdf"
    assert path_for("{title}/x", ready_report(title="..")) == "Report/x.pdf"


def test_nor_does_a_link_in_the_folder(folder, tmp_path):
    (folder / "out").symlink_to(tmp_path)
    assert put("out/x").state == State.FAILED
    assert not (tmp_path / "x.pdf").exists()


def test_without_a_folder_nothing_is_written(settings):
    settings.DELIVERY_FOLDER = ""
    delivery = put("x")
    assert delivery.state == State.FAILED and "DELIVERY_FOLDER" in delivery.problem_in_words


def test_a_folder_that_is_not_there_is_tried_again(settings, tmp_path):
    settings.DELIVERY_FOLDER = str(tmp_path / "file" / "reports")
    (tmp_path / "file").write_bytes(b"")
    assert put("x").state == State.RETRY_WAIT


def test_a_bucket_is_a_folder_as_well(settings, object_store):
    url = object_store.bucket()
    settings.DELIVERY_FOLDER = url
    settings.STORAGES = settings.STORAGES | {"deliveries": stores.bucket(url, "DELIVERY_FOLDER")}
    assert put("sales/{title}", title="North").state == State.READY
    assert object_store.keys_in(url) == ["files/sales/North.pdf"]
    assert put("sales/{title}", title="North").state == State.READY  # the same bytes: of an attempt before
    object_store.client.put_object(Bucket=urlsplit(url).hostname, Key="files/sales.pdf", Body=b"mine")
    delivery = put("sales")
    assert delivery.state == State.FAILED and "nothing is overwritten" in delivery.problem_in_words
    mine = object_store.client.get_object(Bucket=urlsplit(url).hostname, Key="files/sales.pdf")
    assert mine["Body"].read() == b"mine"
