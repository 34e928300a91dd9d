"""Plates: the pages of a table that WeasyPrint sets itself, made one after the other while they are painted."""

from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import pydyf
from weasyprint.anchors import gather_anchors
from weasyprint.draw import draw_stacking_context
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.stacking import StackingContext

from .galley import Compositor, Galley, Page
from .layout import Source
from .outline import Outline
from .stands import Stand
from .tables import LongTable
from .tally import Tally, Teller, texts_of

_NEAR = 0.01  # CSS pixels


class Plate(NamedTuple):
    """A table on one page, drawn by WeasyPrint."""

    galley: Galley
    wrapper: Any
    rows: list  # the boxes of the rows of the body, as they were laid out
    begun: bool  # whether the first of them began on a page before
    ends: int  # how many rows end here

    def bookmarks(self) -> list[tuple]:
        """As ``weasyprint.document.Page.bookmarks``."""
        bookmarks: list[tuple] = []
        for row in self.rows[1:] if self.begun else self.rows:
            gather_anchors(row, {}, [], bookmarks, {None: []})
        return bookmarks

    def draw(self, stream, scale: float, page, mark: int | None) -> Outline | None:
        """Draw the table on a page's stream. ``mark`` is the number of the next marked content, if there is any."""
        layout_box_backgrounds(page, self.wrapper, self.galley.context.get_image_from_uri)
        gather_anchors(self.wrapper, {}, [], [], {None: []})  # for the sake of transformations
        marks = None if mark is None else _Marks(mark)
        copy = stream.clone(tags=marks, compress=False)
        copy._ctm_stack = list(stream._ctm_stack)
        with copy.stacked():
            copy.transform(a=scale, d=scale)
            draw_stacking_context(copy, StackingContext.from_box(self.wrapper, page))
        stream.stream.append(b"\n".join(map(pydyf._to_bytes, copy.stream)))
        return None if marks is None else Outline(self.wrapper.get_wrapped_table(), marks)


class Plates:
    """Makes the plates of one table, from the first page to the last. Tells ``tally`` of the ordinary rows."""

    def __init__(self, source: Source, table: LongTable, tally: Tally | None):
        self.table, self.proof = table, table.proof
        self._teller = Teller(tally)
        self._compositor = Compositor(source, table.element, table.spool)
        self._pages = list(pairwise(accumulate((part.rows for part in table.parts), initial=0)))[::-1]
        self._galley: Galley | None = None
        self._left = 0  # pages in the galley

    def make(self, stand: Stand) -> Plate:
        """The plate of the next page, where ``stand`` is. Raises RuntimeError if it is not as the proof was."""
        if not self._left:
            self._galley = self._build()
        start, stop = self._pages.pop()
        galley, self._left = self._galley, self._left - 1
        if not self._left:
            self._galley = None  # it is large, and the next one as well
        page = self._lay_out(galley, stand, start, stop)
        rows, goes_on = list(page.rows.values()), stop in self.proof.cuts
        for row in rows:
            if row.element.get("class") == "row":
                self._teller.tell(texts_of(row), not (goes_on and row is rows[-1]))
        return Plate(galley, page.wrapper, rows, start in self.proof.cuts, len(rows) - goes_on)

    def _build(self) -> Galley:
        """A galley for the next page, and for those after it as long as there is room."""
        proof, weight = self.proof, 0
        while self._left < len(self._pages) and weight < self._compositor.full:
            self._left += 1
            weight += sum(map(self._compositor.weight, self._rows(*self._pages[-self._left])))
        pages = self._pages[-self._left :]
        galley = self._compositor.galley(proof.rows[pages[-1][0]], proof.rows[pages[0][1] - 1] + 1)
        for start, stop in pages:
            for item in range(start, stop):
                if {item, item + 1} & proof.cuts.keys():
                    galley.allow_cut(proof.rows[item])
            if stop not in proof.cuts:
                galley.begin_page(proof.rows[stop - 1] + 1)
        return galley

    def _rows(self, start: int, stop: int) -> range:
        """The rows of a page, whole or in part."""
        return range(self.proof.rows[start], self.proof.rows[stop - 1] + 1)

    def _lay_out(self, galley: Galley, stand: Stand, start: int, stop: int) -> Page:
        proof, gap = self.proof, self.table.forme.spacing[1]
        foot = stand.y + sum(proof.heights[start:stop]) + gap * (stop - start - 1)
        goes_on = stop in proof.cuts
        page = galley.lay_out(stand, proof.rows[start], proof.cuts.get(start), foot if goes_on else None)
        *_, last = page.rows.values()
        over = last.position_y + last.height - foot
        is_right = over < _NEAR if goes_on else abs(over) < _NEAR
        if not is_right or list(page.rows) != list(self._rows(start, stop)) or page.cut != proof.cuts.get(stop):
            row = proof.rows[start] + 1
            raise RuntimeError(f"row {row} of {self.table.name!r} begins a page that is not as it was laid out first")
        return page


class _Marks(dict):
    """Numbers marked content from where the page's own ends."""

    def __init__(self, first: int):
        super().__init__()
        self._first = first

    def __len__(self) -> int:
        return self._first + super().__len__()
