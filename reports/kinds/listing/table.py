"""The rows of a listing in words, as the press wants them: [role, cell, ...]."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice

from django.utils.translation import gettext, pgettext

from reports.columns import NUMERIC, TEXT, Column
from reports.kinds.document import rows_in_words
from reports.kinds.formats import MISSING, Formats

Cell = Callable[[object], str]
Line = Sequence[str]
TOGETHER = 500


def css_class(column: Column) -> str:
    """Numbers stand on the right; whatever is not text is never broken."""
    return "n" if column.type in NUMERIC else "" if column.type == TEXT else "d"


@dataclass(frozen=True)
class Table:
    """What is printed: the columns, what prints their values, and which of them are added up."""

    columns: list[Column]
    cells: list[Cell]
    totals: list[str]
    formats: Formats

    @property
    def label(self) -> int:
        """How many columns stand before the first sum: there is room for its label."""
        summed = (i for i, column in enumerate(self.columns) if column.name in self.totals)
        return next(summed, 0)

    @property
    def place_of_label(self) -> tuple[int, int] | None:
        """The first column that the label of a carried line stands over, and how many: those before the first sum,
        else one that has no sum."""
        free = (i for i, column in enumerate(self.columns) if column.name not in self.totals)
        first = next(free, None)
        return None if first is None else (first, self.label or 1)

    def rows(self, rows: Iterable[tuple]) -> Iterator[Line]:
        """Some hundreds at a time, column by column.  A row may have more values than there are columns."""
        rows = iter(rows)
        while some := list(islice(rows, TOGETHER)):
            columns = [map(cell, values) for cell, values in zip(self.cells, zip(*some))]  # noqa: B905
            for cells in zip(*columns, strict=True):
                yield "row", *cells

    def heading(self, column: Column, value: str, rows: int) -> Line:
        return ["group", f"{column.name}: {value} · {rows_in_words(self.formats, rows)}"]

    def sums(self, label: str, sums: dict[str, str | None], role: str) -> Iterator[Line]:
        """The label stands before the first sum, or on a line of its own when there is no room before it."""
        if not self.label:
            yield ["group", label]
        words = [self._sum(column.name, cell, sums) for column, cell in zip(self.columns, self.cells, strict=True)]
        yield [role, *([label] if self.label else []), *words[self.label :]]

    def sum_in_words(self, i: int, sum_: str | None) -> str:
        return _in_words(self.cells[i], sum_)

    def _sum(self, name: str, cell: Cell, sums: dict[str, str | None]) -> str:
        return _in_words(cell, sums[name]) if name in sums else ""


def _in_words(cell: Cell, sum_: str | None) -> str:
    return MISSING if sum_ is None else cell(Decimal(sum_))


def grouped(
    table: Table, rows: Iterator[tuple], groups: Iterable[str], group: Column, place: int, cell: Cell
) -> Iterator[Line]:
    """The rows under headings; `groups` are lines of `groups.jsonl`, `place` is where a row has the group's value."""
    for line in groups:
        facts = json.loads(line)
        first = next(rows)
        words = pgettext("a row without a value", "none") if first[place] in (None, "") else cell(first[place])
        yield table.heading(group, words, facts["rows"])
        yield from table.rows(chain([first], islice(rows, facts["rows"] - 1)))
        if facts["totals"]:
            yield from table.sums(gettext("Total for %(group)s") % {"group": words}, facts["totals"], "subtotal")
