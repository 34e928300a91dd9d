"""What a PDF is checked for before it is anybody's: complete, valid, the same each time, and only for whom it is."""

import hashlib
import json
import logging
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.conf import settings

from reports import sandbox
from reports.kinds import Spec
from reports.pipeline import validate, write_pdf
from reports.problems import Problem
from tests.kinds.making import LIMITS, SALES, document, pages_of, pdf, snapshot, spec_for, written

LONG = 'SELECT i AS "No", \'Name \' || i AS "Name", (i * 1.25)::DECIMAL(12, 2) AS "Total" FROM range(1, {}) AS n(i)'


def rendered(folder: Path, query: str, kind: str = "listing", options: dict | None = None) -> Spec:
    parquet = snapshot(folder, query)
    spec = spec_for(parquet, kind, options)
    document(spec, parquet, folder)
    return spec


def problem_of(spec: Spec, folder: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        written(spec, folder)
    return caught.value


@pytest.mark.parametrize("rows", [5, 200])
def test_the_receipt_is_on_the_last_page_and_in_the_metadata(tmp_path, rows):
    facts, folder = written(rendered(tmp_path, LONG.format(rows + 1)), tmp_path)
    total = rows * (rows + 1) * 1.25 / 2
    assert f"Complete: {rows} rows gathered, {rows} printed." in pages_of(folder)[-1]
    assert f"Total {total:,.2f}." in pages_of(folder)[-1]
    column = {"name": "Total", "place": 2, "decimals": 2, "filled": rows, "sum": f"{total:.2f}"}
    assert facts["receipt"]["columns"][1] == column
    with pikepdf.open(folder / "report.pdf") as file:
        assert str(file.docinfo["/preloreceipt"]) == f"rows={rows}; No={rows * (rows + 1) // 2}; Total={total:.2f}"


@pytest.mark.parametrize("rows", [5, 200])
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda lines: lines[:2] + lines[3:], "receipt_rows"),
        (lambda lines: [*lines[:3], lines[3], *lines[3:]], "receipt_rows"),
        (lambda lines: [line.replace('"3.75"', '"3.76"') for line in lines], "receipt_sum"),
        (lambda lines: [line.replace('"3.75"', '"–"') for line in lines], "receipt_sum"),
    ],
)
def test_a_row_that_gets_lost_or_changed_on_the_way_fails_the_report(tmp_path, rows, damage, code):
    spec = rendered(tmp_path, LONG.format(rows + 1))
    path = tmp_path / "rendered" / "rows.jsonl"
    path.write_text("".join(damage(path.read_text().splitlines(keepends=True))))
    assert problem_of(spec, tmp_path).code == code


def test_a_summary_whose_figure_is_not_in_the_pdf_fails(tmp_path):
    spec = rendered(tmp_path, SALES, "summary", {"measures": "Total", "measure": "Total"})
    path = tmp_path / "rendered" / "document.html"
    path.write_text(path.read_text().replace("1,243.31", "1,243.13"))
    problem = problem_of(spec, tmp_path)
    assert (problem.code, problem.params) == ("receipt_figure", {"figure": "1,243.31"})


def test_subtotals_and_headings_are_no_rows_of_the_receipt(tmp_path):
    options = {"group": "Region", "totals": "Total"}
    facts, _ = written(rendered(tmp_path, SALES, options=options), tmp_path)
    assert (facts["receipt"]["rows"], facts["receipt"]["columns"][1]["sum"]) == (5, "1243.31")


def test_a_short_pdf_is_judged_before_it_is_published(tmp_path):
    facts, _ = written(rendered(tmp_path, SALES), tmp_path)
    assert (facts["standard"], facts["verdict"]["conforms"]) == ("ua-1", True)


def test_a_long_pdf_is_judged_later(tmp_path, monkeypatch):
    monkeypatch.setattr(write_pdf, "MOST_SHORT_PAGES", 1)
    facts, folder = written(rendered(tmp_path, LONG.format(80)), tmp_path)
    assert (facts["standard"], facts["verdict"]) == ("ua-1", None)
    judge_later = partial(validate.validate, "1", "ua-1", folder / "report.pdf", folder)
    later = sandbox.run(judge_later, **LIMITS)
    assert later["verdict"]["conforms"]
    assert json.loads((folder / "verdict.json").read_text()) == later["verdict"]


def test_a_pdf_without_tags_claims_nothing(tmp_path, settings):
    settings.TAGGED_ROWS = 3
    facts, _ = written(rendered(tmp_path, SALES), tmp_path)
    assert (facts["standard"], facts["verdict"]) == ("", None)


# Unicode has given this character to nobody, so no font has it.
UNHEARD = "SELECT '\u0378' AS \"Unheard\""


def test_a_pdf_that_breaks_a_rule_is_published_with_the_rule_in_the_log(tmp_path):
    facts, folder = written(rendered(tmp_path, UNHEARD), tmp_path)
    assert facts["verdict"]["conforms"] is False

    def judge(progress) -> dict:
        logging.getLogger(validate.__name__).addHandler(logging.FileHandler(tmp_path / "log"))
        return validate.verdict_on("42", folder / "report.pdf", "ua-1")

    sandbox.run(judge, **LIMITS)
    assert "Report 42 breaks PDFUA1-NOTDEF-GLYPH-001" in (tmp_path / "log").read_text()


def test_where_only_valid_pdfs_are_published_it_is_not(tmp_path, settings):
    settings.PUBLISH_ONLY_VALID = True
    problem = problem_of(rendered(tmp_path, UNHEARD), tmp_path)
    assert (problem.code, problem.params["standard"]) == ("not_valid", "PDF/UA-1")
    assert problem.params["rule"] == "PDFUA1-NOTDEF-GLYPH-001"


def test_where_only_valid_pdfs_are_published_a_long_one_waits_for_the_verdict(tmp_path, settings, monkeypatch):
    settings.PUBLISH_ONLY_VALID = True
    monkeypatch.setattr(write_pdf, "MOST_SHORT_PAGES", 1)
    facts, _ = written(rendered(tmp_path, LONG.format(80)), tmp_path)
    assert facts["verdict"]["conforms"]


def test_characters_without_a_glyph_are_named(tmp_path):
    facts, _ = written(rendered(tmp_path, UNHEARD), tmp_path)
    (note,) = facts["notes"]
    assert note["code"] == "note_no_glyphs"
    assert (note["params"]["script"], note["params"]["shown"]) == ("Zzzz", "\u0378")


@pytest.mark.parametrize("kind", ["listing", "summary"])
def test_an_archives_pdf_is_valid_and_carries_its_data(tmp_path, kind):
    facts, folder = written(rendered(tmp_path, SALES, kind, {"standard": "a-3u"}), tmp_path)
    assert (facts["standard"], facts["verdict"]["conforms"]) == ("a-3u", True)
    with pikepdf.open(folder / "report.pdf") as file:
        lines = file.attachments["data.csv"].get_file().read_bytes().decode().splitlines()
    if kind == "listing":
        assert lines[:2] == ["No,Region,Seller,Total,Day", "7,North,Ana,10.50,2025-01-31"]
        assert len(lines) == 6
    else:
        assert "figure,Total,sum,4,1243.31" in lines
        assert "breakdown,Region,South,2,1230.56" in lines


@pytest.mark.parametrize("standard", ["ua-1", "a-3u"])
@pytest.mark.parametrize("kind", ["listing", "summary"])
def test_the_same_report_is_the_same_byte_for_byte(tmp_path, kind, standard):
    contents = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        _, target = written(rendered(folder, SALES, kind, {"standard": standard}), folder)
        contents.append((target / "report.pdf").read_bytes())
    assert contents[0] == contents[1]


def test_another_process_makes_the_same_bytes(tmp_path):
    """Python orders sets and hashes differently in each process."""
    contents = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        script = f"from tests.pipeline.test_checks import *; print_summary({str(folder)!r})"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", SET_UP + script], check=True, env=environment, cwd=settings.BASE_DIR)
        contents.append((folder / "written" / "report.pdf").read_bytes())
    assert contents[0] == contents[1]


SET_UP = "import tests.environment, django; django.setup(); "


def print_summary(folder: str) -> None:
    options = {"date": "Day", "measure": "Total", "breakdowns": "Region"}
    written(rendered(Path(folder), SALES, "summary", options), Path(folder))


def test_a_password_opens_the_pdf_and_nothing_else_does(tmp_path):
    spec = rendered(tmp_path, SALES)
    open_, _ = written(spec, tmp_path, "open")
    facts, folder = written(spec, tmp_path, "protected", password="pão de queijo")
    path = folder / "report.pdf"
    assert facts["content_sha256"] == open_["sha256"]
    assert facts["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() != open_["sha256"]
    assert facts["verdict"]["conforms"]
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(path)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(path, password="pao de queijo")
    with pikepdf.open(path, password="pão de queijo") as file:
        assert file.encryption.bits == 256
        assert file.allow.accessibility
    assert b"North" not in path.read_bytes()


def test_a_password_does_not_change_what_is_judged(tmp_path, monkeypatch):
    monkeypatch.setattr(write_pdf, "MOST_SHORT_PAGES", 1)
    facts, folder = written(rendered(tmp_path, LONG.format(80)), tmp_path, password="secret")
    assert facts["verdict"]["conforms"]
    later = sandbox.run(partial(validate.validate, "1", "ua-1", folder / "report.pdf", folder), **LIMITS)
    assert later["verdict"]["conforms"] is not True


def test_what_made_it_is_told(tmp_path):
    facts, _ = pdf(*_sales(tmp_path))
    assert facts["engine"]["engine"].startswith("70.")
    assert len(facts["engine"]["portal"]) == 64
    assert all(len(digest) == 64 for digest in facts["engine"]["fonts"].values())


def _sales(folder: Path) -> tuple:
    parquet = snapshot(folder, SALES)
    return spec_for(parquet, "listing"), parquet, folder
