"""The peers that are libraries.  They are handed the rows in words; reading and formatting them is not measured.

Each works in a fork of a process that has loaded it, as Prelo's steps do.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from tests.benchmarks.files import Column, Files
from tests.benchmarks.measure import Figures, in_fork

Make = Callable[[Path], Figures]

SIZE, LEADING, PADDING = 8, 10, 3
# A row of one line; how many of them a page holds below its header; and the pages that one small table fills.
ROW_HEIGHT, ROWS_ON_PAGE, PAGES_TOGETHER = 16, 27, 40


@contextmanager
def reportlab(files: Files, *, wraps: bool = False, by_hand: bool = False) -> Iterator[Make]:
    """A LongTable of strings, which never wrap.

    `wraps`: the texts are paragraphs.  `by_hand`: the height of the rows is given, and the table is split into small
    ones that end where a page does: as fast as we know how to make it.
    """
    from reportlab import platypus
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle

    _register_fonts()
    columns, rows = files.columns(), files.rows()
    head, widths = [column.heading for column in columns], [column.width for column in columns]
    table = {"colWidths": widths, "repeatRows": 1, "style": _reportlab_style(columns)}
    paragraph = ParagraphStyle("cell", fontName="Text", fontSize=SIZE, leading=LEADING)

    def cell(column: Column, text: str):
        return platypus.Paragraph(escape(text), paragraph) if wraps and not column.css_class else text

    def tables() -> Iterator[platypus.LongTable]:
        cells = [[cell(column, text) for column, text in zip(columns, row, strict=True)] for row in rows]
        if not by_hand:
            yield platypus.LongTable([head, *cells], **table)
            return
        for start in range(0, len(cells), PAGES_TOGETHER * ROWS_ON_PAGE):
            part = [head, *cells[start : start + PAGES_TOGETHER * ROWS_ON_PAGE]]
            yield platypus.LongTable(part, rowHeights=ROW_HEIGHT, **table)

    def foot(canvas, document) -> None:
        canvas.setFont("Text", SIZE)
        canvas.drawRightString(791, 40, f"Page {document.page}")

    def print_to(target: Path) -> None:
        document = platypus.SimpleDocTemplate(
            str(target), pagesize=landscape(A4), leftMargin=51, rightMargin=51, topMargin=60, bottomMargin=60,
            pageCompression=1, title="Orders",
        )  # fmt: skip
        document.build(list(tables()), onFirstPage=foot, onLaterPages=foot)

    yield lambda target: in_fork(lambda: print_to(target))


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    # ReportLab cannot embed the font Inter as Debian packages it.
    for name, file in (("Text", "DejaVuSans.ttf"), ("Bold", "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, f"/usr/share/fonts/truetype/dejavu/{file}"))


def _reportlab_style(columns: list[Column]):
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import TableStyle

    everything = (0, 0), (-1, -1)
    numbers = [place for place, column in enumerate(columns) if column.css_class == "n"]
    return TableStyle(
        [
            ("FONT", *everything, "Text", SIZE),
            ("FONT", (0, 0), (-1, 0), "Bold", SIZE),
            ("LINEBELOW", *everything, 0.35, HexColor("#dedbd3")),
            *((f"{side}PADDING", *everything, PADDING) for side in ("TOP", "BOTTOM", "LEFT", "RIGHT")),
            *(("ALIGN", (place, 0), (place, -1), "RIGHT") for place in numbers),
        ]
    )


@contextmanager
def weasyprint(files: Files) -> Iterator[Make]:
    """The document with an ordinary table.  Style sheet and fonts are loaded beforehand."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    sheet = CSS(filename="static/css/print.css", font_config=fonts)
    with_both = {"stylesheets": [sheet], "font_config": fonts}
    HTML(string="<p>warm").write_pdf(**with_both)
    yield lambda target: in_fork(lambda: HTML(filename=files.plain).write_pdf(target, **with_both))


TYPST = """
#set document(title: "Orders")
#set page(paper: "a4", flipped: true, margin: (x: 18mm, y: 22mm), footer: context align(right)[
  Page #counter(page).display() of #counter(page).final().first()])
#set text(font: "DejaVu Sans", size: 8pt, lang: "en", hyphenate: false)
#let data = json("table.json")
#table(
  columns: data.widths.map(width => width * 1pt), inset: 3pt, stroke: (x: none, top: none, bottom: 0.35pt + gray),
  align: data.numbers.map(is => if is { right } else { left }),
  table.header(..data.head.map(strong)), ..data.cells)
"""


@contextmanager
def typst(files: Files, *, tagged: bool = True) -> Iterator[Make]:
    """One table; the rows come from a JSON file."""
    import typst

    columns = files.columns()
    data = {
        "head": [column.heading for column in columns],
        "widths": [column.width for column in columns],
        "numbers": [column.css_class == "n" for column in columns],
        "cells": [cell for row in files.rows() for cell in row],
    }
    (files.folder / "table.json").write_text(json.dumps(data))
    source = files.folder / "table.typ"
    source.write_text(TYPST)
    fonts = typst.Fonts()
    variant = {"pdf_standards": "ua-1"} if tagged else {"pdf_tags": False}

    def print_to(target: Path) -> None:
        typst.Compiler(source, font_paths=fonts).compile(output=target, **variant)

    yield lambda target: in_fork(lambda: print_to(target))
