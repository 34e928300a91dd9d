"""HTML to PDF.  Knows WeasyPrint, not Django; reaches no network and no file but those of its assets folder.

A document is styled by `css/print.css` of the assets, before its own <style>.  It may name an asset as
`asset:img/mark.svg`.  A long table is `<table data-rows="NAME" data-count="12345">` with a head and no rows: they
are in `NAME.jsonl` beside the document, one a line, `[role, cell, ...]`, or `[[role, tone, ...], cell, ...]` where
cells have colours of their own (see `long_table.Row`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import FontConfiguration

from reports.press import long_table, measure
from reports.press.claim import Claim
from reports.press.encryption import encrypt
from reports.press.fetcher import AssetFetcher, ForbiddenAddress
from reports.press.glyphs import missing_by_script
from reports.press.long_table import TooManyRows
from reports.press.picture import draw_first_page
from reports.press.text import texts_of

__all__ = [
    "Claim",
    "ForbiddenAddress",
    "TooManyRows",
    "draw_first_page",
    "encrypt",
    "missing_by_script",
    "pango_version",
    "texts_of",
    "warm_up",
    "widths_of",
    "write_pdf",
]

# Rows that are parsed at once.
_TOGETHER = 500

# A little of each that charts are made of.
_CHART = (
    "<svg width=9 height=9 viewBox='0 0 9 9' font-family=Inter><title>1</title><g fill=none transform=translate(1,1)>"
    "<line x2=9 y2=0 stroke=#dedbd3 /><path d='M1,0L9,0C9.5,0,9,0,9,1Z' fill=#b4c0e6 />"
    "<text text-anchor=middle font-size=9px fill=#1a1c25><tspan>1</tspan><tspan x=0 dy=9>2</tspan></text></g></svg>"
)

# Letters of the scripts of Europe, as tables set them.
_LETTERS = (
    "<p style='font-size: {size}pt; font-variant-numeric: tabular-nums'>Aa1Ωωя <b style='font-weight: 600'>Aa1</b>"
)

# How many glyphs of a font a small document has: the type of an array of so many takes 2 ms to parse.
_GLYPHS = range(16, 128)

Progress = Callable[[int, int | None], None]

_fonts = FontConfiguration()


@lru_cache(maxsize=2)
def _sheet(assets: Path) -> CSS:
    return CSS(filename=assets / "css" / "print.css", font_config=_fonts, url_fetcher=AssetFetcher(assets))


def _parsed(html: Path | str, fetcher: AssetFetcher) -> HTML:
    source = {"filename": html, "encoding": "utf-8"} if isinstance(html, Path) else {"string": html}
    return HTML(**source, base_url="asset:", url_fetcher=fetcher)


def write_pdf(
    html: Path | str,
    target: Path,
    *,
    progress: Progress,
    assets: Path,
    claim: Claim | None = None,
    tallies: Mapping[str, long_table.Tally] | None = None,
) -> long_table.Facts:
    """Print a document (a file or its text) to `target`.

    `tallies` are told of the rows of the long tables that they are named after, as they are printed.
    Raises ForbiddenAddress when the document names anything that is not an asset, TooManyRows when its CSS lets a long
    table have fewer rows than it has.
    """
    fetcher = AssetFetcher(assets)
    try:
        with fetcher.refusing():
            return _print(html, _parsed(html, fetcher), target, progress, _sheet(assets), claim or Claim(), tallies)
    except ForbiddenAddress:
        target.unlink(missing_ok=True)
        raise


def _print(
    source: Path | str,
    html: HTML,
    target: Path,
    progress: Progress,
    sheet: CSS,
    claim: Claim,
    tallies: Mapping[str, long_table.Tally] | None,
) -> long_table.Facts:
    root = html.etree_element
    rows = sum(1 for _row in root.iter("tr")) + sum(int(table.get("data-count", 0)) for table in root.iter("table"))
    return long_table.write_pdf(
        html,
        target,
        rows=_rows_beside(source) if isinstance(source, Path) else {},
        stylesheets=[sheet],
        font_config=_fonts,
        tagged=rows <= claim.most_tagged_rows,
        identifier=claim.identifier,
        options=claim.options(),
        progress=progress,
        tallies=tallies,
    )


def pango_version() -> str:
    """The version of the library that breaks and shapes all text."""
    number = pango.pango_version()
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"


def _rows_beside(document: Path) -> dict[str, Callable[[], Iterator[long_table.Row]]]:
    return {path.stem: partial(_rows_in, path) for path in document.parent.glob("*.jsonl")}


def _rows_in(path: Path) -> Iterator[long_table.Row]:
    with path.open(encoding="utf-8") as file:
        # Many at once are read twice as fast as one by one.
        while lines := list(islice(file, _TOGETHER)):
            for role, *cells in json.loads(f"[{','.join(lines)}]"):
                role, *tones = [role] if isinstance(role, str) else role
                yield long_table.Row(tuple(cells), role, tuple(tones))


def widths_of(texts: list[list[str]], *, assets: Path, bold: bool = False, face: str = "") -> list[float]:
    """How wide the widest of each list of texts is without a line break, in units of the font size.

    `face`: a CSS value of `font-family`; empty: that of the style sheet.
    """
    return _measure(assets, bold, face).widths_of(texts)


@lru_cache(maxsize=16)
def _measure(assets: Path, bold: bool, face: str) -> measure.Measure:
    style = f"html {{ font-family: {face} }}" if face else ""
    letter = _parsed(measure.LETTER.format(weight="bold" if bold else "", style=style), AssetFetcher(assets))
    (page,) = letter.render(font_config=_fonts, stylesheets=[_sheet(assets)]).pages
    return measure.Measure(next(box for box in page._page_box.descendants() if isinstance(box, TextBox)).style)


def warm_up(assets: Path, languages: list[str], sizes: Iterable[float]) -> None:
    """Load style sheets, fonts in the sizes of long tables (points), the widths of letters, hyphenation and what draws
    charts once, before processes are forked to print."""
    for bold in (False, True):
        widths_of([[measure.COMMON]], bold=bold, assets=assets)
    letters = "".join(_LETTERS.format(size=size) for size in sizes)
    narrow = f"<p style='hyphens: auto; width: 3em'>Administration{_CHART}"
    for language in languages:
        html = f"<!doctype html><html lang={language}>{letters}{narrow}"
        _parsed(html, AssetFetcher(assets)).render(font_config=_fonts, stylesheets=[_sheet(assets)]).write_pdf()
    for count in _GLYPHS:
        ffi.typeof(f"hb_codepoint_t[{count}]")
