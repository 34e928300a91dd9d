"""Log lines: their formats, what they say of a job, and what they never say."""

import json
import logging
import sys

import duckdb
import pytest
from django.db import OperationalError

from portal import env, logs
from reports import storage
from reports.lifecycle.request import request_report
from reports.models import State
from tests import processes
from tests.factories import SnapshotFactory

WORDS = "Sr. Secreto"


def line_of(formatter: logging.Formatter, message: str = "Said", error: BaseException | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    return formatter.format(logging.LogRecord("reports.x", logging.INFO, "x.py", 1, message, (), exc_info))


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error):
        return sys.exc_info()[1]


def test_a_line_names_the_job_that_it_is_about_and_later_ones_do_not():
    with logs.about(report="1234", epoch=2):
        logs.also(step="render")
        assert line_of(logs.Text()).endswith("INFO reports.x Said [report=1234 epoch=2 step=render]")
    assert line_of(logs.Text()).endswith("INFO reports.x Said")


def test_a_line_of_a_worker_about_a_job_names_the_worker(monkeypatch):
    monkeypatch.setattr(logs, "_worker", "worker@print-1")
    with logs.about(report="1234"):
        assert line_of(logs.Text()).endswith("[report=1234 worker=worker@print-1]")
    assert line_of(logs.Text()).endswith("Said")


def test_a_line_within_another_job_is_about_the_inner_one():
    with logs.about(report="outer"):
        with logs.about(report="inner"):
            assert "report=inner" in line_of(logs.Text())
        assert "report=outer" in line_of(logs.Text())


def test_json_has_one_object_on_one_line(monkeypatch):
    monkeypatch.setattr(logs, "_worker", "worker@print-1")
    with logs.about(report="1234"):
        line = line_of(logs.JsonLines(), "Two\nlines “quoted”", raised(OSError("no space")))
    assert "\n" not in line
    told = json.loads(line)
    assert told["time"].endswith("+00:00")
    assert (told["level"], told["logger"], told["message"]) == ("INFO", "reports.x", "Two\nlines “quoted”")
    assert (told["report"], told["worker"]) == ("1234", "worker@print-1")
    assert told["error"].endswith("OSError: no space")


@pytest.mark.parametrize("formatter", [logs.Text(), logs.JsonLines()])
def test_the_words_of_an_error_are_told_only_if_the_system_speaks(monkeypatch, formatter):
    monkeypatch.setattr(env, "DEBUG", False)
    quoting = raised(ValueError(f"not a number: {WORDS}"))
    quoting.__cause__ = raised(KeyError(WORDS))
    line = line_of(formatter, error=quoting)
    assert WORDS not in line
    assert "KeyError" in line and "ValueError" in line and "test_logs.py" in line
    assert "database is locked" in line_of(formatter, error=raised(OperationalError("database is locked")))


@pytest.fixture
def snapshot(transactional_db):
    """Three rows, in which a name is not to be seen by operators."""
    snapshot = SnapshotFactory(columns=[{"name": "Name", "type": "text"}], rows=3)
    path = storage.path_of(snapshot.data)
    path.parent.mkdir(parents=True)
    duckdb.sql(f"COPY (SELECT '{WORDS}' AS \"Name\" FROM range(3)) TO '{path}' (FORMAT parquet)")
    return snapshot


def asked_for(snapshot, **options):
    filters = [{"column": "Name", "test": "equals", "value": WORDS}]
    wanted = {"title": WORDS, "columns": ["Name"], "filters": filters, "sort": [], "group": "", "totals": []}
    wanted |= {"orientation": "auto", "standard": "ua-1", **options}
    return request_report(
        snapshot.owner, "listing", snapshot, wanted, title=WORDS, language="en", password=f"{WORDS} opens it"
    )


def ends(report) -> bool:
    report.refresh_from_db()
    return not report.is_unfinished


def test_all_that_a_worker_says_of_a_report_bears_its_id_and_nothing_of_it(snapshot, redis_server):
    log = env.DATA_DIR / "teller.log"
    with processes.worker(name="teller", LOG_FORMAT="json", DEBUG="False"):
        made, broken = (
            asked_for(snapshot),
            asked_for(snapshot, filters=[{"column": "Name", "test": WORDS, "value": ""}]),
        )
        for report in (made, broken):
            processes.wait_until(lambda report=report: ends(report), "the report ends")
    assert (made.state, broken.state) == (State.READY, State.FAILED)
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    of_made = [line for line in lines if line.get("report") == str(made.pk)]
    assert [line["step"] for line in of_made if "ended" in line["message"]] == ["gather", "render", "write_pdf"]
    assert all(line["worker"] == "teller@tests" and line["epoch"] == 1 for line in of_made)
    of_broken = [line for line in lines if line.get("report") == str(broken.pk)]
    fork, pool_child = of_broken[1], of_broken[0]
    assert "error" in fork and fork["process"] != pool_child["process"]
    assert WORDS not in log.read_text()
