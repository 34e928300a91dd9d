"""Rows set on a page: PDF operators, in CSS pixels from the top left corner of the page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from .breaking import Part
from .composing import Places, composed, neighbours, place, widths_of_cells
from .forme import Cell, Forme
from .rows import KEYS, Spool, Store, carried_beside
from .ruling import Ruling
from .tally import Carrying, Tally, Teller
from .type_case import UNITS

_ROWS = frozenset(index for index, key in enumerate(KEYS) if key.role == "row")
_SHARES = {"start": 0.0, "center": 0.5, "end": 1.0}  # of the free width that is on the left


class Set(NamedTuple):
    """The rows of one page."""

    shapes: list[str]  # backgrounds and lines
    texts: list[str]  # inside one text object
    pictures: list  # (x, y, style, emojis): what WeasyPrint draws beside the text
    kinds: bytes  # of the rows
    bookmarks: list[tuple[int, str, float]]  # level, label, top of the row
    rows: int  # how many rows end here, carried lines not counted


class Plan(NamedTuple):
    """How rows of one kind are set when every cell is one line."""

    height: float
    levels: list[float]  # of baselines, from the top of the row
    places: list[tuple]  # of each cell: itself, and what it takes to place its text


class Setter:
    """Sets the rows of one table, page by page, from first to last. Tells ``tally`` of the ordinary ones."""

    def __init__(self, forme: Forme, spool: Spool, store: Store | None, widths: list[float], tally: Tally | None):
        self.forme, self.spool, self.widths, self.tally = forme, spool, widths, tally
        self._teller = Teller(tally)
        self._rows = self._even_rows() if store is None else self._composed_rows(store)
        self._places = Places(forme)
        self._toned: dict = {}
        self._lefts: list[float] = []
        rooms = widths_of_cells(forme, widths)
        self._rooms = {
            cell: room for key, kind in forme.kinds.items() for cell, room in zip(kind.cells, rooms[key], strict=True)
        }

    def _even_rows(self) -> Iterator:
        for number, (around, (key, cells)) in enumerate(zip(neighbours(self.spool), self.spool, strict=True)):
            if not self.spool.tidy:
                styles = self.forme.kinds[key].cells
                cells = [style.case.text(cell) for style, cell in zip(styles, cells, strict=True)]
            yield around, cells, True, True, self.spool.tones_of(number)

    def _composed_rows(self, store: Store) -> Iterator:
        number = 0
        for around, cells, ends in composed(self.spool, store):
            yield around, cells, False, ends, self.spool.tones_of(number)
            number += ends

    def set(self, part: Part, lefts: list[float], y: float, colour: Callable, mark: int | None) -> Set:
        """Set the rows of the next part, from ``y`` down.

        ``lefts`` are the left edges of the columns. ``colour`` gives the operators for a colour. ``mark`` is the
        number of the next marked content, if the document is tagged: every cell is marked.
        """
        if lefts != self._lefts:
            self._lefts = list(lefts)
            self._ruling, self._plans = Ruling(self.forme, lefts, self.widths), {}
        texts, rules = _Texts(colour, mark), self._ruling.page(colour)
        keys, rows, bookmarks = bytearray(), 0, []
        gap = self.forme.spacing[1]
        for around, cells, even, ends, tones in self._rows_of(part):
            told = self.tally is not None and around[1] in _ROWS
            if level := self.forme.kinds[around[1]].bookmark:
                bookmarks.append((level, cells[0] if even else " ".join(cells[0]), y))
            if even:
                plan = self._plans.get((around, tones))
                if plan is None:
                    plan = self._plans[around, tones] = self._plan(around, tones)
                height = plan.height
                texts.even_row(plan, cells, y)
                if told:
                    self.tally.add(cells)
            else:
                height = self._composed_row(texts, around, cells, y, tones)
                if told:
                    self._teller.tell(list(map("".join, cells)), ends)
            rules.row(around, y, height)
            keys.append(around[1])
            rows += ends
            y += height + gap
        return Set(rules.finish(), texts.out, texts.pictures, bytes(keys), bookmarks, rows)

    def _rows_of(self, part: Part) -> Iterator:
        """The rows of a part, with lines that are carried to it and from it: (kinds of the row above, of the row, and
        of the row below; cells; whether they are texts or lists of lines; whether the row ends here; tones).
        """
        rows = islice(self._rows, part.rows)
        return self._with_lines(rows, part) if isinstance(self.tally, Carrying) else rows

    def _with_lines(self, rows: Iterator, part: Part) -> Iterator:
        for number, ((above, key, below), cells, even, ends, tones) in enumerate(rows, 1):
            line = carried_beside(key)
            is_first, is_last = number == 1 and not part.begins, number == part.rows and not part.ends
            if is_first:
                above = line
                yield (line ^ 1, line, key), self._line(line, self.tally.brought()), False, False, ()
            yield (above, key, line if is_last else below), cells, even, ends, tones
            if is_last:
                yield (key, line, line ^ 1), self._line(line, self.tally.carried()), False, False, ()

    def _line(self, key: int, texts: Sequence[str]) -> list[list[str]]:
        """The cells of a carried line, each of one line at most."""
        cells = zip(self.forme.kinds[key].cells, texts, strict=True)
        lines = [cell.case.line(text) for cell, text in cells]
        return [[line] if line else [] for line in lines]

    def _plan(self, around, tones: tuple[str, ...]) -> Plan:
        kind = self.forme.kinds[around[1]]
        height, tops, _ = place(self.forme, kind, around, [["x"]] * len(kind.cells))
        baselines = [top + cell.case.above for cell, top in zip(kind.cells, tops, strict=True)]
        levels = sorted(set(baselines))
        places = []
        for cell, toned, baseline in zip(kind.cells, self._in_tones(around[1], tones), baselines, strict=True):
            left = self._lefts[cell.column] + cell.left
            share = _SHARES[cell.align] / UNITS
            start = left + self._rooms[cell] * _SHARES[cell.align]
            advance = cell.case.advances.__getitem__
            places.append((toned, f"{start:.2f}", start, share, levels.index(baseline), cell.case.codes, advance))
        return Plan(height, levels, places)

    def _in_tones(self, key: int, tones: tuple[str, ...]) -> list[Cell]:
        """The cells of a kind of row in the colours of its tones."""
        cells = self.forme.kinds[key].cells
        if not tones:
            return cells
        if (key, tones) not in self._toned:
            inks = self.forme.inks
            pairs = zip(cells, tones, strict=True)
            self._toned[key, tones] = [replace(cell, ink=inks[tone]) if tone else cell for cell, tone in pairs]
        return self._toned[key, tones]

    def _composed_row(self, texts: "_Texts", around, cells, y: float, tones: tuple[str, ...]) -> float:
        """Set a row of any number of lines. Returns its height."""
        kind = self.forme.kinds[around[1]]
        height, tops, measures = self._places(around, cells)
        toned = self._in_tones(around[1], tones)
        for cell, ink, content, top, measure in zip(kind.cells, toned, cells, tops, measures, strict=True):
            texts.open()
            if content:
                left, room, baseline = self._lefts[cell.column] + cell.left, self._rooms[cell], y + top
                for line, (above, below) in zip(content, measure, strict=True):
                    texts.line(ink, line, left, room, baseline + above)
                    baseline += above + below
            texts.close()
        return height


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
