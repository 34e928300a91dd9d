"""Rows as ordinary elements of a table: specimens, stand-ins, and rows that are handed back."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from .rows import KEYS, Key, Spool


def order(spool: Spool) -> list[int]:
    """Kinds of rows in an order where everything that follows one another in the table does so here."""
    keys = [spool.keys[0]]

    def lead_to(key: int) -> None:
        if (key - len(keys)) % 2:  # a row's parity is its place: a row more puts it right
            keys.append(keys[-1] ^ 1)
        keys.append(key)

    for above, below in sorted(spool.pairs):
        if keys[-1] != above:
            lead_to(above)
        keys.append(below)
    if keys[-1] != spool.keys[-1]:
        lead_to(spool.keys[-1])
    return keys


def fill(table: Element, keys: list[int]) -> list[Element]:
    """Put specimen rows into the table's body."""
    body = next(table.iter("tbody"))
    body[:] = []
    return [add_row(body, KEYS[key], classes(table), ["x"] * len(classes(table))) for key in keys]


def classes(table: Element) -> list[str]:
    """The class of each column: that of its heading."""
    *_, last = next(table.iter("thead")).iter("tr")
    return [cell.get("class", "") for cell in last]


def add_row(body: Element, key: Key, columns: list[str], cells: Sequence[str]) -> Element:
    """Add an ordinary row to a table."""
    row = SubElement(body, "tr", {"class": key.role})
    if key.role == "group":
        heading = SubElement(row, "th", {"scope": "row", "colspan": str(len(columns))})
        heading.text = cells[0]
        return row
    for name, text in zip(columns, cells, strict=True):
        SubElement(row, "td", {"class": name} if name else {}).text = text
    return row
