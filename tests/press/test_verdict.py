"""What the validator says of PDFs, good and bad."""

import pytest

from reports import press
from reports.press.verdict import judge
from tests.press.test_press import ASSETS


def printed(folder, html: str, **claim):
    target = folder / "out.pdf"
    press.write_pdf(html, target, progress=lambda done, total: None, assets=ASSETS, claim=press.Claim(**claim))
    return target


HTML = "<!doctype html><html lang=en><title>Sales</title><h1>Sales</h1>"


@pytest.mark.parametrize("standard", ["ua-1", "a-3u"])
def test_a_document_keeps_the_rules_that_it_claims_to_keep(tmp_path, standard):
    verdict = judge(printed(tmp_path, f"{HTML}<table><tr><th scope=row>a<td>b</table>", standard=standard), standard)
    assert verdict.conforms
    assert not verdict.broken


def test_a_picture_without_words_breaks_a_rule_that_is_named(tmp_path):
    picture = "<svg width=10 height=10><rect width=9 height=9 /></svg>"
    verdict = judge(printed(tmp_path, HTML + picture), "ua-1")
    assert verdict.conforms is False
    assert [broken.rule for broken in verdict.broken] == ["PDFUA1-FIGURE-ALTERNATIVE-TEXT-001"]
    assert verdict.as_json()["broken"][0]["message"]


def test_an_untagged_document_does_not_pass_for_an_accessible_one(tmp_path):
    assert judge(printed(tmp_path, HTML, most_tagged_rows=-1), "ua-1").conforms is False


def test_what_cannot_be_read_is_not_judged(tmp_path):
    (tmp_path / "no.pdf").write_bytes(b"no PDF at all")
    verdict = judge(tmp_path / "no.pdf", "ua-1")
    assert verdict.conforms is None
    assert verdict.reason
