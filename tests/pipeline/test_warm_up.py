"""What is done before the fork: it spares the fork work, and changes nothing of what comes out of it."""

import hashlib
import os
import sys
from pathlib import Path

import duckdb
import pytest

from reports import sandbox, vega
from reports.kinds import database
from reports.pipeline import render, warm_up, write_pdf
from tests.kinds.making import LIMITS, SALES, gathered, pdf, quiet, snapshot, spec_for

CHARTS = {"breakdowns": "Region", "rankings": "Seller", "measure": "Total"}


def in_fork(function, *, warm: bool) -> dict:
    """What the function returns in a process that is forked from one that is warm, or from this one."""

    def work(progress) -> dict:
        warm_up.warm_up()
        return sandbox.run(lambda progress: function(), **LIMITS)

    return sandbox.run(work if warm else lambda progress: function(), **LIMITS)


@pytest.mark.parametrize(("kind", "options"), [("listing", {"totals": "Total"}), ("summary", CHARTS)])
def test_the_same_report_is_the_same_pdf_warm_and_cold(tmp_path, kind, options):
    parquet = snapshot(tmp_path, SALES)

    def digest(name: str) -> dict:
        (tmp_path / name).mkdir()
        _, folder = pdf(spec_for(parquet, kind, options), parquet, tmp_path / name)
        return {"sha256": hashlib.sha256((folder / "report.pdf").read_bytes()).hexdigest()}

    cold = in_fork(lambda: digest("cold"), warm=False)
    process = vega.start()
    try:
        assert in_fork(lambda: digest("warm"), warm=True) == cold
    finally:
        process.kill()
        process.wait()


def test_a_report_has_nothing_left_to_load(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    spec = spec_for(parquet, "listing", {"group": "Region", "sort": "-Day"}, language="pt-br")
    for name in ("rendered", "written"):
        (tmp_path / name).mkdir()

    def loaded() -> dict:
        before = set(sys.modules)
        render.render(spec, gathered(spec, parquet, tmp_path)[1], tmp_path / "rendered", quiet)
        write_pdf.write_pdf(spec, tmp_path / "rendered", tmp_path / "written", quiet)
        return {"modules": sorted(set(sys.modules) - before)}

    assert in_fork(loaded, warm=True) == {"modules": []}


def test_nothing_runs_beside_a_process_that_is_to_be_forked():
    def threads(progress) -> dict:
        before = set(Path("/proc/self/task").iterdir())
        warm_up.warm_up()
        return {"more": len(set(Path("/proc/self/task").iterdir()) - before)}

    assert sandbox.run(threads, **LIMITS) == {"more": 0}


def test_a_database_that_was_opened_before_the_fork_is_new_to_each_fork(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")

    def read() -> dict:
        with database.opened(parquet) as first, database.opened(parquet) as second:
            counts = [one.execute("SELECT count(*) FROM rows").fetchone()[0] for one in (first, second)]
            with pytest.raises(duckdb.PermissionException):
                first.execute(f"SELECT * FROM read_text('{secret}')")
        return {"counts": counts}

    def three_times(progress) -> dict:
        database.prepare()
        return {"found": [sandbox.run(lambda progress: read(), **LIMITS)["counts"] for _ in range(3)]}

    assert sandbox.run(three_times, **LIMITS) == {"found": [[5, 5]] * 3}


def test_a_small_file_is_read_by_one_thread_and_a_large_one_by_more(tmp_path):
    small = snapshot(tmp_path, SALES)
    (tmp_path / "large").mkdir()
    large = snapshot(tmp_path / "large", "SELECT hash(i)::VARCHAR AS text FROM range(100_000) AS numbers(i)")

    def threads(parquet: Path) -> int:
        before = len(list(Path("/proc/self/task").iterdir()))
        with database.opened(parquet) as connection:
            connection.execute("SELECT count(*) FROM rows")
            return len(list(Path("/proc/self/task").iterdir())) - before

    def both(progress) -> dict:
        return {"more": [threads(small), threads(large)]}

    assert sandbox.run(both, **LIMITS) == {"more": [0, 1]}


def test_whoever_forks_draws_no_chart(monkeypatch):
    monkeypatch.setattr(vega, "_starter", os.getpid())
    with pytest.raises(RuntimeError, match="would hang"):
        vega.draw({})
