"""WeasyPrint's own setting of a long table, at the column widths that the press chose, and pictures of pages."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops
from weasyprint import HTML

from reports.press.long_table import Facts, Row, write_pdf
from reports.press.long_table.layout import Source
from reports.press.long_table.learning import learn
from reports.press.long_table.rows import Spool
from reports.press.long_table.specimen import columns_of
from reports.press.long_table.tables import find


def document(table: str, css: str = "", before: str = "", after: str = "") -> str:
    return (
        "<!doctype html><html lang=en><title>Test</title><style>"
        "@page { size: A6; margin: 10mm; @bottom-right { content: counter(page) ' of ' counter(pages) } }"
        f"body {{ font: 9pt 'DejaVu Sans'; margin: 0 }} {css}</style><body>{before}{table}{after}"
    )


class Running:
    """Adds up the last cells of rows, and remembers where pages broke."""

    def __init__(self, columns: int = 3, label: int = 0):
        self.blanks = [""] * ((columns - label if label else columns - 1) - 1)
        self.label = label
        self.sum, self.told = Decimal(0), 0
        self.breaks: list[tuple[int, Row, Row]] = []  # after so many rows: the line at the foot, the line at the head

    def add(self, cells: Sequence[str]) -> None:
        self.told += 1
        self.sum += Decimal(cells[-1].replace(",", ""))

    def carried(self) -> list[str]:
        return self._line("Carried")

    def brought(self) -> list[str]:
        foot, head = (Row(tuple(self._line(label)), "carried") for label in ("Carried", "Brought"))
        self.breaks.append((self.told, foot, head))
        return self._line("Brought")

    def widest(self) -> list[str]:
        return self._line("Brought", "9,999,999,999.99")

    def _line(self, label: str, amount: str = "") -> list[str]:
        return [label, *self.blanks, amount or f"{self.sum:,.2f}"]


def carried_among(rows: list[Row], tally: Running) -> list[Row]:
    """The rows, and the lines that were carried over the breaks between them."""
    result, told, breaks = [], 0, list(tally.breaks)
    for row in rows:
        stays = row.role in ("subtotal", "total")
        if breaks and told == breaks[0][0] and not stays:
            result += breaks.pop(0)[1:]
        told += row.role == "row"
        result.append(row)
    assert not breaks
    return result


def table(headings: list[str], name: str = "r", label: int = 0) -> str:
    """A table whose headings that begin with # are numbers."""
    cells = "".join(f"<th class='{'num' if h.startswith('#') else 'text'}'>{h}</th>" for h in headings)
    labelled = f" data-label={label}" if label else ""
    return f"<table data-rows={name}{labelled}><thead><tr>{cells}</tr></thead><tbody></tbody></table>"


def press(html: str, folder: Path, rows: dict[str, list[Row]], **options) -> tuple[bytes, Facts]:
    target = folder / "press.pdf"
    readers = {name: lambda v=v: iter(v) for name, v in rows.items()}
    facts = write_pdf(HTML(string=html), target, rows=readers, **options)
    return target.read_bytes(), facts


def reference(html: str, rows: dict[str, list[Row]], tallies: Mapping[str, Running] | None = None) -> bytes:
    """``tallies`` are those that the press told of the same rows: their lines are rows here."""
    tallies = tallies or {}
    source = Source(HTML(string=html), [], None)
    tables = find(source.html.etree_element, {name: lambda v=v: iter(v) for name, v in rows.items()}, tallies)
    learn(source, tables, {}, set())
    for long_table in tables:
        if long_table.carries:
            lines = carried_among(rows[long_table.name], tallies[long_table.name])
            long_table.spool = Spool(lines, columns_of(long_table.element).cells_of)
        if long_table.forme:
            long_table.hand_back()
    return source.lay_out("tr.carried + tr.carried { break-before: page }").document.write_pdf()


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
