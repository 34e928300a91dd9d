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
        self._pen = None

    def row(self, around, y: float, height: float) -> None:
        """Rule a row: ``around`` is the kind of the row above, of the row, and of the row below."""
        _, key, below = around
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
        self._ink(out, colour)
        out.append(f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re f")

    def _ink(self, out: list[str], colour) -> None:
        if self._fill[id(out)] is not colour:
            self._fill[id(out)] = colour
            out.append(self.colour(colour))

    def _stroke(self, colour, width: float, x1: float, y1: float, x2: float, y2: float) -> None:
        if self._pen != (colour, width):
            self._pen = colour, width
            self.lines.append(f"{self.colour(colour, stroke=True)}\n{width:.3f} w")
        self.lines.append(f"{x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l S")

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
                self._stroke(colour, width, left, y, right, y)
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
                x = self.lefts[column] if column < len(self.lefts) else self.lefts[-1] + self.widths[-1]
                self._stroke(colour, width, x, y - top, x, y + height + bottom)

    def _reach(self, above: int | None, below: int | None, column: int) -> float:
        edges = self.forme.across.get((above, below), [])
        return max((edges[c][0] for c in (column - 1, column) if 0 <= c < len(edges)), default=0) / 2

    def _frames(self, cells: list[Cell], y: float, height: float) -> None:
        """Borders that do not collapse. Neighbours with the same line get one line."""
        if all(len(set(cell.borders)) == 1 for cell in cells):
            for cell in cells:
                self._ring(cell.borders[0], (1, 1, 1, 1), self._left(cell), y, self._width(cell), height)
            return
        for side, sides in ((0, (1, 0, 0, 0)), (2, (0, 0, 1, 0))):
            start = None  # the cell where the line begins
            for index, cell in enumerate(cells):
                edge = cell.borders[side]
                start = cell if start is None else start
                follows = cells[index + 1].borders[side] if index + 1 < len(cells) else None
                if follows == edge and not self.forme.spacing[0]:
                    continue
                left = self._left(start)
                self._ring(edge, sides, left, y, self._left(cell) + self._width(cell) - left, height)
                start = None
        for cell in cells:
            for side, sides in ((3, (0, 0, 0, 1)), (1, (0, 1, 0, 0))):
                self._ring(cell.borders[side], sides, self._left(cell), y, self._width(cell), height)

    def _ring(self, edge, sides: tuple[int, int, int, int], x: float, y: float, width: float, height: float) -> None:
        """The same border on some sides of a box: what is inside the box but outside its padding, as WeasyPrint does.

        Not a plain rectangle, because viewers draw thin rectangles thicker than they are.
        """
        thick, colour = edge
        if not thick or not colour:
            return
        top, right, bottom, left = (thick * side for side in sides)
        self._ink(self.lines, colour)
        inner = f"{x + left:.3f} {y + top:.3f} {width - left - right:.3f} {height - top - bottom:.3f} re"
        self.lines.append(f"{inner} {x:.3f} {y:.3f} {width:.3f} {height:.3f} re f*")

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
                self._stroke(colour, width, left, y, right, y)
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
                x = self.lefts[column] if column < len(self.lefts) else self.lefts[-1] + self.widths[-1]
                self._stroke(colour, width, x, y - top, x, y + height + bottom)

    def _reach(self, above: int | None, below: int | None, column: int) -> float:
        edges = self.forme.across.get((above, below), [])
        return max((edges[c][0] for c in (column - 1, column) if 0 <= c < len(edges)), default=0) / 2

    def _frames(self, cells: list[Cell], y: float, height: float) -> None:
        """Borders that do not collapse. Neighbours with the same line get one line."""
        if all(len(set(cell.borders)) == 1 for cell in cells):
            for cell in cells:
                self._ring(cell.borders[0], (1, 1, 1, 1), self._left(cell), y, self._width(cell), height)
            return
        for side, sides in ((0, (1, 0, 0, 0)), (2, (0, 0, 1, 0))):
            start = None  # the cell where the line begins
            for index, cell in enumerate(cells):
                edge = cell.borders[side]
                start = cell if start is None else start
                follows = cells[index + 1].borders[side] if index + 1 < len(cells) else None
                if follows == edge and not self.forme.spacing[0]:
                    continue
                left = self._left(start)
                self._ring(edge, sides, left, y, self._left(cell) + self._width(cell) - left, height)
                start = None
        for cell in cells:
            for side, sides in ((3, (0, 0, 0, 1)), (1, (0, 1, 0, 0))):
                self._ring(cell.borders[side], sides, self._left(cell), y, self._width(cell), height)

    def _ring(self, edge, sides: tuple[int, int, int, int], x: float, y: float, width: float, height: float) -> None:
        """The same border on some sides of a box: what is inside the box but outside its padding, as WeasyPrint does.

        Not a plain rectangle, because viewers draw thin rectangles thicker than they are.
        """
        thick, colour = edge
        if not thick or not colour:
            return
        top, right, bottom, left = (thick * side for side in sides)
        self._ink(self.lines, colour)
        inner = f"{x + left:.3f} {y + top:.3f} {width - left - right:.3f} {height - top - bottom:.3f} re"
        ring = f"{inner} {x:.3f} {y:.3f} {width:.3f} {height:.3f} re f*"
        if sides == (1, 1, 1, 1):
            self.lines.append(ring)
            return
        x1, x2 = (x, x + width) if top or bottom else (x, x + left) if left else (x + width - right, x + width)
        y1, y2 = (y, y + height) if left or right else (y, y + top) if top else (y + height - bottom, y + height)
        clip = f"{x2:.3f} {y1:.3f} m {x1:.3f} {y1:.3f} l {x1:.3f} {y2:.3f} l {x2:.3f} {y2:.3f} l W n"
        self.lines.append(f"q {clip} {ring} Q")

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
                self._stroke(colour, width, left, y, right, y)
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
                x = self.lefts[column] if column < len(self.lefts) else self.lefts[-1] + self.widths[-1]
                self._stroke(colour, width, x, y - top, x, y + height + bottom)

    def _reach(self, above: int | None, below: int | None, column: int) -> float:
        edges = self.forme.across.get((above, below), [])
        return max((edges[c][0] for c in (column - 1, column) if 0 <= c < len(edges)), default=0) / 2

    def _frames(self, cells: list[Cell], y: float, height: float) -> None:
        """Borders that do not collapse. Neighbours with the same line get one line."""
        if all(len(set(cell.borders)) == 1 for cell in cells):
            for cell in cells:
                self._ring(cell.borders[0], (1, 1, 1, 1), self._left(cell), y, self._width(cell), height)
            return
        for side, sides in ((0, (1, 0, 0, 0)), (2, (0, 0, 1, 0))):
            start = None  # the cell where the line begins
            for index, cell in enumerate(cells):
                edge = cell.borders[side]
                start = cell if start is None else start
                follows = cells[index + 1].borders[side] if index + 1 < len(cells) else None
                if follows == edge and not self.forme.spacing[0]:
                    continue
                left = self._left(start)
                self._ring(edge, sides, left, y, self._left(cell) + self._width(cell) - left, height)
                start = None
        for cell in cells:
            for side, sides in ((3, (0, 0, 0, 1)), (1, (0, 1, 0, 0))):
                self._ring(cell.borders[side], sides, self._left(cell), y, self._width(cell), height)

    def _ring(self, edge, sides: tuple[int, int, int, int], x: float, y: float, width: float, height: float) -> None:
        """The same border on some sides of a box: what is inside the box but outside its padding, as WeasyPrint does.

        Not a plain rectangle, because viewers draw thin rectangles thicker than they are.
        """
        thick, colour = edge
        if not thick or not colour:
            return
        top, right, bottom, left = (thick * side for side in sides)
        self._ink(self.lines, colour)
        inner = f"{x + left:.3f} {y + top:.3f} {width - left - right:.3f} {height - top - bottom:.3f} re"
        self.lines.append(f"{inner} {x:.3f} {y:.3f} {width:.3f} {height:.3f} re f*")
