"""The structure of a table on one page that WeasyPrint drew, for readers who listen."""

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, count

_GROUPS = {"thead": "/THead", "tbody": "/TBody", "tfoot": "/TFoot"}


class Outline:
    """What is remembered of a table's boxes: its groups, rows and cells, and which marked content is in which cell."""

    def __init__(self, table, marks: dict):
        """``marks``: as ``Stream._tags``, of nothing but this table."""
        self.groups: list[tuple[str, list[tuple[str, ...]]]] = []  # (type, [what each cell is, for each row])
        owners: dict[int, int] = {}
        cells = 0
        for group in table.children:
            rows = []
            for row in group.children:
                rows.append(_same(tuple(_cell(cell, group.is_header) for cell in row.children)))
                for cell in row.children:
                    owners |= {marks[box]["mcid"]: cells for box in cell.descendants() if box in marks}
                    cells += 1
            self.groups.append((_GROUPS.get(group.element_tag, "/TBody"), rows))
        if len(owners) != dict.__len__(marks):
            raise RuntimeError("there is content in a table that is in none of its cells")
        self.owners = array("I", (owners[mark] for mark in sorted(owners)))  # of each mark: the number of its cell

    @property
    def size(self) -> int:
        """How many objects it is."""
        return sum(1 + sum(1 + len(row) for row in rows) for _, rows in self.groups)

    def children(self, number: int) -> list[bytes]:
        """References to the groups, if the first object has this number."""
        found = []
        for _, rows in self.groups:
            found.append(b"%d 0 R" % number)
            number += 1 + sum(1 + len(row) for row in rows)
        return found

    def references(self, number: int) -> list[bytes]:
        """What the marked content belongs to, in order."""
        cells = []
        for _, rows in self.groups:
            number += 1
            for row in rows:
                cells += range(number + 1, number + 1 + len(row))
                number += 1 + len(row)
        return [b"%d 0 R" % cells[owner] for owner in self.owners]

    def objects(self, number: int, parent: int, page: str, first: int) -> Iterator[tuple[int, bytes]]:
        """The groups with all that is in them. ``first`` is the number of the first marked content."""
        content: dict[int, list[int]] = {}
        for mark, cell in enumerate(self.owners, first):
            content.setdefault(cell, []).append(mark)
        marks = (content.get(cell, []) for cell in count())
        for kind, rows in self.groups:
            group = number
            starts = list(accumulate((1 + len(row) for row in rows), initial=group + 1))
            yield group, f"<</S{kind}/P {parent} 0 R/K[{_references(starts[:-1])}]>>".encode()
            for row, cells in zip(starts, rows, strict=False):
                numbers = range(row + 1, row + 1 + len(cells))
                yield row, f"<</S/TR/P {group} 0 R/K[{_references(numbers)}]>>".encode()
                for cell, what in zip(numbers, cells, strict=True):
                    yield cell, f"<<{what}/P {row} 0 R/Pg {page}/K[{' '.join(map(str, next(marks)))}]>>".encode()
            number = starts[-1]


def _references(numbers: Iterable[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _cell(cell, in_head: bool) -> str:
    """What a cell is, as entries of its dictionary."""
    spans = "".join(
        f"/{name} {span}" for name, span in (("ColSpan", cell.colspan), ("RowSpan", cell.rowspan)) if span > 1
    )
    if cell.element_tag != "th":
        return f"/S/TD/A<</O/Table{spans}>>" if spans else "/S/TD"
    scope = "Column" if in_head else "Row"
    return f"/S/TH/A<</O/Table/Scope/{scope}{spans}>>"


@lru_cache(1000)
def _same(row: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple for all rows that are alike."""
    return row
