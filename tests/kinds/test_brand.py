"""What a group's documents look like."""

from dataclasses import replace

import pytest

from reports import colours
from reports.columns import Column
from reports.kinds import faces
from reports.kinds.brand import Brand
from reports.kinds.cells import printer_of
from reports.kinds.database import opened
from reports.kinds.formats import Formats
from reports.kinds.listing.measure import needs_of
from reports.pipeline import svg
from tests.kinds import making
from tests.pipeline.test_logo import SVG, picture

BRAND = Brand("Café & Co", "#7a1f5c", "#b8860b", "DejaVu Serif", "Confidential <b>", "For the board")


def branded(folder, kind="listing", **changes):
    parquet = making.snapshot(folder, making.SALES)
    return replace(making.spec_for(parquet, kind, changes.pop("options", {})), brand=replace(BRAND, **changes)), parquet


def logo(folder, name: str):
    (folder / "logo").mkdir()
    data = picture(mode="RGBA") if name == "logo.png" else svg.cleaned(SVG.format("<path d='M0 0h9v9z'/>").encode())
    (folder / "logo" / name).write_bytes(data)
    return str(folder / "logo")


@pytest.mark.parametrize("kind", ["listing", "summary"])
@pytest.mark.parametrize("name", ["logo.png", "logo.svg"])
@pytest.mark.parametrize("standard", ["ua-1", "a-3u"])
def test_a_branded_document_is_valid_and_says_whose_it_is(tmp_path, kind, name, standard):
    asked = branded(tmp_path, kind, logo=logo(tmp_path, name), options={"standard": standard})
    facts, folder = making.pdf(*asked, tmp_path)
    assert facts["verdict"]["conforms"], facts["verdict"]["broken"]
    assert any(name.startswith("DejaVu Serif") for name in facts["engine"]["fonts"]) and not facts["notes"]
    for page in making.pages_of(folder):
        assert "Confidential <b>" in page and "For the board" in page
    html = (tmp_path / "rendered" / "document.html").read_text()
    assert "--accent: #7a1f5c" in html
    assert "<title>Café &amp; Co</title>" in html if name == "logo.svg" else 'alt="Café &amp; Co"' in html


def test_the_same_brand_gives_the_same_bytes(tmp_path):
    spec, parquet = branded(tmp_path, logo=logo(tmp_path, "logo.png"))
    making.document(spec, parquet, tmp_path)
    once, again = (making.written(spec, tmp_path, name)[0]["sha256"] for name in ("one", "two"))
    plain = making.written(spec, tmp_path, "three")[0]["sha256"]
    assert once == again == plain


def test_charts_have_the_colours_of_the_brand(tmp_path):
    html = making.document(*branded(tmp_path, "summary", options={"breakdowns": "Region"}), tmp_path)
    assert "#7a1f5c" in html and "#b8860b" in html and "#b4c0e6" not in html


def test_columns_are_measured_in_the_face_that_they_are_printed_in(tmp_path):
    parquet = making.snapshot(tmp_path, "SELECT 'mill' AS N FROM range(3)")
    printers = [printer_of(Column("N", "text"), Formats("en", "UTC"), 0, {})]
    with opened(parquet) as connection:
        usual, wide = (
            needs_of(connection, printers, [[]], Brand(face=face).type)[0].most for face in ("", "DejaVu Sans")
        )
    assert wide > 1.05 * usual


def test_a_face_that_is_gone_is_replaced_and_said(tmp_path):
    facts, _folder = making.pdf(*branded(tmp_path, face="Gone Sans"), tmp_path)
    assert facts["notes"] == [{"code": "note_face_gone", "params": {"face": "Gone Sans"}}]
    assert set(facts["engine"]["fonts"]) == {"Inter 400", "Inter 600"}


def test_a_face_cannot_leave_its_place_in_the_style_sheet():
    assert Brand(face='x"; } </style>').type.count('"') == 6


def test_the_faces_are_those_of_text():
    assert {"Inter", "DejaVu Serif"} <= set(faces.installed())
    assert not any("Mono" in name or "Emoji" in name for name in faces.installed())


@pytest.mark.parametrize(("colour", "ratio"), [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54), ("#24409a", 9.23)])
def test_contrast_is_that_of_wcag(colour, ratio):
    assert colours.contrast(colour) == pytest.approx(ratio, abs=0.005)


def test_a_shade_has_just_the_contrast_that_is_needed():
    assert colours.darkened("#24409a", 4.5) == "#24409a"
    assert 4.5 <= colours.contrast(colours.darkened("#ffcc00", 4.5)) < 4.8
