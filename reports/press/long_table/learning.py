"""What is learned of long tables from a first layout: their forme, their columns, and whether one page may do."""

from contextlib import suppress

from . import breaking, columns, composing, forme, selectors, specimen
from .known_css import Unknown, check_counts
from .layout import Layout, Source
from .stands import stands_of
from .tables import LongTable

SHORT = 10  # rows up to which a table is an ordinary table: WeasyPrint is faster than the press is to set up
ONE_PAGE = 100  # rows up to which a table may fit on one page


def learn(source: Source, tables: list[LongTable], fonts: dict, missing: set[str]) -> Layout | None:
    """Learn the forme of each table and choose its columns. Returns the layout that all of them were learned from.

    A short table becomes an ordinary one, and so does one whose columns cannot be measured.
    """
    for table in tables:
        if len(table.spool) <= SHORT:
            del table.element.attrib["data-rows"]
            table.hand_back()
    tables = [table for table in tables if len(table.spool) > SHORT]
    if not tables:
        return None
    orders = [specimen.order(table.spool, table.carries) for table in tables]
    rows = [specimen.fill(table.element, order, "x") for table, order in zip(tables, orders, strict=True)]
    layout = source.lay_out()
    wrappers = {element.etree_element: element for element in source.html.wrapper_element.iter_subtree()}
    for table, order, elements in zip(tables, orders, rows, strict=True):
        try:
            check_counts(layout.context, (inner for row in elements for inner in row.iter()))
            asked = selectors.check(layout, wrappers[table.element], order)
            table.forme = forme.learn(layout, table.element, elements, order, fonts, missing)
        except Unknown as reason:
            table.hand_back_whole(str(reason))
            continue
        table.handed_back = table.forme.unknown = asked or table.forme.unknown
        table.widths = columns.widths(table.forme, table.spool, table.tally.widest() if table.carries else ())
        _fix_widths(table)
        with suppress(Unknown):
            _suppose_one_page(layout, table)
    return layout if all(table.forme for table in tables) else None


def _fix_widths(table: LongTable) -> None:
    known = table.forme
    width = sum(table.widths) + known.spacing[0] * (known.columns + 1) + known.decoration
    style = f"table-layout: fixed; box-sizing: border-box; width: {width!r}px; break-inside: auto"
    table.element.set("style", f"{table.element.get('style', '')}; {style}")
    specimen.fix_columns(table.element, table.widths)


def _suppose_one_page(layout: Layout, table: LongTable) -> None:
    """Break a table that may end on the page where it begins as if it did: mostly it stands where its specimen does."""
    if table.handed_back or len(table.spool) > ONE_PAGE:
        return
    table.room = stands_of(layout, table.element)[0].room
    if not composing.is_even(table.forme, table.spool):
        table.store = composing.compose(table.forme, table.widths, table.spool, table.room, table.carries)
    heights, gap = [heights[0] for _, heights in table.measured], table.forme.spacing[1]
    height = sum(heights) + gap * (len(heights) - 1)
    if height + gap <= table.room:
        table.parts = [breaking.Part(len(heights), height, begins=True, ends=True)]
