"""What was really printed, for those who add it up."""

from collections.abc import Iterator, Sequence
from typing import Protocol
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes

from .layout import Layout, tables_of


class Tally(Protocol):
    """Is told of the rows of one table while they are set on pages."""

    def add(self, cells: Sequence[str]) -> None:
        """Take an ordinary row (role ``row``), once and in order: the texts of its cells as they were set.

        The lines of a cell are joined without anything between, so that a number that was broken is whole again; the
        spaces where a text was broken are gone. A row that is cut because it is taller than a page is told of when
        its last piece has been set.
        """


def rows_of(layout: Layout, table: Element) -> Iterator[tuple[Element, list[str]]]:
    """The rows of a table that WeasyPrint set, with the texts of their cells as above."""
    element, texts = None, []
    for row in _rows(layout, table):
        if row.element is not element:
            if element is not None:
                yield element, texts
            element, texts = row.element, [""] * len(row.children)
        texts = [text + more for text, more in zip(texts, texts_of(row), strict=True)]
    if element is not None:
        yield element, texts


def _rows(layout: Layout, table: Element) -> Iterator[boxes.TableRowBox]:
    """The rows on each page; one that goes on over pages is there for each of them."""
    body = table.find("tbody")
    for page in layout.boxes:
        for box, *_ in tables_of(page, table):
            for group in box.children:
                if group.element is body:
                    yield from group.children


def texts_of(row) -> list[str]:
    """What was set in each cell of a row, or of a piece of one, without what the CSS puts before and after it."""
    return ["".join(box.text for box in cell.descendants() if _is_text(box)) for cell in row.children]


def _is_text(box) -> bool:
    return isinstance(box, boxes.TextBox) and not box.element_tag.endswith(("::before", "::after"))
