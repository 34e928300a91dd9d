"""The structure of tagged long tables, for readers who listen: one Table per page, as WeasyPrint does.

WeasyPrint tags what it lays out, the heads of tables among it. The rows, and the heads of copied pages, are added
here: they are too many to be objects in memory, so their text is made while the file is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pydyf

from .forme import Forme
from .outline import Outline


@dataclass
class Part:
    """The rows of a table on one page."""

    page: int  # from 0
    stamp: Any
    copied: Any
    first: int  # the first number of marked content
    kinds: bytes = b""  # of its rows
    outline: Outline | None = None  # of the table, if WeasyPrint drew it


class Tags:
    """Counts the marked content of pages, then makes the structure."""

    def __init__(self):
        self.parts: list[Part] = []
        self._next = 0

    def open_part(self, page: int, stream, stamp, copied) -> int:
        """Start the rows of one table on a page. Returns the number of its first marked content."""
        if not (self.parts and self.parts[-1].page == page):
            self._next = len(copied.marks if copied else stream._tags)
        self.parts.append(Part(page, stamp, copied, self._next))
        return self._next

    def close_part(self, kinds: bytes) -> None:
        """Remember the rows that were set."""
        part = self.parts[-1]
        part.kinds = kinds
        cells = {key: len(kind.cells) for key, kind in part.stamp.table.forme.kinds.items()}
        self._next += sum(cells[key] for key in kinds)

    def close_plate(self, outline: Outline) -> None:
        """Remember a table that WeasyPrint drew."""
        self.parts[-1].outline = outline
        self._next += len(outline.owners)

    def structure(self, pdf: pydyf.PDF) -> Iterator[tuple[int, bytes]]:
        """Hang the tables into the structure that WeasyPrint made, and yield their objects: (number, data)."""
        by_number = {item.number: item for item in pdf.objects}
        root = by_number[_number(pdf.catalog["StructTreeRoot"])]
        document = by_number[_number(root["K"][0])]
        mapping = by_number[_number(root["ParentTree"])]["Nums"]
        pages = pdf.page_references
        inserted: dict[int, list[bytes]] = {}
        plans = []
        number = len(pdf.objects)
        for part in self.parts:
            if part.outline:
                first = number + bool(part.copied)  # a copied page has no Table yet
                if part.copied:
                    inserted.setdefault(part.page, []).append(b"%d 0 R" % number)
                    parent = document.number
                else:
                    parent = _fill(part.stamp.stand.anchor, by_number, part.outline.children(first))
                plans.append((part, None, number, parent, None))
                mapping[2 * part.page + 1].extend(part.outline.references(first))
                number = first + part.outline.size
                continue
            forme = part.stamp.table.forme
            counts = {key: len(kind.cells) for key, kind in forme.kinds.items()}
            size = sum(1 + counts[key] for key in part.kinds)
            if part.copied:
                inserted.setdefault(part.page, []).append(b"%d 0 R" % number)
                plans.append((part, forme, number, document.number, counts))
                head = _Head(part.copied, part.stamp.stand, number)
                rows = head.body + 1
                refs = [*head.references(), *_cell_references(part, rows, counts)]
                number = rows + size
            else:
                body = _body(part.stamp.stand, by_number)
                body["K"].extend(_row_references(part, number, counts))
                plans.append((part, forme, number, body.number, counts))
                refs = list(_cell_references(part, number, counts))
                number += size
            mapping[2 * part.page + 1].extend(refs)
        _sort_in(document, inserted, by_number, pages)
        return self._objects(plans, pages)

    def _objects(self, plans, pages) -> Iterator[tuple[int, bytes]]:
        for part, forme, number, parent, counts in plans:
            page = pages[part.page].decode()
            if part.outline:
                yield from _plate(part, number, parent, page)
                continue
            if part.copied:
                head = _Head(part.copied, part.stamp.stand, number)
                yield from head.table(parent, page, _row_references(part, head.body + 1, counts))
                number, parent = head.body + 1, head.body
            yield from _rows(part, forme, number, parent, page)


def _number(reference) -> int:
    return int(bytes(reference).split()[0])


def _body(stand, by_number):
    """The structure element that takes the rows of a table that was laid out."""
    for row in stand.box.children[0].children:
        for cell in row.children:
            cell.mark["A"]["Scope"] = "/Column"
    head = by_number[_number(by_number[_number(cell.mark["P"])]["P"])]
    table = by_number[_number(head["P"])]
    return next(item for kid in table["K"] if (item := by_number[_number(kid)])["S"] == "/TBody")


def _fill(anchor, by_number, kids: list[bytes]) -> int:
    """Put the parts of a table that WeasyPrint drew into its structure element, in the place of an empty cell.

    Returns the number of the element.
    """
    cell = anchor.mark
    table = by_number[_number(cell["P"])]
    place = table["K"].index(cell.reference)
    table["K"][place : place + 1] = kids
    cell.free = "f"
    return table.number


def _plate(part: Part, number: int, parent: int, page: str) -> Iterator[tuple[int, bytes]]:
    """The objects of a table that WeasyPrint drew."""
    if part.copied:
        kids = b" ".join(part.outline.children(number + 1)).decode()
        yield number, f"<</S/Table/P {parent} 0 R/K[{kids}]>>".encode()
        number, parent = number + 1, number
    yield from part.outline.objects(number, parent, page, part.first)


def _row_references(part: Part, number: int, counts: dict[int, int]) -> list[bytes]:
    references = []
    for key in part.kinds:
        references.append(b"%d 0 R" % number)
        number += 1 + counts[key]
    return references


def _cell_references(part: Part, number: int, counts: dict[int, int]) -> Iterator[bytes]:
    for key in part.kinds:
        for cell in range(1, 1 + counts[key]):
            yield b"%d 0 R" % (number + cell)
        number += 1 + counts[key]


class _Head:
    """The table on a copied page, down to its head: objects from ``number`` to ``body``."""

    def __init__(self, copied, stand, number: int):
        marks = {box: mark["mcid"] for box, mark in copied.marks.items()}
        self.number = number
        self.rows: list[tuple[int, list[tuple[int, int, list[int]]]]] = []  # (number, [(number, span, marks)])
        number += 2
        for row in stand.box.children[0].children:
            cells = [
                (number + 1 + index, cell.colspan, sorted(marks[box] for box in cell.descendants() if box in marks))
                for index, cell in enumerate(row.children)
            ]
            self.rows.append((number, cells))
            number += 1 + len(cells)
        self.body = number

    def references(self) -> list[bytes]:
        """What the marked content of the head belongs to, in order."""
        owners = {mark: number for _, cells in self.rows for number, _, marks in cells for mark in marks}
        return [b"%d 0 R" % owners[mark] for mark in sorted(owners)]

    def table(self, parent: int, page: str, rows: list[bytes]) -> Iterator[tuple[int, bytes]]:
        """The objects of the table, its head and its body, but not of the rows in the body."""
        table, head = self.number, self.number + 1
        yield table, f"<</S/Table/P {parent} 0 R/K[{head} 0 R {self.body} 0 R]>>".encode()
        kids = " ".join(f"{number} 0 R" for number, _ in self.rows)
        yield head, f"<</S/THead/P {table} 0 R/K[{kids}]>>".encode()
        for row, cells in self.rows:
            kids = " ".join(f"{number} 0 R" for number, _, _ in cells)
            yield row, f"<</S/TR/P {head} 0 R/K[{kids}]>>".encode()
            for number, span, marks in cells:
                wide = f"/ColSpan {span}" if span > 1 else ""
                content = " ".join(map(str, marks))
                scope = f"/A<</O/Table/Scope/Column{wide}>>"
                yield number, f"<</S/TH/P {row} 0 R/Pg {page}/K[{content}]{scope}>>".encode()
        yield self.body, f"<</S/TBody/P {table} 0 R/K[{b' '.join(rows).decode()}]>>".encode()


def _rows(part: Part, forme: Forme, number: int, parent: int, page: str) -> Iterator[tuple[int, bytes]]:
    mark = part.first
    for key in part.kinds:
        cells = forme.kinds[key].cells
        kids = " ".join([f"{kid} 0 R" for kid in range(number + 1, number + 1 + len(cells))])
        yield number, f"<</S/TR/P {parent} 0 R/K[{kids}]>>".encode()
        row = number
        for cell in cells:
            number += 1
            extra = f"/S/TH/A<</O/Table/Scope/Row/ColSpan {cell.span}>>" if cell.heads else "/S/TD"
            yield number, f"<<{extra}/P {row} 0 R/Pg {page}/K {mark}>>".encode()
            mark += 1
        number += 1


def _sort_in(document, inserted: dict[int, list[bytes]], by_number, pages) -> None:
    """Put the tables of copied pages where they are read: after what is on the pages before."""
    order = {page: index for index, page in enumerate(pages)}
    kids = [(order.get(by_number[_number(kid)].get("Pg"), 0), kid) for kid in document["K"]]
    kids += [(page, kid) for page, tables in inserted.items() for kid in tables]
    document["K"][:] = [kid for _, kid in sorted(kids, key=lambda item: item[0])]
