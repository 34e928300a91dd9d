"""Backgrounds and lines of the rows on a page, in the order in which WeasyPrint paints them."""

from collections.abc import Callable

from .forme import Cell, Forme


class Page:
    """The backgrounds and lines of one page."""

    def __init__(self, forme: Forme, lefts: list[float], widths: list[float], colour: Callable):
        self.forme, self.lefts, self.widths, self.colour = forme, lefts, widths, colour
        self.grounds: list[str] = []
        self.lines: list[str] = []
        self._fill = {id(self.grounds): None, id(self.lines): None}
        self._last = None

    def row(self, around, y: float, height: float) -> None:
        """Rule a row: ``around`` is the kind of the row above, of the row, and of the row below."""
        above, key, below = around
        kind = self.forme.kinds[key]
        if kind.background:
            if self.forme.spacing[0]:
                for cell in kind.cells:
                    self._paint(self.grounds, kind.background, self._left(cell), y, self._width(cell), height)
            else:
                width = self.lefts[-1] + self.widths[-1] - self.lefts[0]
                self._paint(self.grounds, kind.background, self.lefts[0], y, width, height)
        for cell in kind.cells:
            if cell.background:
                self._paint(self.grounds, cell.background, self._left(cell), y, self._width(cell), height)
        if self.forme.collapses:
            self._along(around, y, height)
            self._across(key, below, y + height)
        else:
            self._frames(kind.cells, y, height)

    def finish(self) -> list[str]:
        """All operators: backgrounds first."""
        return self.grounds + self.lines

    def _left(self, cell: Cell) -> float:
        return self.lefts[cell.column]

    def _width(self, cell: Cell) -> float:
        last = cell.column + cell.span - 1
        return self.lefts[last] + self.widths[last] - self.lefts[cell.column]

    def _paint(self, out: list[str], colour, x: float, y: float, width: float, height: float) -> None:
        if self._fill[id(out)] is not colour:
            self._fill[id(out)] = colour
            out.append(self.colour(colour))
        out.append(f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re f")

    def _across(self, key: int, below: int | None, y: float) -> None:
        """The line under a row, as few pieces as possible."""
        edges = self.forme.across.get((key, below), [])
        start = 0
        for column in range(1, len(edges) + 1):
            if column < len(edges) and edges[column] == edges[start]:
                continue
            width, colour = edges[start]
            if width and colour:
                left = self.lefts[start] - self._half(key, below, start)
                right = self.lefts[column - 1] + self.widths[column - 1] + self._half(key, below, column)
                self._paint(self.lines, colour, left, y - width / 2, right - left, width)
            start = column

    def _half(self, key: int, below: int | None, column: int) -> float:
        kinds = [self.forme.kinds[k] for k in (key, below) if k is not None]
        return max(kind.along[column][0] for kind in kinds) / 2

    def _along(self, around, y: float, height: float) -> None:
        above, key, below = around
        for column, (width, colour) in enumerate(self.forme.kinds[key].along):
            if width and colour:
                top = self._reach(above, key, column)
                bottom = self._reach(key, below, column)
                x = (self.lefts[column] if column < len(self.lefts) else self.lefts[-1] + self.widths[-1]) - width / 2
                self._paint(self.lines, colour, x, y - top, width, height + top + bottom)

    def _reach(self, above: int | None, below: int | None, column: int) -> float:
        edges = self.forme.across.get((above, below), [])
        return max((edges[c][0] for c in (column - 1, column) if 0 <= c < len(edges)), default=0) / 2

    def _frames(self, cells: list[Cell], y: float, height: float) -> None:
        """Borders that do not collapse. Neighbours with the same line get one line."""
        for side in (0, 2):
            start = None  # the cell where the line begins
            for index, cell in enumerate(cells):
                edge = cell.borders[side]
                start = cell if start is None else start
                follows = cells[index + 1].borders[side] if index + 1 < len(cells) else None
                if follows == edge and not self.forme.spacing[0]:
                    continue
                width, colour = edge
                if width and colour:
                    left = self._left(start)
                    top = y if side == 0 else y + height - width
                    self._paint(self.lines, colour, left, top, self._left(cell) + self._width(cell) - left, width)
                start = None
        for cell in cells:
            for side, x in ((3, self._left(cell)), (1, self._left(cell) + self._width(cell))):
                width, colour = cell.borders[side]
                if width and colour:
                    self._paint(self.lines, colour, x if side == 3 else x - width, y, width, height)
