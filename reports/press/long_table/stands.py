"""Where the parts of a long table stand in a laid out document."""

from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure import boxes

from .known_css import Unknown
from .layout import Layout, tables_of


@dataclass
class Stand:
    """Where a part of a table stands."""

    page: int  # from 0, in the layout
    y: float  # of the first row, CSS pixels from the top of the page
    room: float  # from there to the foot of the page
    box: Any  # the table's box on this page
    wrapper: Any  # the box around it
    parent: Any  # the box around that
    sizes: dict  # of the document's first page, which some lengths depend on
    begins: bool  # whether the table does
    anchor: Any = None  # what is left in the table's place, when WeasyPrint sets it anew

    @property
    def lefts(self) -> list[float]:
        """The left edges of the columns."""
        return self.box.column_positions

    def clear(self) -> None:
        """Take the stand-in's rows out: their place is for the real ones."""
        for group in self.box.children:
            if not group.is_header:
                group.children = []

    def clear_all(self, page) -> None:
        """Take the stand-in out of its ``weasyprint.document.Page``, with its head and its frame.

        An empty cell stays, for the place in the structure. Links in the head, which would have none there, do not.
        """
        gone = set(self.box.descendants())
        page.links = [link for link in page.links if link[3] not in gone]
        cell = self.box.children[0].children[0].children[0]
        self.anchor = boxes.TableCellBox.anonymous_from(cell, [])
        self.wrapper.children = [self.anchor if child is self.box else child for child in self.wrapper.children]


def stands_of(layout: Layout, table) -> list[Stand]:
    """Where the rows of a table stand. Raises Unknown."""
    stands = []
    sizes = layout.context.style_for.initial_page_sizes
    for number, page in enumerate(layout.boxes):
        notes = page.children[1] if len(page.children) > 1 else None
        foot = page.content_box_y() + page.height
        if isinstance(notes, boxes.FootnoteAreaBox) and notes.children:
            foot -= notes.margin_height()
        for box, wrapper, parent in tables_of(page, table):
            if not box.children[0].is_header:
                raise Unknown("a head that leaves no room for a row")
            spacing = box.style["border_spacing"][1] if box.style["border_collapse"] == "separate" else 0
            bottom = foot - sum(group.height + spacing for group in box.children if group.is_footer)
            rows = [row for group in box.children if not (group.is_header or group.is_footer) for row in group.children]
            for row in rows:
                room = bottom - row.position_y
                stands.append(Stand(number, row.position_y, room, box, wrapper, parent, sizes, begins=not stands))
    return stands


def unseen(layout: Layout, table) -> int:
    """How many rows of an ordinary table stand on no page, or reach beyond its edge."""
    rows = set(table.find("tbody"))
    for page in layout.boxes:
        for box, *_ in tables_of(page, table):
            boxes_of_rows = (row for group in box.children for row in group.children)
            rows -= {row.element for row in boxes_of_rows if row.position_y + row.height <= page.margin_height()}
    return len(rows)


def total_pages(layout: Layout, tables: list) -> int:
    """How many pages the document has: those that are laid out, and those that others stand in for."""
    return len(layout.boxes) + sum(len(table.parts or table.stands) - len(table.stands) for table in tables)


def counters(tables: list) -> str:
    """CSS that makes the page counter jump over the pages that are not laid out."""
    rules, shift = [], 0
    for table in tables:
        count = len(table.stand_ins) if table.parts else 3
        last = table.stands[0].page + shift + count
        if len(table.parts) > count:
            rules.append(f"@page :nth({last}) {{ counter-increment: page {len(table.parts) - count + 1} }}")
        shift += count - len(table.stands)
    return "\n".join(rules)


def prune(layout: Layout, tables: list) -> None:
    """Take the stand-ins' rows out of the laid out pages, or all of the table where WeasyPrint draws it anew."""
    for table in tables:
        for stand in table.stands:
            if table.proof:
                stand.clear_all(layout.document.pages[stand.page])
            else:
                stand.clear()
