"""Proofs: the heights of the rows that WeasyPrint sets, found before they are broken into pages."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from .galley import Compositor, Galley
from .known_css import Unknown

_FUDGE = 1 + 1e-9  # WeasyPrint's own allowance for rounding at the foot of a page


@dataclass
class Proof:
    """The rows of a table, and the pieces of those that are taller than a page, with their heights in CSS pixels."""

    heights: array = field(default_factory=lambda: array("d"))
    rows: array = field(default_factory=lambda: array("Q"))  # the row's number
    cuts: dict[int, dict] = field(default_factory=dict)  # where in its row a piece begins, for all but the first
    breaks: set[int] = field(default_factory=set)  # the rows, or first pieces, that the CSS has begin a page

    def add(self, number: int, height: float, cut: dict | None = None) -> None:
        """Add a row, or a piece of one."""
        if cut:
            self.cuts[len(self.rows)] = cut
        self.rows.append(number)
        self.heights.append(height)


def prove(compositor: Compositor, stand, room: float, tell: Callable[[float, float], None]) -> Proof:
    """Lay out all rows once. A row taller than ``room``, the height of a page in CSS pixels, is cut.

    ``stand`` is where the table stands on a page that is full. ``tell`` is told now and then of pages so far, and of
    about how many there will be.
    """
    proof, start, pages = Proof(), 0, 0.0
    while start < compositor.count:
        stop, weight = start, 0
        while stop < compositor.count and weight < compositor.full:
            weight += compositor.weight(stop)
            stop += 1
        first = len(proof.rows)
        _measure(compositor.galley(start, stop), stand, range(start, stop), room, proof)
        pages += sum(proof.heights[first:]) / room
        tell(pages, pages / stop * compositor.count)
        start = stop
    return proof


def _measure(galley: Galley, stand, numbers: range, room: float, proof: Proof) -> None:
    galley.begin_page(numbers.stop)
    page = galley.lay_out(stand, numbers.start)
    if list(page.rows) != list(numbers):
        raise RuntimeError(f"{len(page.rows)} of {len(numbers)} rows were laid out")
    for number, row in page.rows.items():
        if number in galley.breaks:
            proof.breaks.add(len(proof.rows))
        if row.height > room * _FUDGE:
            _cut(galley, stand, number, room, proof)
        else:
            proof.add(number, row.height)


def _cut(galley: Galley, stand, number: int, room: float, proof: Proof) -> None:
    galley.allow_cut(number)
    galley.begin_page(number + 1)
    cut = None
    while True:
        page = galley.lay_out(stand, number, cut, stand.y + room)
        if list(page.rows) != [number] or (page.cut and page.cut == cut):
            raise Unknown("a row that is taller than a page and cannot be cut")
        proof.add(number, room if page.cut else page.rows[number].height, cut)
        cut = page.cut
        if not cut:
            return
