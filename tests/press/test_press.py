import socket
from contextlib import suppress
from pathlib import Path

import pypdfium2
import pytest
import weasyprint
from django.conf import settings

from reports import press

ASSETS = settings.BASE_DIR / "static"


def printed(tmp_path, html: str, progress=lambda done, total: None, claim: press.Claim | None = None) -> int:
    return press.write_pdf(html, tmp_path / "out.pdf", progress=progress, assets=ASSETS, claim=claim).pages


@pytest.mark.parametrize(
    "html",
    [
        "<img src=file:///etc/passwd>",
        "<img src=http://127.0.0.1:9/x.png>",
        "<img src='data:image/svg+xml,<svg/>'>",
        "<img src='data:image/png,AA'>",
        "<img src=relative.png>",
        "<img src=asset:../manage.py>",
        "<img src=asset:css/../../manage.py>",
        "<img src=asset:%2e%2e/manage.py>",
        "<img src=asset:missing.png>",
        "<link rel=stylesheet href=file:///etc/passwd>",
        "<link rel=attachment href=file:///etc/passwd>",
        "<style>@import url(http://127.0.0.1:9/x.css)</style>",
        "<p style='background: url(file:///etc/passwd)'>x",
        "<style>@font-face { font-family: x; src: url(http://127.0.0.1:9/x.woff) }</style><p style='font-family: x'>x",
        "<svg width=10 height=10><image width=9 height=9 href='file:///etc/passwd'/></svg>",
        "<object data=file:///etc/passwd></object>",
        "<embed src=file:///etc/passwd>",
        "<p style='list-style: url(file:///etc/passwd); display: list-item'>x",
        "<p style='border-image: url(http://127.0.0.1:9/x.png)'>x",
        "<style>p::before { content: url(file:///etc/passwd) }</style><p>x",
        "<style>@page { background: url(file:///etc/passwd) }</style>x",
        "<style>@page { @top-left { content: url(file:///etc/passwd) } }</style>x",
        "<base href=file:///etc/><img src=passwd>",
    ],
)
def test_nothing_but_assets_is_loaded(tmp_path, html):
    with pytest.raises(press.ForbiddenAddress):
        printed(tmp_path, f"<!doctype html><html lang=en><title>x</title>{html}")
    assert not (tmp_path / "out.pdf").exists()


XXE = "<!DOCTYPE svg [<!ENTITY secret SYSTEM '{}'>]>"


@pytest.mark.parametrize("place", ["document", "asset"])
def test_an_entity_brings_no_file_into_a_drawing(tmp_path, place):
    """The secret is a text, so that it would be seen in the PDF."""
    assets, secret = tmp_path / "assets", tmp_path / "secret.txt"
    (assets / "css").mkdir(parents=True)
    (assets / "css" / "print.css").touch()
    secret.write_text("TELLTALE")
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='20'><text y='9'>a&secret;b</text></svg>"
    kind = XXE.format(secret.as_uri())
    (assets / "drawing.svg").write_text(kind + drawing)
    shown = drawing if place == "document" else "<img src=asset:drawing.svg alt=x>"
    html = f"<!doctype html><html lang=en><title>x</title>{kind if place == 'document' else ''}{shown}"
    with suppress(press.ForbiddenAddress):
        press.write_pdf(html, tmp_path / "out.pdf", progress=lambda done, total: None, assets=assets)
        assert "TELLTALE" not in "".join(press.texts_of(tmp_path / "out.pdf"))


def test_nothing_is_asked_of_the_network(tmp_path):
    """Whatever the fetcher is told: no connection comes in where one is invited."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        hostile = [f"<img src={address}>", f"<link rel=stylesheet href={address}>", f"<object data={address}></object>"]
        hostile += [f"<style>@import '{address}';</style>", f"<link rel=attachment href={address}>"]
        drawings = [f"<image width=9 height=9 href='{address}'/>", f"<use href='{address}#x'/>"]
        drawings += [
            f"<style>@import '{address}';</style><path d='M0 0h9'/>",
            f"<path d='M0 0h9' fill='url({address})'/>",
        ]
        hostile += [f"<svg width=9 height=9>{drawing}</svg>" for drawing in drawings]
        for html in hostile:
            with suppress(press.ForbiddenAddress):
                printed(tmp_path, f"<!doctype html><html lang=en><title>x</title>{html}")
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_picture_that_is_written_in_the_document_is_shown(tmp_path):
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    html = f"<!doctype html><html lang=en><title>x</title><img alt=Dot src='data:image/png;base64,{dot}'>"
    printed(tmp_path, html)
    shown = pypdfium2.PdfDocument(tmp_path / "out.pdf")[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    assert len(list(shown)) == 1


def test_an_asset_is_loaded(tmp_path):
    assets = tmp_path / "assets"
    (assets / "css").mkdir(parents=True)
    (assets / "css" / "print.css").write_text("@page { size: 100px; margin: 0 }")
    (assets / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    html = "<!doctype html><html lang=en><title>x</title><img src=asset:dot.svg alt=Dot>"
    press.write_pdf(html, tmp_path / "out.pdf", progress=lambda done, total: None, assets=assets)
    assert pypdfium2.PdfDocument(tmp_path / "out.pdf")[0].get_width() == 75


def table(rows: int) -> str:
    return f"<!doctype html><html lang=en><title>x</title><table>{'<tr><td>x' * rows}</table>"


def is_tagged(path: Path) -> bool:
    return bool(pypdfium2.raw.FPDFCatalog_IsTagged(pypdfium2.PdfDocument(path)))


def test_a_document_is_tagged(tmp_path):
    printed(tmp_path, table(3))
    assert is_tagged(tmp_path / "out.pdf")


def test_a_very_long_table_is_not_tagged(tmp_path):
    printed(tmp_path, table(3), claim=press.Claim(most_tagged_rows=2))
    assert not is_tagged(tmp_path / "out.pdf")


def test_progress_rises_to_the_number_of_pages(tmp_path):
    told = []
    pages = printed(tmp_path, table(200), lambda done, total: told.append((done, total)))
    assert pages > 2
    assert told[-1] == (pages, pages)
    assert [done for done, _total in told] == sorted(done for done, _total in told)


def test_widths_are_measured_in_the_type_of_the_document():
    narrow, wide, nothing = press.widths_of([["iii", "i"], ["WWW\nW", "WWWWWW"], []], assets=ASSETS)
    assert nothing == 0
    assert 0.5 < narrow < 1.5
    assert 5 < wide < 7
    (bold,) = press.widths_of([["WWWWWW"]], bold=True, assets=ASSETS)
    assert wide < bold < wide * 1.2


def test_figures_are_measured_as_wide_as_they_are_set():
    ones, eights = press.widths_of([["1111111111"], ["8888888888"]], assets=ASSETS)
    assert ones == pytest.approx(eights)


def test_a_text_is_as_wide_as_its_letters():
    """Against WeasyPrint's own layout, which also kerns."""
    text = "Ávila – To. 1.234,56"
    (width,) = press.widths_of([[text]], assets=ASSETS)
    table = f"<table style='font: 10pt Inter; font-variant-numeric: tabular-nums'><tr><td id=a>{text}<td id=b>"
    css = "td { padding: 0; white-space: pre }  table { border-spacing: 0 }"
    anchors = weasyprint.HTML(string=f"<style>{css}</style>{table}").render().pages[0].anchors
    laid_out = (anchors["b"][0] - anchors["a"][0]) * 0.75 / 10
    assert laid_out <= width + 0.1
    assert width == pytest.approx(laid_out, rel=0.02)


def test_letters_of_any_script_are_measured():
    japanese, nothing = press.widths_of([["東京都\t"], ["\n"]], assets=ASSETS)
    assert 2 < japanese < 6
    assert nothing == 0


def test_markup_is_measured_as_text():
    (width,) = press.widths_of([["<b>&amp;</b>"]], assets=ASSETS)
    assert width > 5
