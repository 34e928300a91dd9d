"""Documents are on the paper that was chosen, and complete on it."""

import re

import pypdfium2
import pytest

from reports.kinds.listing.layout import Needs, lay_out
from reports.paper import SIZES
from tests.kinds.making import SALES, pages_of, pdf, snapshot, spec_for

MANY = """SELECT i AS "No", 'Region ' || i AS "Region", i::DECIMAL(12, 2) AS "Total" FROM range(200) AS numbers(i)"""


def sides_of(folder) -> set[tuple[int, int]]:
    file = pypdfium2.PdfDocument(folder / "report.pdf")
    sides = {tuple(round(side) for side in page.get_size()) for page in file}
    file.close()
    return sides


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_every_row_of_a_listing_is_on_the_paper_that_was_chosen(tmp_path, paper, orientation):
    parquet = snapshot(tmp_path, MANY)
    spec = spec_for(parquet, "listing", {"paper": paper, "orientation": orientation})
    facts, folder = pdf(spec, parquet, tmp_path)
    short, long = (round(side) for side in SIZES[paper])
    assert sides_of(folder) == {(short, long) if orientation == "portrait" else (long, short)}
    assert facts["verdict"]["conforms"]
    text = " ".join(pages_of(folder))
    assert [number for number in range(200) if not re.search(rf"\bRegion {number}\b", text)] == []


def test_a_summary_is_on_it_too(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    facts, folder = pdf(spec_for(parquet, "summary", {"paper": "Letter"}), parquet, tmp_path)
    assert sides_of(folder) == {(612, 792)} and facts["verdict"]["conforms"]


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_the_columns_of_a_listing_share_the_width_of_their_paper(orientation):
    needs = [Needs(9.0, 9.0, 90.0)] * 3
    widths = {paper: sum(lay_out(needs, orientation, asked=3, paper=paper).widths) for paper in SIZES}
    gained = {"portrait": 612 - 595.28, "landscape": 792 - 841.89}[orientation]
    assert widths["Letter"] - widths["A4"] == pytest.approx(gained, abs=0.1)


def test_a_report_of_before_there_was_a_choice_is_on_the_usual_paper(tmp_path):
    spec = spec_for(snapshot(tmp_path, SALES), "listing")
    spec.options.pop("paper")
    assert spec.paper == "A4"
