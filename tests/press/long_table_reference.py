"""WeasyPrint's own setting of a long table, at the column widths that the press chose, and pictures of pages."""

from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops
from weasyprint import HTML

from reports.press.long_table import Facts, Row, flow, write_pdf
from reports.press.long_table.layout import Source


def document(table: str, css: str = "", before: str = "", after: str = "") -> str:
    return (
        "<!doctype html><html lang=en><title>Test</title><style>"
        "@page { size: A6; margin: 10mm; @bottom-right { content: counter(page) ' of ' counter(pages) } }"
        f"body {{ font: 9pt 'DejaVu Sans'; margin: 0 }} {css}</style><body>{before}{table}{after}"
    )


def table(headings: list[str], name: str = "r") -> str:
    """A table whose headings that begin with # are numbers."""
    cells = "".join(f"<th class='{'num' if h.startswith('#') else 'text'}'>{h}</th>" for h in headings)
    return f"<table data-rows={name}><thead><tr>{cells}</tr></thead><tbody></tbody></table>"


def press(html: str, folder: Path, rows: dict[str, list[Row]], **options) -> tuple[bytes, Facts]:
    target = folder / "press.pdf"
    readers = {name: lambda v=v: iter(v) for name, v in rows.items()}
    facts = write_pdf(HTML(string=html), target, rows=readers, **options)
    return target.read_bytes(), facts


def reference(html: str, rows: dict[str, list[Row]]) -> bytes:
    source = Source(HTML(string=html), [], None)
    tables = flow.find(source.html.etree_element, {name: lambda v=v: iter(v) for name, v in rows.items()})
    flow.learn(source, tables, {}, set())
    for long_table in tables:
        if long_table.forme:
            flow.hand_back(long_table)
    return source.lay_out().document.write_pdf()


def pictures(pdf: bytes, dpi: int = 100) -> list[Image.Image]:
    """Drawn at twice the resolution and reduced: a viewer moves thin lines to whole pixels, this way or that."""
    pages = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 36).to_pil().convert("L").reduce(2) for page in pages]


def differences(one: bytes, two: bytes) -> list[float]:
    """For every page, the share of pixels that differ visibly (by more than a quarter of black to white)."""
    left, right = pictures(one), pictures(two)
    assert len(left) == len(right)
    return [_difference(a, b) for a, b in zip(left, right, strict=True)]


def _difference(one: Image.Image, two: Image.Image) -> float:
    assert one.size == two.size
    histogram = ImageChops.difference(one, two).histogram()
    return sum(histogram[64:]) / (one.size[0] * one.size[1])
