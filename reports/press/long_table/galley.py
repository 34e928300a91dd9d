"""Rows that WeasyPrint sets itself, some hundred at a time: it needs 20 KB for a cell.

A galley is a document with nothing in it but the table and some of its rows, in the same CSS. The rows beside them are
there too, though they are never laid out, for the sake of selectors, and of borders that collapse.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from weasyprint.css.properties import ZERO_PIXELS
from weasyprint.layout.block import block_level_layout, block_level_page_break, force_page_break

from . import specimen
from .known_css import Unknown, check_counts
from .layout import Source
from .rows import Spool

# A row's number in a galley is that in the whole table, but for multiples of this: `nth-child(3n)` means the same rows.
PERIOD = 60
_LINE = 60  # characters that are as much work as a cell
_HIDDEN = {"style": "display: none !important"}
_MARGINS = {f"margin_{side}": ZERO_PIXELS for side in ("top", "right", "bottom", "left")}


class Compositor:
    """Reads the rows of a table in order and builds galleys of them."""

    full = 2500  # cells in one galley

    def __init__(self, source: Source, table: Element, spool: Spool):
        root, self.table = _alone(source.html.etree_element, table)
        self.source, self.body = source.alone(root), self.table.find("tbody")
        self.count, self._tones_of = len(spool), spool.tones_of
        self._rows = enumerate(spool)
        # The rows that are at hand, by number: the last one always is, and the first one from when it has been read.
        self._read: dict[int, tuple[int, Sequence[str]]] = {self.count - 1: spool.last}

    def weight(self, number: int) -> int:
        """How much work a row is, in cells: a long text counts as several."""
        return sum(1 + len(text) // _LINE for text in self._row(number)[1])

    def galley(self, start: int, stop: int) -> "Galley":
        """The rows from ``start`` to before ``stop``. No row before the one above is to be had afterwards."""
        for number in [number for number in self._read if 0 < number < start - 1]:
            del self._read[number]
        last = self.count - 1
        rows = sorted({0, max(0, start - 1), *range(start, stop), min(stop, last), last})
        made = specimen.put(self.table, map(self._row, rows), map(self._tones_of, rows))
        elements = dict(zip(rows, made, strict=True))
        for _ in range((start - rows.index(start)) % PERIOD):
            self.body.insert(1, Element("tr", _HIDDEN))
        return Galley(self.source, self.table, self.body, elements)

    def _row(self, number: int) -> tuple[int, Sequence[str]]:
        while number not in self._read:
            read, row = next(self._rows)
            self._read[read] = row
        return self._read[number]


class Page(NamedTuple):
    """A table on one page, as WeasyPrint laid it out."""

    wrapper: Any  # around the table
    rows: dict[int, Any]  # of the body
    cut: dict | None  # where the last row goes on, on the next page


class Galley:
    """Some rows of a table, ready to be laid out."""

    def __init__(self, source: Source, table: Element, body: Element, elements: dict[int, Element]):
        """Raises Unknown when the rows cannot be laid out without all those before."""
        self.context, root = source.build()
        self.wrapper = next(box for box in root.descendants() if box.element is table and box.is_table_wrapper)
        self.wrapper.style = _changed(self.wrapper.style, _MARGINS)
        self._body, self._numbers = body, {element: number for number, element in elements.items()}
        groups = self.wrapper.get_wrapped_table().children
        self._group = next(index for index, group in enumerate(groups) if group.element is body)
        self._rows = dict(zip(elements, groups[self._group].children, strict=False))
        if [row.element for row in self._rows.values()] != list(elements.values()):
            raise Unknown("rows that are not displayed as rows")
        check_counts(self.context, self._body.iter())
        self.breaks = self._take_breaks()  # the rows that the CSS has begin a page

    def _take_breaks(self) -> set[int]:
        breaks = set()
        for (_, above), (number, row) in pairwise(self._rows.items()):
            if force_page_break(block_level_page_break(above, row), self.context):
                breaks.add(number)
        for row in self._rows.values():
            row.style = _changed(row.style, {"break_before": "auto", "break_after": "auto"})
        return breaks

    def begin_page(self, number: int) -> None:
        """Have a page begin with this row, if it is here."""
        if number in self._rows:
            row = self._rows[number]
            row.style = _changed(row.style, {"break_before": "page"})

    def allow_cut(self, number: int) -> None:
        """Let this row be cut at the foot of a page."""
        row = self._rows[number]
        for box in (row, *row.children):
            box.style = _changed(box.style, {"break_inside": "auto"})

    def lay_out(self, stand, number: int, cut: dict | None = None, foot: float | None = None) -> Page:
        """Lay out a page that begins with row ``number``, or with what a page before has left of it.

        ``stand`` is where the table stands. The page ends before the next row that begins a page, or at ``foot``.
        """
        skip = None if stand.begins else {0: {self._group: {list(self._rows).index(number): cut}}}
        wrapper, resume = self._lay_out(stand, skip, foot)
        table = wrapper.get_wrapped_table()
        wrapper.translate(stand.box.position_x - table.position_x, stand.box.position_y - table.position_y)
        placed = [row for group in table.children if group.element is self._body for row in group.children]
        rows = {self._numbers[row.element]: row for row in placed}
        if list(rows) != list(range(number, number + len(placed))):
            raise RuntimeError(f"rows {list(rows)} were laid out where row {number} begins a page")
        (goes_on,) = resume[0][self._group].values() if resume else (None,)
        return Page(wrapper, rows, goes_on)

    def _lay_out(self, stand, skip: dict | None, foot: float | None):
        context, box = self.context, self.wrapper
        context.style_for.initial_page_sizes.update(stand.sizes)
        context.current_page, context.page_bottom = stand.page + 1, foot or 0
        box.position_x, box.position_y = stand.box.position_x, stand.box.position_y
        below = -inf if foot is None else 0  # what the page has no room for
        loose: list = []
        context.create_block_formatting_context()
        box, resume, *_ = block_level_layout(context, box, below, skip, stand.parent, True, loose, loose)
        context.finish_block_formatting_context()
        if loose or context.footnotes or not box or not box.get_wrapped_table().children[0].is_header:
            raise Unknown("content that is not in its cell, or a head that leaves no room for a row")
        return box, resume


def _changed(style, values: dict):
    """The style with other values. Boxes that look the same share their style."""
    if all(style[name] == value for name, value in values.items()):
        return style
    style = style.copy()
    style.update(values)
    return style


def _alone(root: Element, table: Element) -> tuple[Element, Element]:
    """A document with nothing in it but a table, and the table in it: its neighbours are hidden and empty."""
    parents = {child: parent for parent in root.iter() for child in parent}
    lone = Element("table", table.attrib)
    for child in table:
        is_body = child is table.find("tbody")
        keeps = child.tag in ("colgroup", "col", "thead", "tfoot")
        lone.append(child if keeps else Element("tbody", child.attrib) if is_body else _shell(child))
    old, new = table, lone
    while old in parents:
        parent = parents[old]
        copy = Element(parent.tag, parent.attrib)
        copy.extend(new if child is old else _shell(child) for child in parent)
        old, new = parent, copy
    return new, lone


def _shell(element: Element) -> Element:
    if element.tag in ("head", "style", "link") or not isinstance(element.tag, str):
        return element
    shell = Element(element.tag, element.attrib | _HIDDEN)
    shell.extend(sheet for tag in ("style", "link") for sheet in element.iter(tag))
    return shell
