"""Rows with their lines broken and their heights known."""

from collections.abc import Iterator

from .breaking import Between, Measured, lines
from .forme import Cell, Forme, Kind
from .rows import LINE, Spool, Store, carried_beside

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


def situations(around, carries: bool) -> list:
    """The neighbours of a row among other rows, and, if lines are carried, also right below one, right above one, and
    between two.
    """
    above, key, below = around
    line = carried_beside(key)
    return [around, (line, key, below), (above, key, line), (line, key, line)] if carries else [around]


def between(forme: Forme, spool: Spool, carries: bool) -> Between:
    """What stands between the rows of a table."""
    if not carries:
        return Between(forme.spacing[1])
    keys = [(key, carried_beside(key)) for key in set(spool.keys)]
    foot = {key: _even_height(forme, (key, line, line ^ 1)) for key, line in keys}
    head = {key: _even_height(forme, (line ^ 1, line, key)) for key, line in keys}
    return Between(forme.spacing[1], foot, head)


def measured(forme: Forme, spool: Spool, store: Store | None, carries: bool) -> Iterator[Measured]:
    """The height of every row, or piece of one. ``store`` is what ``compose`` made, or None when rows are even."""
    if store is None:
        return _even_heights(forme, spool, carries)
    return ((around[1], tuple(map(float, texts.split()))) for around, texts, *_ in _stored(spool, store))


def _even_heights(forme: Forme, spool: Spool, carries: bool) -> Iterator[Measured]:
    known: dict = {}
    for around in neighbours(spool):
        if around not in known:
            known[around] = tuple(_even_height(forme, each) for each in situations(around, carries))
        yield around[1], known[around]


def _even_height(forme: Forme, around) -> float:
    kind = forme.kinds[around[1]]
    return place(forme, kind, around, [["x"]] * len(kind.cells))[0]


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


def compose(forme: Forme, widths: list[float], spool: Spool, room: float, carries: bool) -> Store:
    """Break every row into lines: heights as of Measured, whether the row ends here, the lines of each cell.

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
        arounds = situations(around, carries)
        heights = [places(each, texts)[0] for each in arounds]
        if max(heights) <= room or max(map(len, texts)) < 2:
            store.append((_in_words(heights), "1", *map(LINE.join, texts)))
            continue
        pieces = _cut(texts, _most_lines(forme, arounds, places(around, texts)[2], room))
        for piece in pieces:
            heights = [places(each, piece)[0] for each in arounds]
            store.append((_in_words(heights), "1" if piece is pieces[-1] else "", *map(LINE.join, piece)))
    return store


def _in_words(heights: list[float]) -> str:
    return " ".join(map(repr, heights))


def _cut(texts: list[list[str]], count: int) -> list[list[list[str]]]:
    """Pieces of at most ``count`` lines."""
    return [[text[start : start + count] for text in texts] for start in range(0, max(map(len, texts)), count)]


def _most_lines(forme: Forme, arounds: list, measures: list[list], room: float) -> int:
    """How many lines fit on a page, one at least."""
    tallest = max(above + below for measure in measures for above, below in measure)
    frame = max(
        sum(borders(forme, cell, *around)) + cell.padding[0] + cell.padding[2]
        for around in arounds
        for cell in forme.kinds[around[1]].cells
    )
    return max(1, int((room - frame) / tallest))


def composed(spool: Spool, store: Store) -> Iterator[tuple]:
    """What ``compose`` stored: (kinds of the row above, of the row, and of the row below; lines; whether the row ends
    here).
    """
    for around, _, ends, cells in _stored(spool, store):
        yield around, [cell.split(LINE) if cell else [] for cell in cells], ends


def _stored(spool: Spool, store: Store) -> Iterator[tuple]:
    around, kinds, whole = neighbours(spool), None, True
    for heights, ends, *cells in store:
        if whole:
            kinds = next(around)
        whole = bool(ends)
        yield kinds, heights, whole, cells
