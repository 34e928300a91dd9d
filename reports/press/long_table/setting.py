"""Rows set on a page: PDF operators, in CSS pixels from the top left corner of the page."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .composing import Places, composed, neighbours, place, widths_of_cells
from .forme import Forme
from .rows import Spool, Store
from .ruling import Ruling
from .type_case import UNITS

_SHARES = {"start": 0.0, "center": 0.5, "end": 1.0}  # of the free width that is on the left


class Set(NamedTuple):
    """The rows of one page."""

    shapes: list[str]  # backgrounds and lines
    texts: list[str]  # inside one text object
    pictures: list  # (x, y, style, emojis): what WeasyPrint draws beside the text
    kinds: bytes  # of the rows
    bookmarks: list[tuple[int, str, float]]  # level, label, top of the row
    rows: int  # how many rows end here


class Plan(NamedTuple):
    """How rows of one kind are set when every cell is one line."""

    height: float
    levels: list[float]  # of baselines, from the top of the row
    places: list[tuple]  # of each cell: itself, and what it takes to place its text


class Setter:
    """Sets the rows of one table, page by page, from first to last."""

    def __init__(self, forme: Forme, spool: Spool, store: Store | None, widths: list[float]):
        self.forme, self.spool, self.widths = forme, spool, widths
        self._rows = self._even_rows() if store is None else composed(spool, store)
        self._places = Places(forme)
        self._lefts: list[float] = []
        rooms = widths_of_cells(forme, widths)
        self._rooms = {
            cell: room for key, kind in forme.kinds.items() for cell, room in zip(kind.cells, rooms[key], strict=True)
        }

    def _even_rows(self) -> Iterator:
        for around, (key, cells) in zip(neighbours(self.spool), self.spool, strict=True):
            if not self.spool.tidy:
                styles = self.forme.kinds[key].cells
                cells = [style.case.text(cell) for style, cell in zip(styles, cells, strict=True)]
            yield around, cells, None, True

    def set(self, count: int, lefts: list[float], y: float, colour: Callable, mark: int | None) -> Set:
        """Set the next ``count`` rows, from ``y`` down.

        ``lefts`` are the left edges of the columns. ``colour`` gives the operators for a colour. ``mark`` is the
        number of the next marked content, if the document is tagged: every cell is marked.
        """
        if lefts != self._lefts:
            self._lefts = list(lefts)
            self._ruling, self._plans = Ruling(self.forme, lefts, self.widths), {}
        texts, rules = _Texts(colour, mark), self._ruling.page(colour)
        keys, rows, bookmarks = bytearray(), 0, []
        gap = self.forme.spacing[1]
        for _ in range(count):
            around, cells, height, ends = next(self._rows)
            if level := self.forme.kinds[around[1]].bookmark:
                text = cells[0] if height is None else " ".join(cells[0])
                bookmarks.append((level, text, y))
            if height is None:
                plan = self._plans.get(around)
                if plan is None:
                    plan = self._plans[around] = self._plan(around)
                height = plan.height
                texts.even_row(plan, cells, y)
            else:
                self._composed_row(texts, around, cells, y)
            rules.row(around, y, height)
            keys.append(around[1])
            rows += ends
            y += height + gap
        return Set(rules.finish(), texts.out, texts.pictures, bytes(keys), bookmarks, rows)

    def _plan(self, around) -> Plan:
        kind = self.forme.kinds[around[1]]
        height, tops, _ = place(self.forme, kind, around, [["x"]] * len(kind.cells))
        baselines = [top + cell.case.above for cell, top in zip(kind.cells, tops, strict=True)]
        levels = sorted(set(baselines))
        places = []
        for cell, baseline in zip(kind.cells, baselines, strict=True):
            left = self._lefts[cell.column] + cell.left
            share = _SHARES[cell.align] / UNITS
            start = left + self._rooms[cell] * _SHARES[cell.align]
            advance = cell.case.advances.__getitem__
            places.append((cell, f"{start:.2f}", start, share, levels.index(baseline), cell.case.codes, advance))
        return Plan(height, levels, places)

    def _composed_row(self, texts: "_Texts", around, cells, y: float) -> None:
        kind = self.forme.kinds[around[1]]
        _, tops, measures = self._places(around, cells)
        for cell, content, top, measure in zip(kind.cells, cells, tops, measures, strict=True):
            texts.open()
            if content:
                left, room, baseline = self._lefts[cell.column] + cell.left, self._rooms[cell], y + top
                for line, (above, below) in zip(content, measure, strict=True):
                    texts.line(cell, line, left, room, baseline + above)
                    baseline += above + below
            texts.close()


class _Texts:
    """Text operators of one page."""

    def __init__(self, colour: Callable, mark: int | None):
        self.out: list[str] = []
        self.pictures: list = []
        self._colour, self._mark = colour, mark
        self._font = self._ink = None

    def open(self) -> None:
        """Start a cell."""
        if self._mark is not None:
            self.out.append(f"/Span<</MCID {self._mark}>>BDC")
            self._mark += 1

    def close(self) -> None:
        """End a cell."""
        if self._mark is not None:
            self.out.append("EMC")

    def even_row(self, plan: Plan, cells: list[str], y: float) -> None:
        """A row where every cell is one line of simple characters."""
        out, tagged = self.out, self._mark is not None
        levels = [f"{y + level:.2f}" for level in plan.levels]
        for (cell, x, start, share, level, codes, advance), text in zip(plan.places, cells, strict=True):
            if tagged:
                out.append(f"/Span<</MCID {self._mark}>>BDC")
                self._mark += 1
            if text and cell.ink:
                if cell.ink is not self._ink or cell.case.font != self._font:
                    self._prepare(cell)
                if share:
                    x = f"{start - sum(map(advance, text)) * share:.2f}"
                out.append(f"1 0 0 -1 {x} {levels[level]} Tm<{text.translate(codes)}>Tj")
            if tagged:
                out.append("EMC")

    def line(self, cell, line: str, left: float, room: float, baseline: float) -> None:
        """Any line."""
        case = cell.case
        if not cell.ink:
            return
        code = line.translate(case.codes)
        simple = len(code) == 4 * len(line)
        if cell.align != "start":
            width = (case.width(line) / UNITS) if simple else case.shape(line).width
            left += max(0, room - width) * _SHARES[cell.align]
        if simple:
            if cell.ink is not self._ink or case.font != self._font:
                self._prepare(cell)
            self.out.append(f"1 0 0 -1 {left:.2f} {baseline:.2f} Tm<{code}>Tj")
            return
        self._prepare(cell, font=None)
        shape = case.shape(line)
        self.out.append(f"1 0 0 -1 {left:.2f} {baseline:.2f} Tm {shape.code}")
        if shape.emojis:
            self.pictures.append((left, baseline, cell.style, shape.emojis))

    def _prepare(self, cell, font: str | None = "") -> None:
        if cell.ink is not self._ink:
            self._ink = cell.ink
            self.out.append(self._colour(cell.ink))
        font = cell.case.font if font == "" else font
        if font and font != self._font:
            self.out.append(font)
        self._font = font
