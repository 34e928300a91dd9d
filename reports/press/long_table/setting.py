"""Rows set on a page: PDF operators, in CSS pixels from the top left corner of the page."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .composing import neighbours, place
from .forme import Forme
from .rows import Spool, Store
from .ruling import Page
from .type_case import UNITS


class Set(NamedTuple):
    """The rows of one page."""

    shapes: list[str]  # backgrounds and lines
    texts: list[str]  # inside one text object
    pictures: list  # (x, y, style, emojis): what WeasyPrint draws beside the text
    keys: list[int]  # the kinds of the rows
    rows: int  # how many rows end here


class Setter:
    """Sets the rows of one table, page by page, from first to last."""

    def __init__(self, forme: Forme, spool: Spool, store: Store | None, widths: list[float]):
        self.forme, self.spool, self.widths = forme, spool, widths
        self._rows = self._even_rows() if store is None else self._composed_rows(store)
        self._plans: dict = {}

    def _even_rows(self) -> Iterator:
        for around, (_, cells) in zip(neighbours(self.spool), self.spool, strict=True):
            yield around, cells, None, True

    def _composed_rows(self, store: Store) -> Iterator:
        around = neighbours(self.spool)
        kinds, whole = None, True
        for _, cells, height, ends in store:
            if whole:
                kinds = next(around)
            whole = ends
            yield kinds, cells, height, ends

    def set(self, count: int, lefts: list[float], y: float, colour: Callable, tag: Callable | None) -> Set:
        """Set the next ``count`` rows, from ``y`` down.

        ``lefts`` are the left edges of the columns. ``colour`` gives the operators for a colour, ``tag`` those that
        open the marked content of the next cell, if the document is tagged.
        """
        text = _Texts(colour, tag)
        ruling = Page(self.forme, lefts, self.widths, colour)
        keys, rows = [], 0
        for _ in range(count):
            around, cells, height, ends = next(self._rows)
            if height is None:
                height = self._even_row(text, around, cells, lefts, y)
            else:
                self._composed_row(text, around, cells, lefts, y, cut=not ends)
            ruling.row(around, y, height)
            keys.append(around[1])
            rows += ends
            y += height + self.forme.spacing[1]
        return Set(ruling.finish(), text.out, text.pictures, keys, rows)

    def _plan(self, around) -> tuple[float, list]:
        """For rows of one line: their height, and what each cell needs to be set."""
        kind = self.forme.kinds[around[1]]
        height, tops, _ = place(self.forme, kind, around, [["x"]] * len(kind.cells))
        return height, list(
            zip(kind.cells, (t + c.case.above for t, c in zip(tops, kind.cells, strict=True)), strict=True)
        )

    def _even_row(self, text: "_Texts", around, cells, lefts, y: float) -> float:
        plan = self._plans.get(around)
        if plan is None:
            plan = self._plans[around] = self._plan(around)
        height, places = plan
        for (cell, baseline), content in zip(places, cells, strict=True):
            text.open(cell)
            if content:
                left = lefts[cell.column] + cell.left
                text.line(cell, cell.case.text(content), left, self._room(cell), y + baseline)
            text.close()
        return height

    def _composed_row(self, text: "_Texts", around, cells, lefts, y: float, cut: bool) -> None:
        kind = self.forme.kinds[around[1]]
        _, tops, measures = place(self.forme, kind, around, cells, cut)
        for cell, content, top, measure in zip(kind.cells, cells, tops, measures, strict=True):
            text.open(cell)
            left, baseline = lefts[cell.column] + cell.left, y + top
            for line, (above, below) in zip(content, measure, strict=True):
                text.line(cell, line, left, self._room(cell), baseline + above)
                baseline += above + below
            text.close()

    def _room(self, cell) -> float:
        span = self.widths[cell.column : cell.column + cell.span]
        return sum(span) + self.forme.spacing[0] * (cell.span - 1) - cell.left - cell.right


class _Texts:
    """Text operators of one page."""

    def __init__(self, colour: Callable, tag: Callable | None):
        self.out: list[str] = []
        self.pictures: list = []
        self._colour, self._tag = colour, tag
        self._font = self._ink = None

    def open(self, cell) -> None:
        if self._tag:
            self.out.append(self._tag(cell))

    def close(self) -> None:
        if self._tag:
            self.out.append("EMC")

    def line(self, cell, line: str, left: float, room: float, baseline: float) -> None:
        case, style = cell.case, cell.style
        if cell.ink is not self._ink:
            if not cell.ink:
                return
            self._ink = cell.ink
            self.out.append(self._colour(cell.ink))
        code = line.translate(case.codes)
        simple = len(code) == 4 * len(line)
        if cell.align != "start":
            width = (case.width(line) / UNITS) if simple else case.shape(line).width
            left += max(0, room - width) / (2 if cell.align == "center" else 1)
        if simple:
            if self._font != case.font:
                self._font = case.font
                self.out.append(case.font)
            self.out.append(f"1 0 0 -1 {left:.2f} {baseline:.2f} Tm<{code}>Tj")
            return
        shape = case.shape(line)
        self._font = None
        self.out.append(f"1 0 0 -1 {left:.2f} {baseline:.2f} Tm {shape.code}")
        if shape.emojis:
            self.pictures.append((left, baseline, style, shape.emojis))
