"""The numbers of a table added up as they were printed: from the texts on the pages, not from the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact

from reports.kinds.formats import MISSING, Formats

# No sum is rounded: the digits of the largest and of the smallest number that can be printed fit.
_EXACT = Context(prec=1_000, traps=[Inexact])


@dataclass
class Printed:
    """What was printed of one column."""

    filled: int = 0  # how many values, those that are no finite numbers among them
    finite: int = 0
    sum: Decimal = Decimal(0)  # of the finite ones, exactly


class Tally:
    """Adds up columns of numbers while the press sets them."""

    def __init__(self, columns: Mapping[int, int], formats: Formats):
        """`columns`: the index of each cell that is added up, and the decimals that its column is printed with;
        `formats`: what printed them.
        """
        self.columns, self.formats = columns, formats
        self.rows = 0
        self.printed = {index: Printed() for index in columns}
        symbols = formats.locale.number_symbols["latn"]
        self._marks = str.maketrans({symbols["group"]: "", symbols["decimal"]: ".", "∞": "Infinity"})

    def add(self, cells: Sequence[str]) -> None:
        """Take the cells of a row as they were printed. Raises ArithmeticError for a text that `Formats.number` does
        not write.
        """
        self.rows += 1
        for index, column in self.printed.items():
            if cells[index] == MISSING:
                continue
            column.filled += 1
            number = Decimal(cells[index].translate(self._marks))
            if number.is_finite():
                column.finite += 1
                column.sum = _EXACT.add(column.sum, number)

    def in_words(self, index: int) -> str:
        """The sum so far in print; as that of a whole column, it is missing without values or with an endless one."""
        column = self.printed[index]
        if not column.filled or column.finite < column.filled:
            return MISSING
        return self.formats.number(column.sum, self.columns[index])
