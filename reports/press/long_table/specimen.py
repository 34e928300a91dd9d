"""Rows as ordinary elements of a table: specimens, stand-ins, and rows that are handed back."""

from collections.abc import Iterable, Sequence
from itertools import repeat, zip_longest
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from .rows import KEYS, SUMS, Key, Spool, carried_beside


class Columns(NamedTuple):
    """The columns of a table."""

    classes: list[str]  # of each: that of its heading
    label: int  # how many of them the first cell of a sum spans, as its heading; 0: it has none
    tones: dict[str, str]  # the colours that cells may have, by name

    def cells_of(self, role: str) -> int:
        """How many cells a row has."""
        if role == "group":
            return 1
        labelled = self.label and role in SUMS
        return len(self.classes) - self.label + 1 if labelled else len(self.classes)


def order(spool: Spool, carries: bool) -> list[int]:
    """Kinds of rows in an order where everything that follows one another in the table does so here.

    If the table ``carries``, a line may be carried over the page after every row.
    """
    keys, pairs = [spool.keys[0]], set(spool.pairs)
    if carries:
        for key in set(spool.keys):
            line = carried_beside(key)
            pairs |= {(key, line), (line, line ^ 1), (line ^ 1, line), (line, key)}

    def lead_to(key: int) -> None:
        if (key - len(keys)) % 2:  # a row's parity is its place: a row more puts it right
            keys.append(keys[-1] ^ 1)
        keys.append(key)

    for above, below in sorted(pairs):
        if keys[-1] != above:
            lead_to(above)
        keys.append(below)
    if keys[-1] != spool.keys[-1]:
        lead_to(spool.keys[-1])
    return keys


def fill(table: Element, keys: Iterable[int], text: str) -> list[Element]:
    """Put rows of these kinds into the table's body, with the same text in every cell."""
    columns = columns_of(table)
    return put(table, ((key, [text] * columns.cells_of(KEYS[key].role)) for key in keys))


def put(
    table: Element, rows: Iterable[tuple[int, Sequence[str]]], tones: Iterable[Sequence[str]] = repeat(())
) -> list[Element]:
    """Put rows, each a kind and its cells, into the table's body, in place of what is there.

    ``tones`` has those of the cells of each row.
    """
    body, columns = table.find("tbody"), columns_of(table)
    body[:] = []
    return [add_row(body, KEYS[key], columns, cells, toned) for (key, cells), toned in zip(rows, tones)]  # noqa: B905


def columns_of(table: Element) -> Columns:
    """What the head and the attributes of a table say of its columns."""
    *_, last = next(table.iter("thead")).iter("tr")
    tones = dict(named.split() for named in table.get("data-tones", "").split(",") if named)
    return Columns([cell.get("class", "") for cell in last], int(table.get("data-label", 0)), tones)


def fix_columns(table: Element, widths: list[float]) -> None:
    """Give every column its width, in CSS pixels: on the <col> that the table has for it, or on a new one."""
    columns: list[Element] = []
    for group in table.findall("colgroup"):
        old = list(group) or [Element("col", {"span": group.attrib.pop("span", "1")})]
        group[:] = [Element("col", column.attrib) for column in old for _ in range(int(column.attrib.pop("span", 1)))]
        columns += group
    group = Element("colgroup")
    group.extend(Element("col") for _ in widths[len(columns) :])
    table.insert(list(table).index(table.find("thead")), group)
    for column, width in zip([*columns, *group], widths, strict=False):
        column.set("style", f"{column.get('style', '')}; width: {width!r}px")


def add_row(body: Element, key: Key, columns: Columns, cells: Sequence[str], tones: Sequence[str] = ()) -> Element:
    """Add an ordinary row to a table."""
    row = SubElement(body, "tr", {"class": key.role})
    spanned = len(columns.classes) - len(cells) + 1
    if key.role == "group" or (key.role in SUMS and columns.label):
        heading = SubElement(row, "th", {"scope": "row", "colspan": str(spanned)})
        heading.text, cells = cells[0], cells[1:]
    classes = columns.classes[len(columns.classes) - len(cells) :]
    for name, text, tone in zip_longest(classes, cells, tones, fillvalue=""):
        cell = SubElement(row, "td", {"class": name} if name else {})
        cell.text = text
        if tone:
            cell.set("style", f"color: {columns.tones[tone]}")
    return row
