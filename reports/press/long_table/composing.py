"""Rows with their lines broken and their heights known."""

from collections.abc import Iterator

from .breaking import lines
from .forme import Cell, Forme, Kind
from .rows import LINE, Spool, Store

_MEMORY = 5000  # kinds of rows remembered


def widths_of_cells(forme: Forme, widths: list[float]) -> dict[int, list[float]]:
    """The room for text in each cell of each kind of row."""
    return {
        key: [
            sum(widths[cell.column : cell.column + cell.span])
            + forme.spacing[0] * (cell.span - 1)
            - cell.left
            - cell.right
            for cell in kind.cells
        ]
        for key, kind in forme.kinds.items()
    }


def borders(forme: Forme, cell: Cell, above: int | None, key: int, below: int | None) -> tuple[float, float]:
    """The borders at the top and at the bottom of a cell, as far as they are inside it."""
    if not forme.collapses:
        return cell.borders[0][0], cell.borders[2][0]
    return forme.across_width(above, key, cell), forme.across_width(key, below, cell)


def metrics(cell: Cell, line: str) -> tuple[float, float]:
    """How far a line reaches above and below its baseline."""
    case = cell.case
    if case.knows(line):
        return case.above, case.below
    shape = case.shape(line)
    return shape.above, shape.below


def place(forme: Forme, kind: Kind, around, texts) -> tuple[float, list[float], list[list]]:
    """The height of a row, the top of the text of each cell, and how far each line reaches above and below.

    ``around`` is the kind of the row above, of this row, and of the row below; ``texts`` the lines of each cell.
    """
    measures, tops, heights, baselines = [], [], [], []
    for cell, text in zip(kind.cells, texts, strict=True):
        measure = [metrics(cell, line) for line in text]
        top, bottom = borders(forme, cell, *around)
        top += cell.padding[0]
        content = sum(above + below for above, below in measure)
        measures.append(measure)
        tops.append(top)
        heights.append(top + content + cell.padding[2] + bottom)
        baselines.append(top + (measure[0][0] if measure else content))
    level = max((b for cell, b in zip(kind.cells, baselines, strict=True) if cell.vertical == "baseline"), default=0)
    for index, cell in enumerate(kind.cells):
        if cell.vertical == "baseline":
            tops[index] += level - baselines[index]
            heights[index] += level - baselines[index]
    height = max(heights)
    for index, cell in enumerate(kind.cells):
        if cell.vertical in ("middle", "bottom"):
            tops[index] += (height - heights[index]) / (2 if cell.vertical == "middle" else 1)
    return height, tops, measures


def is_even(forme: Forme, spool: Spool) -> bool:
    """Whether the height of every row is known from its kind and its neighbours': one simple line in every cell.

    A line end that is kept is not a simple character.
    """
    return not spool.blank and all(
        not cell.wraps and cell.case.is_known and cell.case.is_plain
        for kind in forme.kinds.values()
        for cell in kind.cells
    )


def neighbours(spool: Spool) -> Iterator[tuple[int | None, int, int | None]]:
    """The kind of the row above, of the row, and of the row below, for every row."""
    keys = spool.keys
    above = None
    for index, key in enumerate(keys):
        yield above, key, keys[index + 1] if index + 1 < len(keys) else None
        above = key


def even_heights(forme: Forme, spool: Spool) -> Iterator[tuple[int, float]]:
    """(kind, height) of every row, when rows are even."""
    known: dict = {}
    for around in neighbours(spool):
        if around not in known:
            kind = forme.kinds[around[1]]
            known[around] = place(forme, kind, around, [["x"]] * len(kind.cells))[0]
        yield around[1], known[around]


class Places:
    """``place``, with a memory: rows of simple characters with as many lines in each cell are alike."""

    def __init__(self, forme: Forme):
        self.forme = forme
        self._cases = {key: {cell.case for cell in kind.cells} for key, kind in forme.kinds.items()}
        self._known: dict = {}

    def __call__(self, around, texts) -> tuple[float, list[float], list[list]]:
        """As ``place``."""
        kind = self.forme.kinds[around[1]]
        if not all(case.is_known for case in self._cases[around[1]]):
            return place(self.forme, kind, around, texts)
        key = around, tuple(map(len, texts))
        if key not in self._known:
            if len(self._known) > _MEMORY:
                self._known.clear()
            self._known[key] = place(self.forme, kind, around, texts)
        return self._known[key]


def compose(forme: Forme, widths: list[float], spool: Spool, room: float) -> Store:
    """Break every row into lines: height in CSS pixels, whether the row ends here, the lines of each cell.

    A row taller than ``room`` CSS pixels, the height of a page, is cut into several.
    """
    rooms, store, places = widths_of_cells(forme, widths), Store(), Places(forme)
    for around, (key, cells) in zip(neighbours(spool), spool, strict=True):
        kind = forme.kinds[key]
        texts = []
        for cell, text, width in zip(kind.cells, cells, rooms[key], strict=True):
            text = cell.case.text(text)
            fits = not cell.wraps and "\n" not in text
            texts.append(([text] if text else []) if fits else lines(cell.case, text, width))
        height, _, measures = places(around, texts)
        longest = max(map(len, texts))
        if height <= room or longest < 2:
            store.append((repr(height), "1", *map(LINE.join, texts)))
            continue
        tallest = max(above + below for measure in measures for above, below in measure)
        frame = max(sum(borders(forme, cell, *around)) + cell.padding[0] + cell.padding[2] for cell in kind.cells)
        count = max(1, int((room - frame) / tallest))
        for start in range(0, longest, count):
            piece = [text[start : start + count] for text in texts]
            height, *_ = places(around, piece)
            store.append((repr(height), "1" if start + count >= longest else "", *map(LINE.join, piece)))
    return store


def composed(spool: Spool, store: Store) -> Iterator[tuple]:
    """What ``compose`` stored: (kinds of the row above, of the row, and of the row below; lines; height; whether the
    row ends here).
    """
    around, kinds, whole = neighbours(spool), None, True
    for height, ends, *cells in store:
        if whole:
            kinds = next(around)
        whole = bool(ends)
        yield kinds, [cell.split(LINE) if cell else [] for cell in cells], float(height), whole
