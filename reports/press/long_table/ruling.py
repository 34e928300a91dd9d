"""Backgrounds and lines of the rows on a page, in the order in which WeasyPrint paints them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .forme import Cell, Forme

_ALL = (1, 1, 1, 1)


class Rule(NamedTuple):
    """One operator, with a place for how far down the page the row is."""

    setting: tuple[Any, float | None]  # colour, and width of the pen for a stroke
    start: str
    tops: tuple[float, ...]
    pieces: tuple[str, ...]  # what follows each of the tops


class Ruling:
    """The rules of one table's rows, made once for each kind of row and neighbours."""

    def __init__(self, forme: Forme, lefts: list[float], widths: list[float]):
        self.forme, self.widths = forme, widths
        self.edges = [*lefts, lefts[-1] + widths[-1]]
        self.lefts = lefts
        self._known: dict = {}

    def page(self, colour: Callable) -> "Page":
        """Start a page."""
        return Page(self, colour)

    def rules(self, around, height: float) -> tuple[list[Rule], list[Rule]]:
        """Backgrounds and lines of a row. ``around``: the kind of the row above, of the row, of the row below."""
        key = around, height
        if key not in self._known:
            if len(self._known) > 2000:
                self._known.clear()
            lines = self._collapsed(around, height) if self.forme.collapses else self._frames(around[1], height)
            self._known[key] = self._grounds(around[1], height), lines
        return self._known[key]

    def _grounds(self, key: int, height: float) -> list[Rule]:
        kind = self.forme.kinds[key]
        cells = [(cell, kind.background) for cell in kind.cells] + [(cell, cell.background) for cell in kind.cells]
        return [
            Rule((colour, None), f"{left:.3f} ", (0,), (f" {right - left:.3f} {height:.3f} re f",))
            for left, right, colour in self._runs(cells)
            if colour
        ]

    def _runs(self, cells: list[tuple[Cell, Any]]) -> list[tuple[float, float, Any]]:
        """Left and right edges, and what is the same in all cells between."""
        runs: list[tuple[float, float, Any]] = []
        for cell, value in cells:
            left, right = self.lefts[cell.column], self._right(cell)
            if runs and runs[-1][2] == value and abs(runs[-1][1] - left) < 1e-6:
                runs[-1] = (runs[-1][0], right, value)
            else:
                runs.append((left, right, value))
        return runs

    def _right(self, cell: Cell) -> float:
        last = cell.column + cell.span - 1
        return self.lefts[last] + self.widths[last]

    def _collapsed(self, around, height: float) -> list[Rule]:
        above, key, below = around
        lines = []
        for column, (width, colour) in enumerate(self.forme.kinds[key].along):
            if width and colour:
                x = f"{self.edges[column]:.3f}"
                tops = (-self._reach(above, key, column), height + self._reach(key, below, column))
                lines.append(Rule((colour, width), f"{x} ", tops, (f" m {x} ", " l S")))
        edges = self.forme.across.get((key, below), [])
        start = 0
        for column in range(1, len(edges) + 1):
            if column < len(edges) and edges[column] == edges[start]:
                continue
            width, colour = edges[start]
            if width and colour:
                left = self.edges[start] - self._half(key, below, start)
                right = self.edges[column] + self._half(key, below, column)
                lines.append(Rule((colour, width), f"{left:.3f} ", (height, height), (f" m {right:.3f} ", " l S")))
            start = column
        return lines

    def _half(self, key: int, below: int | None, column: int) -> float:
        kinds = [self.forme.kinds[k] for k in (key, below) if k is not None]
        return max(kind.along[column][0] for kind in kinds) / 2

    def _reach(self, above: int | None, below: int | None, column: int) -> float:
        edges = self.forme.across.get((above, below), [])
        return max((edges[c][0] for c in (column - 1, column) if 0 <= c < len(edges)), default=0) / 2

    def _frames(self, key: int, height: float) -> list[Rule]:
        """Borders that do not collapse. Neighbours with the same line get one line."""
        cells = self.forme.kinds[key].cells
        if all(len(set(cell.borders)) == 1 for cell in cells):
            rings = [self._ring(c.borders[0], _ALL, self.lefts[c.column], self._right(c), height) for c in cells]
            return [rule for ring in rings for rule in ring]
        lines = []
        for side, sides in ((0, (1, 0, 0, 0)), (2, (0, 0, 1, 0))):
            for left, right, edge in self._runs([(cell, cell.borders[side]) for cell in cells]):
                lines += self._ring(edge, sides, left, right, height)
        for cell in cells:
            for side, sides in ((3, (0, 0, 0, 1)), (1, (0, 1, 0, 0))):
                lines += self._ring(cell.borders[side], sides, self.lefts[cell.column], self._right(cell), height)
        return lines

    def _ring(self, edge, sides: tuple[int, int, int, int], x: float, end: float, height: float) -> list[Rule]:
        """The same border on some sides of a box: what is inside the box but outside its padding, as WeasyPrint does.

        Not a plain rectangle, because viewers draw thin rectangles thicker than they are.
        """
        thick, colour = edge
        if not thick or not colour:
            return []
        top, right, bottom, left = (thick * side for side in sides)
        inner = f" {end - x - left - right:.3f} {height - top - bottom:.3f} re {x:.3f} "
        outer = f" {end - x:.3f} {height:.3f} re f*"
        return [Rule((colour, None), f"{x + left:.3f} ", (top, 0), (inner, outer))]


class Page:
    """The backgrounds and lines of one page."""

    def __init__(self, ruling: Ruling, colour: Callable):
        self._ruling, self._colour = ruling, colour
        self._layers: tuple[list[str], list[str]] = ([], [])
        self._settings: list = [None, None]

    def row(self, around, y: float, height: float) -> None:
        """Rule a row."""
        for layer, rules in enumerate(self._ruling.rules(around, height)):
            out = self._layers[layer]
            for setting, start, tops, pieces in rules:
                if setting != self._settings[layer]:
                    self._settings[layer] = setting
                    colour, pen = setting
                    out.append(self._colour(colour) if pen is None else f"{self._colour(colour, True)}\n{pen:.3f} w")
                if len(tops) == 1:
                    out.append(f"{start}{y + tops[0]:.3f}{pieces[0]}")
                else:
                    out.append(f"{start}{y + tops[0]:.3f}{pieces[0]}{y + tops[1]:.3f}{pieces[1]}")

    def finish(self) -> list[str]:
        """All operators: backgrounds first."""
        return [*self._layers[0], *self._layers[1]]
