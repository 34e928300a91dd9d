"""Whether a PDF is one of ours: by its bytes, and by the identifier that stays when they change."""

from hashlib import sha256

import pikepdf
import pytest

from reports import press
from reports.lifecycle.verify import Outcome, verify
from reports.models import Report, State
from tests.factories import PersonFactory, ReportFactory
from tests.press.test_press import ASSETS

pytestmark = pytest.mark.django_db


def made(folder, **values) -> tuple[Report, bytes]:
    """A report, and its PDF."""
    report = ReportFactory(state=State.READY, **values)
    path = folder / "report.pdf"
    html = "<!doctype html><html lang=en><title>Sales</title><p>Total 12"
    claim = press.Claim(identifier=report.pk.bytes)
    press.write_pdf(html, path, progress=lambda *_: None, assets=ASSETS, claim=claim)
    report.sha256 = sha256(path.read_bytes()).hexdigest()
    report.save()
    return report, path.read_bytes()


def in_chunks(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def changed(folder, **saving) -> bytes:
    """The PDF after another program has changed it."""
    with pikepdf.open(folder / "report.pdf") as file:
        file.docinfo["/Title"] = "Another"
        file.save(folder / "changed.pdf", **saving)
    return (folder / "changed.pdf").read_bytes()


def test_a_pdf_as_it_was_made_is_authentic(tmp_path):
    report, content = made(tmp_path)
    assert verify([content], report.owner) == (Outcome.AUTHENTIC, report)


def test_one_other_byte_and_it_is_altered(tmp_path):
    report, content = made(tmp_path)
    assert verify([content + b"\n"], report.owner) == (Outcome.ALTERED, report)


@pytest.mark.parametrize("saving", [{}, {"encryption": pikepdf.Encryption(user="x", owner="x")}])
def test_what_another_program_made_of_it_is_altered(tmp_path, saving):
    report, _ = made(tmp_path)
    assert verify([changed(tmp_path, **saving)], report.owner) == (Outcome.ALTERED, report)


@pytest.mark.parametrize("size", [150, 1000])
def test_an_identifier_is_found_between_two_chunks(tmp_path, size):
    report, content = made(tmp_path)
    start = content.index(b"/ID")
    for cut in range(start - 1, start + 40):
        chunks = [content[:cut], *in_chunks(content[cut:] + b"x", size)]
        assert verify(chunks, report.owner) == (Outcome.ALTERED, report)


def test_the_owner_of_another_report_learns_only_what_the_bytes_say(tmp_path):
    report, content = made(tmp_path)
    stranger = PersonFactory()
    assert verify([content], stranger) == (Outcome.AUTHENTIC, None)
    assert verify([content + b"\n"], stranger) == (Outcome.UNKNOWN, None)
    assert verify([content + b"\n"], PersonFactory(is_staff=True)) == (Outcome.ALTERED, report)


def test_the_first_of_the_same_bytes_is_named(tmp_path):
    report, content = made(tmp_path)
    ReportFactory(state=State.READY, owner=report.owner, sha256=report.sha256, again_of=report)
    assert verify([content], report.owner).report == report


def test_a_preview_is_nobodys_pdf(tmp_path):
    report, content = made(tmp_path, is_preview=True)
    assert verify([content], report.owner).outcome == Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"%PDF-1.7 of somebody else", Outcome.UNKNOWN),
        (b"PK a workbook", Outcome.NO_PDF),
        (b"\x00" * 10, Outcome.NO_PDF),
    ],
)
def test_what_was_not_made_here_is_unknown(content, outcome):
    ReportFactory(state=State.FAILED)
    assert verify([content], PersonFactory()) == (outcome, None)
