"""What was really printed, for those who add it up."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Protocol, runtime_checkable
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


@runtime_checkable
class Carrying(Tally, Protocol):
    """A tally that has lines for the page breaks inside its table: what was printed so far, added up.

    A line has the cells of a ``total``; its role, and the class of its row, is ``carried``. It is one line high and
    never wraps, and counts as no row of the table. A table that WeasyPrint sets has no such lines.
    """

    def carried(self) -> Sequence[str]:
        """The line at the foot of a page that is not the table's last. All rows above it have been told of."""

    def brought(self) -> Sequence[str]:
        """The line at the head of the next page."""

    def widest(self) -> Sequence[str]:
        """For each cell a text as wide as the widest of both lines, or an empty one when something else is wider. Asked
        before any row is told of, to make columns wide enough.
        """


class Teller:
    """Tells a tally, if there is one, of whole rows, whatever pieces they are set in."""

    def __init__(self, tally: Tally | None):
        self._tally = tally
        self._begun: list[str] = []  # what was set of a row that goes on

    def tell(self, texts: list[str], ends: bool) -> None:
        """Take the texts of an ordinary row, or of the next piece of one."""
        if self._begun:
            texts = [begun + text for begun, text in zip(self._begun, texts, strict=True)]
        self._begun = [] if ends else texts
        if ends and self._tally is not None:
            self._tally.add(texts)


def rows_of(layout: Layout, table: Element) -> Iterator[tuple[boxes.TableRowBox, bool]]:
    """The rows of a table that WeasyPrint set, and whether each ends there, or goes on on the next page."""
    for row, after in pairwise(chain(_rows(layout, table), [None])):
        yield row, after is None or after.element is not row.element


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
