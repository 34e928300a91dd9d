"""The rows of a listing as HTML, piece by piece."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import islice

from django.utils.translation import gettext, pgettext

from reports.columns import NUMERIC, TEXT, Column
from reports.kinds.document import rows_in_words
from reports.kinds.formats import MISSING, Formats

# WeasyPrint's work on a <tbody> grows faster than its rows.
ROWS_PER_BODY = 100
# Finding the end of a line in a word takes a time that grows with the square of the word.
LONGEST_RUN = 200
_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN}}}")

Cell = Callable[[object], str]


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

    def rows(self, rows: Iterable[tuple]) -> str:
        """One <tbody> without its tag: a row may have more values than there are columns."""
        starts = [f"<td class={name}>" if (name := css_class(column)) else "<td>" for column in self.columns]
        parts = list(zip(starts, self.cells, strict=True))
        return "\n".join(
            "<tr>" + "".join([start + _markup(cell(value)) for (start, cell), value in zip(parts, row)])  # noqa: B905
            for row in rows
        )

    def heading(self, column: Column, value: str, rows: int) -> str:
        text = f"{column.name}: {value}"
        count = rows_in_words(self.formats, rows)
        return (
            f'<tr class="group"><th scope="row" colspan="{len(self.columns)}">{escape(text)}'
            f" <small>{escape(count)}</small></th></tr>"
        )

    def sums(self, label: str, sums: dict[str, str | None], css_class: str = "") -> str:
        """The label stands before the first sum, or on a line of its own when there is no room before it."""
        first = next(i for i, column in enumerate(self.columns) if column.name in sums)
        name = f"sum {css_class}".strip()
        start = f'<tr class="{name}">'
        if first == 0:
            start = f'<tr class="{name}"><th scope="row" colspan="{len(self.columns)}">{escape(label)}</th></tr>'
            start += f'<tr class="{name} under">'
        else:
            start += f'<th scope="row" colspan="{first}">{escape(label)}</th>'
        return start + "".join(self._sum(i, sums) for i in range(first, len(self.columns))) + "</tr>"

    def sum_in_words(self, i: int, sum_: str | None) -> str:
        return MISSING if sum_ is None else self.cells[i](Decimal(sum_))

    def _sum(self, i: int, sums: dict[str, str | None]) -> str:
        name = self.columns[i].name
        return f'<td class="n">{escape(self.sum_in_words(i, sums[name]))}</td>' if name in sums else "<td></td>"


def plain(table: Table, rows: Iterator[tuple]) -> Iterator[tuple[int, str]]:
    """(number of rows so far, HTML) until all rows are written."""
    done = 0
    while chunk := list(islice(rows, ROWS_PER_BODY)):
        done += len(chunk)
        yield done, f"<tbody>{table.rows(chunk)}</tbody>\n"


def grouped(
    table: Table, rows: Iterator[tuple], groups: Iterable[str], group: Column, place: int, cell: Cell
) -> Iterator[tuple[int, str]]:
    """The same, under headings; `groups` are lines of `groups.jsonl`, `place` is where a row has the group's value."""
    done = 0
    for line in groups:
        facts = json.loads(line)
        mine = islice(rows, facts["rows"])
        chunk = list(islice(mine, ROWS_PER_BODY))
        value = chunk[0][place]
        words = pgettext("a row without a value", "none") if value in (None, "") else cell(value)
        start = table.heading(group, words, facts["rows"])
        while chunk:
            done += len(chunk)
            following = list(islice(mine, ROWS_PER_BODY))
            end = "" if following or not facts["totals"] else table.sums(_label(words), facts["totals"])
            yield done, f"<tbody>{start}{table.rows(chunk)}{end}</tbody>\n"
            start, chunk = "", following


def _markup(text: str) -> str:
    """A cell's text as HTML; a word without end is given places to break."""
    if len(text) <= LONGEST_RUN:
        return escape(text, False)
    return escape(_LONG_RUN.sub("\\g<0>\0", text), False).replace("\0", "<wbr>")


def _label(words: str) -> str:
    return gettext("Total for %(group)s") % {"group": words}
