"""Long tables in the flow of a document: stand-ins take their place while WeasyPrint lays out what is around them.

A stand-in is the table itself, head and all, with one tall empty row for the rows on its first page, one or more for
the full pages between, and one for the last. Between first and last, at most three pages stand in for however many
there are; a page counter that jumps keeps the numbers right.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from weasyprint.formatting_structure import boxes

from . import breaking, columns, composing, forme, specimen
from .forme import Forme
from .known_css import Unknown
from .layout import Layout, Source, tables_of
from .rows import KEYS, Row, Spool, Store

SHORT = 30  # rows up to which a table is an ordinary table: WeasyPrint is faster than the press is to set up
_ROUNDS = 8
_PART = 200  # rows in one body of a table that is handed back


@dataclass
class Stand:
    """Where a part of a table stands."""

    page: int  # from 0, in the layout
    y: float  # of the first row, CSS pixels from the top of the page
    room: float  # from there to the foot of the page
    lefts: list[float]  # of the columns
    box: Any  # the table's box on this page


@dataclass
class LongTable:
    """A long table on its way through the press."""

    name: str
    element: Element
    spool: Spool
    forme: Forme | None = None
    widths: list[float] = field(default_factory=list)
    store: Store | None = None
    room: float = 0.0  # on the first page, CSS pixels
    rest: dict[int, float] = field(default_factory=dict)  # on even and odd pages after the first
    lead: float = 0.0  # height that the first rows need, if they did not fit at first
    parts: list[breaking.Part] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)

    @property
    def stand_ins(self) -> list[int]:
        """The parts that stand in the layout, by number: all of them when there are few."""
        count = len(self.parts)
        return list(range(count)) if count <= 5 else [0, *range(1, 3 + count % 2), count - 1]


def find(root: Element, rows) -> list[LongTable]:
    """The long tables of a document, their rows read. Raises ValueError."""
    tables = []
    for element in root.iter("table"):
        name = element.get("data-rows")
        if name is None:
            continue
        if name not in rows or any(table.name == name for table in tables):
            raise ValueError(f"the long table {name!r} has no rows, or is there twice")
        if element.find("thead") is None or not len(element.find("thead")):
            raise ValueError(f"the long table {name!r} has no head")
        if element.find("tbody") is None:
            SubElement(element, "tbody")
        tables.append(LongTable(name, element, Spool(map(_row, rows[name]()), specimen.columns_of(element).cells_of)))
    return tables


def _row(row) -> Row:
    return row if isinstance(row, Row) else Row(*row)


def learn(source: Source, tables: list[LongTable], fonts: dict, missing: set[str]) -> dict[str, str]:
    """Learn the forme of each table and choose its columns. Returns why which tables were handed back.

    A short table becomes an ordinary one, without a word.
    """
    for table in tables:
        if len(table.spool) <= SHORT:
            del table.element.attrib["data-rows"]
            hand_back(table)
    tables = [table for table in tables if len(table.spool) > SHORT]
    if not tables:
        return {}
    orders = [specimen.order(table.spool) for table in tables]
    rows = [specimen.fill(table.element, order) for table, order in zip(tables, orders, strict=True)]
    layout = source.lay_out()
    reasons = {}
    for table, order, elements in zip(tables, orders, rows, strict=True):
        try:
            table.forme = forme.learn(layout, table.element, elements, order, fonts, missing)
        except Unknown as reason:
            reasons[table.name] = str(reason)
            hand_back(table)
            continue
        table.widths = columns.widths(table.forme, table.spool)
        _fix_widths(table)
    return reasons


def hand_back(table: LongTable) -> None:
    """Let WeasyPrint set the table: put its rows in, as ordinary rows. It is slow with bodies of many rows."""
    old = table.element.find("tbody")
    at = list(table.element).index(old)
    table.element.remove(old)
    shape = specimen.columns_of(table.element)
    for number, (key, cells) in enumerate(table.spool):
        if number % _PART == 0:
            body = Element("tbody")
            table.element.insert(at + number // _PART, body)
        specimen.add_row(body, KEYS[key], shape, cells)


def place(source: Source, tables: list[LongTable]) -> Layout:
    """Lay out the document with stand-ins, again until every table stands where it was broken for.

    Raises Unknown when that does not come to an end.
    """
    css, total = "", 0
    for table in tables:
        _stand_in(table)
    for _ in range(_ROUNDS + 3 * len(tables)):
        layout = source.lay_out(css, total)
        changed = False
        for table in tables:
            changed = _move(layout, table, changed)
        wanted = _counters(tables), total_pages(layout, tables)
        if not changed and wanted == (css, total or len(layout.boxes)):
            return layout
        css, total = wanted
    raise Unknown("the tables of this document do not come to rest")


def _move(layout: Layout, table: LongTable, unsettled: bool) -> bool:
    """See where a table stands now. Returns whether the document has to be laid out anew.

    While a table before it is ``unsettled``, its place is not known, and it starts afresh: with a first part that is
    too tall to move up, it would never do so.
    """
    table.stands = _stands(layout, table)
    if unsettled:
        table.parts, table.lead = [], 0.0
    elif _holds(table):
        return False
    else:
        _break(table)
    _stand_in(table)
    return True


def _fix_widths(table: LongTable) -> None:
    for old in [child for child in table.element if child.tag in ("col", "colgroup")]:
        table.element.remove(old)
    group = Element("colgroup")
    for width in table.widths:
        SubElement(group, "col", {"style": f"width: {width!r}px"})
    table.element.insert(sum(child.tag == "caption" for child in table.element), group)
    known = table.forme
    width = sum(table.widths) + known.spacing[0] * (known.columns + 1) + known.decoration
    style = f"table-layout: fixed; box-sizing: border-box; width: {width!r}px; break-inside: auto"
    table.element.set("style", f"{table.element.get('style', '')}; {style}")


def _stand_in(table: LongTable) -> None:
    """Put tall empty rows in the place of the rows. Before the table is broken: three, to see the room on each page."""
    body = table.element.find("tbody")
    body[:] = []
    shape = specimen.columns_of(table.element)
    heights = [table.parts[part].height for part in table.stand_ins] if table.parts else [table.lead, 0, 0]
    for number, height in enumerate(heights):
        # The first row and the last one decide on the lines above and below the rows, where borders collapse.
        key = KEYS[table.spool.keys[-1 if 0 < number == len(heights) - 1 else 0]]
        row = specimen.add_row(body, key, shape, [""] * shape.cells_of(key.role))
        breaks = f"break-before: {'page' if number else 'auto'}; break-after: auto; break-inside: avoid"
        row.set("style", f"height: {height!r}px; {breaks}")


def _stands(layout: Layout, table: LongTable) -> list[Stand]:
    stands = []
    for number, page in enumerate(layout.boxes):
        notes = page.children[1] if len(page.children) > 1 else None
        foot = page.content_box_y() + page.height
        if isinstance(notes, boxes.FootnoteAreaBox) and notes.children:
            foot -= notes.margin_height()
        for box, _ in tables_of(page, table.element):
            if not box.children[0].is_header:
                raise Unknown("a head that leaves no room for a row")
            rows = [row for group in box.children if not group.is_header for row in group.children]
            stands += [Stand(number, row.position_y, foot - row.position_y, box.column_positions, box) for row in rows]
    return stands


def _holds(table: LongTable) -> bool:
    """Whether the table stands as it was broken: the same room on its first page, and a page for each part."""
    pages = [stand.page for stand in table.stands]
    return (
        bool(table.parts)
        and abs(table.stands[0].room - table.room) < 1e-6
        and pages == list(range(pages[0], pages[0] + len(table.stand_ins)))
    )


def _break(table: LongTable) -> None:
    """Break the rows into pages, for the room there is."""
    if not table.parts and len(table.stands) != 3:
        raise Unknown("the table does not break across pages")
    if not table.rest:
        table.rest = {stand.page % 2: stand.room for stand in table.stands[1:]}
        if not composing.is_even(table.forme, table.spool):
            table.store = composing.compose(table.forme, table.widths, table.spool, min(table.rest.values()))
    table.room = table.stands[0].room
    page = table.stands[0].page
    rest = table.rest[(page + 1) % 2], table.rest[page % 2]
    gap = table.forme.spacing[1]
    table.parts = breaking.parts(_heights(table), table.room, rest, gap)
    if not table.parts[0].rows:
        # Not even the first rows fit: a first row as tall as they are makes WeasyPrint move the table.
        lead = min(breaking.lead(_heights(table), gap), *rest)
        if lead == table.lead:
            raise Unknown("the first rows do not fit on a page")
        table.lead, table.parts = lead, []


def _heights(table: LongTable) -> Iterator[tuple[int, float]]:
    """(kind, height) of every row."""
    if table.store is None:
        return composing.even_heights(table.forme, table.spool)
    return ((kinds[1], height) for kinds, _, height, _ in composing.composed(table.spool, table.store))


def total_pages(layout: Layout, tables: list[LongTable]) -> int:
    """How many pages the document has: those that are laid out, and those that others stand in for."""
    return len(layout.boxes) + sum(len(table.parts or table.stands) - len(table.stands) for table in tables)


def _counters(tables: list[LongTable]) -> str:
    """CSS that makes the page counter jump over the pages that are not laid out."""
    rules, shift = [], 0
    for table in tables:
        count = len(table.stand_ins) if table.parts else 3
        last = table.stands[0].page + shift + count
        if len(table.parts) > count:
            rules.append(f"@page :nth({last}) {{ counter-increment: page {len(table.parts) - count + 1} }}")
        shift += count - len(table.stands)
    return "\n".join(rules)


def prune(tables: list[LongTable]) -> None:
    """Take the stand-ins' rows out of the laid out pages: their place is for the real ones."""
    for table in tables:
        for stand in table.stands:
            for group in stand.box.children:
                if not group.is_header:
                    group.children = []
