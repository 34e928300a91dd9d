"""A picture that somebody brought, hostile or not, becomes one that documents can show, or is refused in words."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from reports.pipeline import svg
from reports.pipeline.logo import SIZE, draw
from reports.problems import SENTENCES, Problem
from tests.kinds.making import quiet

SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 9 9'>{}</svg>"


def picture(format_="PNG", size=(60, 30), mode="RGB", **options) -> bytes:
    target = BytesIO()
    Image.new(mode, size, "red").save(target, format_, **options)
    return target.getvalue()


def drawn(folder, data: bytes) -> Image.Image:
    (folder / "original").write_bytes(data)
    draw(folder / "original", folder, quiet)
    return Image.open(folder / "logo.png")


def refusal(folder, data: bytes) -> str:
    (folder / "original").write_bytes(data)
    with pytest.raises(Problem) as problem:
        draw(folder / "original", folder, quiet)
    assert problem.value.code in SENTENCES and str(problem.value)
    assert not (folder / "logo.png").exists() and not (folder / "logo.svg").exists()
    return problem.value.code


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_made_anew(tmp_path, format_):
    made = drawn(tmp_path, picture(format_))
    assert (made.format, made.size) == ("PNG", (60, 30))


def test_nothing_stays_but_the_pixels(tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "secret"
    exif[0x0112] = 6  # lies on its side
    made = drawn(tmp_path, picture("JPEG", exif=exif))
    assert made.size == (30, 60)
    assert b"secret" not in (tmp_path / "logo.png").read_bytes()


def test_a_large_picture_becomes_small_and_stays_clear(tmp_path):
    made = drawn(tmp_path, picture(size=(3000, 1500), mode="RGBA"))
    assert made.size == (640, 320) and made.height <= SIZE[1] and made.mode == "RGBA"


def header_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has no pixels."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + head + struct.pack(">I", 1000) + b"IDAT"


@pytest.mark.parametrize(
    ("size", "code"), [((10_000, 10_000), "logo_pixels"), ((60_000, 60_000), "logo_pixels_unsaid")]
)
def test_a_huge_picture_is_refused_by_its_header(tmp_path, size, code):
    assert refusal(tmp_path, header_of(*size)) == code


def test_other_pictures_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint has it in a worker
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    for format_ in ("GIF", "PNG", "WEBP"):
        target = BytesIO()
        frames[0].save(target, format_, save_all=True, append_images=frames[1:])
        assert refusal(tmp_path, target.getvalue()) == "logo_animated"
    assert refusal(tmp_path, picture()[:-40]) == "logo_damaged"
    assert refusal(tmp_path, header_of(9, 9)) == "logo_damaged"
    assert refusal(tmp_path, b"%PDF-1.7 no picture") == "logo_not_a_picture"
    assert refusal(tmp_path, b"") == "logo_not_a_picture"
    assert refusal(tmp_path, picture("TIFF")) == "logo_not_a_picture"
    assert refusal(tmp_path, b"\0" * (6 * 1024 * 1024)) == "logo_bytes"


def test_a_drawing_keeps_its_shapes_and_nothing_else(tmp_path):
    shapes = (
        "<metadata><rdf xmlns='x'>secret</rdf></metadata><title>secret</title><x xmlns='urn:editor'>secret</x>"
        "<defs><linearGradient id='g'><stop offset='0' stop-color='red'/></linearGradient>"
        "<path id='p' d='M0 0h9'/></defs>"
        "<g style='fill: url(#g); behavior: secret' data-x='secret'><use xlink:href='#p'/></g>"
    )
    (tmp_path / "original").write_text(f"<?xml version='1.0'?><!-- secret -->{SVG.format(shapes)}")
    draw(tmp_path / "original", tmp_path, quiet)
    made = (tmp_path / "logo.svg").read_text()
    assert "secret" not in made and made.startswith("<svg ")
    assert 'fill="url(#g)"' in made and '<use href="#p"' in made and 'd="M0 0h9"' in made


@pytest.mark.parametrize(
    ("shapes", "code"),
    [
        ("<script>alert(1)</script>", "logo_svg_element"),
        ("<g onload='alert(1)'/>", "logo_svg_element"),
        ("<foreignObject/>", "logo_svg_element"),
        ("<style>@import url(http://127.0.0.1/)</style>", "logo_svg_element"),
        ("<image href='http://127.0.0.1/x.png'/>", "logo_svg_element"),
        ("<use href='http://127.0.0.1/x.svg#p'/>", "logo_svg_reference"),
        ("<use xlink:href='file:///etc/passwd#p'/>", "logo_svg_reference"),
        ("<path fill='url(http://127.0.0.1/#g)'/>", "logo_svg_reference"),
        ("<path style='fill:url( \"file:///etc/passwd\")'/>", "logo_svg_reference"),
        ("<g>" * 100 + "</g>" * 100, "logo_svg_large"),
        ("<path/>" * 6_000, "logo_svg_large"),
        ("<clipPath id='a'><path clip-path='url(#b)'/></clipPath>", "logo_svg_large"),
        ("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>", "logo_svg_large"),
        ("<g>", "logo_damaged"),
    ],
)
def test_a_hostile_drawing_is_refused(tmp_path, shapes, code):
    assert refusal(tmp_path, SVG.format(shapes).encode()) == code


@pytest.mark.parametrize(
    ("drawing", "code"),
    [
        ("<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><svg>&b;</svg>", "logo_svg_entities"),
        ("<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>", "logo_svg_entities"),
        ("<html><body/></html>", "logo_svg_element"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>", "logo_svg_size"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 1e9'/>", "logo_svg_size"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 nan nan'/>", "logo_svg_size"),
    ],
)
def test_other_xml_is_refused(tmp_path, drawing, code):
    assert refusal(tmp_path, drawing.encode()) == code


def test_a_drawing_without_a_view_box_has_its_size():
    assert b'viewBox="0 0 20 10"' in svg.cleaned(b"<svg xmlns='http://www.w3.org/2000/svg' width='20mm' height='10'/>")


def test_a_document_type_without_entities_is_harmless():
    kind = b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>"
    assert svg.cleaned(kind + SVG.format("<path d='M0 0'/>").encode()).startswith(b"<svg ")
