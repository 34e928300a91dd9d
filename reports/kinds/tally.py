"""Printed numbers, read back from the page and added up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from reports.kinds.formats import MISSING, Formats

_EXACT = Context(prec=200)


@dataclass
class Sum:
    """filled: how many values there are.  total: the exact sum of those that are finite."""

    filled: int = 0
    total: Decimal = Decimal(0)

    def add(self, value: Decimal) -> None:
        self.filled += 1
        if value.is_finite():
            self.total = _EXACT.add(self.total, value)

    def as_json(self) -> dict:
        return {"filled": self.filled, "sum": str(self.total)}


class Tally:
    """Adds up the numbers of some columns while the press prints them; see `reports.press.long_table.Tally`.

    `places`: where in a row the columns stand, from 0.
    """

    def __init__(self, places: Iterable[int], formats: Formats):
        self.rows = 0
        self.sums = {place: Sum() for place in places}
        self._value = formats.value

    def add(self, cells: Sequence[str]) -> None:
        self.rows += 1
        for place, sum_ in self.sums.items():
            if cells[place] != MISSING:
                sum_.add(self._value(cells[place]))
