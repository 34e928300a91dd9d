"""What the validator says of PDFs, good and bad."""

import pytest

from reports import press, sandbox
from reports.press import verdict
from tests.kinds.making import LIMITS
from tests.press.test_press import ASSETS


def printed(folder, html: str, **claim):
    target = folder / "out.pdf"
    press.write_pdf(html, target, progress=lambda done, total: None, assets=ASSETS, claim=press.Claim(**claim))
    return target


def judge(pdf, standard: str) -> dict:
    """In a process of its own: the validator has threads, which no fork takes along."""
    return sandbox.run(lambda progress: verdict.judge(pdf, standard).as_json(), **LIMITS)


HTML = "<!doctype html><html lang=en><title>Sales</title><h1>Sales</h1>"


@pytest.mark.parametrize("standard", ["ua-1", "a-3u"])
def test_a_document_keeps_the_rules_that_it_claims_to_keep(tmp_path, standard):
    found = judge(printed(tmp_path, f"{HTML}<table><tr><th scope=row>a<td>b</table>", standard=standard), standard)
    assert (found["conforms"], found["broken"]) == (True, [])


def test_a_picture_without_words_breaks_a_rule_that_is_named(tmp_path):
    picture = "<svg width=10 height=10><rect width=9 height=9 /></svg>"
    found = judge(printed(tmp_path, HTML + picture), "ua-1")
    assert found["conforms"] is False
    (broken,) = found["broken"]
    assert broken["rule"] == "PDFUA1-FIGURE-ALTERNATIVE-TEXT-001"
    assert broken["message"]


def test_an_untagged_document_does_not_pass_for_an_accessible_one(tmp_path):
    assert judge(printed(tmp_path, HTML, most_tagged_rows=-1), "ua-1")["conforms"] is False


def test_what_cannot_be_read_is_not_judged(tmp_path):
    (tmp_path / "no.pdf").write_bytes(b"no PDF at all")
    found = judge(tmp_path / "no.pdf", "ua-1")
    assert found["conforms"] is None
    assert found["reason"]
