"""The numbers of a table added up as they were printed: from the texts on the pages, not from the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from types import MappingProxyType

from reports.kinds.cells import Numbers
from reports.kinds.formats import Formats
from reports.kinds.looks import Look

# No sum is rounded: the digits of the largest and of the smallest number that can be printed fit.
_EXACT = Context(prec=1_000, traps=[Inexact])


@dataclass
class Printed:
    """What was printed of one column."""

    filled: int = 0  # how many values, those that are no finite numbers among them
    finite: int = 0
    sum: Decimal = Decimal(0)  # of the finite ones, exactly

    def add(self, number: Decimal | None) -> None:
        if number is None:
            return
        self.filled += 1
        if number.is_finite():
            self.finite += 1
            self.sum = _EXACT.add(self.sum, number)


class Tally:
    """Adds up columns of numbers while the press sets them."""

    def __init__(self, columns: Mapping[int, int], formats: Formats, looks: Mapping[int, Look] = MappingProxyType({})):
        """`columns`: the index of each cell that is added up, and the decimals of its column's data; `formats` and
        `looks`, by the same index: what printed them.
        """
        self.numbers = {
            index: Numbers(formats, decimals, looks.get(index, Look(""))) for index, decimals in columns.items()
        }
        self.rows = 0
        self.printed = {index: Printed() for index in columns}

    def add(self, cells: Sequence[str]) -> None:
        """Take the cells of a row as they were printed. Raises ArithmeticError for a text that `Numbers.write` does
        not write.
        """
        self.rows += 1
        for index, column in self.printed.items():
            column.add(self.numbers[index].read(cells[index]))

    def in_words(self, index: int) -> str:
        """The sum so far in print; as that of a whole column, it is missing without values or with an endless one."""
        column = self.printed[index]
        is_known = column.filled and column.finite == column.filled
        return self.numbers[index].write(column.sum if is_known else None)
