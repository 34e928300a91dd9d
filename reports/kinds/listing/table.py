"""The rows of a listing in words, as the press wants them: [role, cell, ...], or [[role, tone, ...], cell, ...]."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain, islice

from django.utils.translation import gettext, pgettext

from reports.columns import NUMERIC, TEXT, Column
from reports.kinds.cells import Printer
from reports.kinds.document import rows_in_words
from reports.kinds.formats import Formats
from reports.kinds.looks import MARKS

Line = Sequence[str | Sequence[str]]
TOGETHER = 500


def css_class(column: Column) -> str:
    """Numbers stand on the right; whatever is not text is never broken."""
    return "n" if column.type in NUMERIC else "" if column.type == TEXT else "d"


@dataclass(frozen=True)
class Table:
    """What is printed: the columns with what prints their values, and which of them are added up."""

    printers: list[Printer]
    totals: list[str]
    formats: Formats

    @cached_property
    def columns(self) -> list[Column]:
        return [printer.column for printer in self.printers]

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
            if any(printer.tone for printer in self.printers):
                yield from self._toned(some)
                continue
            columns = [map(printer.cell, values) for printer, values in zip(self.printers, zip(*some))]  # noqa: B905
            for cells in zip(*columns, strict=True):
                yield "row", *cells

    def _toned(self, rows: list[tuple]) -> Iterator[Line]:
        """A coloured value has the mark of its colour before it."""
        for row in rows:
            values = list(zip(self.printers, row))  # noqa: B905
            tones = [printer.tone(value) if printer.tone else "" for printer, value in values]
            cells = [printer.cell(value) for printer, value in values]
            if not any(tones):
                yield "row", *cells
                continue
            pairs = zip(tones, cells, strict=True)
            yield ["row", *tones], *(f"{MARKS[tone]} {cell}" if tone else cell for tone, cell in pairs)

    def heading(self, name: str, value: str, rows: int) -> Line:
        return ["group", f"{name}: {value} · {rows_in_words(self.formats, rows)}"]

    def sums(self, label: str, sums: dict[str, str | None], role: str) -> Iterator[Line]:
        """The label stands before the first sum, or on a line of its own when there is no room before it."""
        if not self.label:
            yield ["group", label]
        named = [(printer, printer.column.name) for printer in self.printers]
        words = [_in_words(printer, sums[name]) if name in sums else "" for printer, name in named]
        yield [role, *([label] if self.label else []), *words[self.label :]]

    def sum_in_words(self, i: int, sum_: str | None) -> str:
        return _in_words(self.printers[i], sum_)


def _in_words(printer: Printer, sum_: str | None) -> str:
    return printer.cell(None if sum_ is None else Decimal(sum_))


def grouped(table: Table, rows: Iterator[tuple], groups: Iterable[str], group: Printer, place: int) -> Iterator[Line]:
    """The rows under headings; `groups` are lines of `groups.jsonl`, `place` is where a row has the group's value."""
    for line in groups:
        facts = json.loads(line)
        first = next(rows)
        none = group.look.empty or pgettext("a row without a value", "none")
        words = none if first[place] in (None, "") else group.cell(first[place])
        yield table.heading(group.look.name, words, facts["rows"])
        yield from table.rows(chain([first], islice(rows, facts["rows"] - 1)))
        if facts["totals"]:
            yield from table.sums(gettext("Total for %(group)s") % {"group": words}, facts["totals"], "subtotal")
