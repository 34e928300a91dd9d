"""Long tables in the flow of a document: stand-ins take their place while WeasyPrint lays out what is around them.

A stand-in is the table itself, head and all, with one tall empty row for the rows on its first page, one or more for
the full pages between, and one for the last. Between first and last, at most three pages stand in for however many
there are; a page counter that jumps keeps the numbers right.
"""

from collections.abc import Callable
from functools import partial
from itertools import islice, pairwise

from . import breaking, composing, specimen
from .galley import Compositor
from .known_css import Unknown
from .layout import Layout, Source
from .moving import move
from .proof import prove
from .stands import counters, stands_of, total_pages, unseen
from .tables import LongTable

_ROUNDS = 8


def place(
    source: Source, tables: list[LongTable], learned: Layout | None, tell: Callable[[str, float, float], None]
) -> Layout:
    """Lay out the document with stand-ins, again until every table stands where it was broken for.

    Nothing is laid out when the layout that the tables were ``learned`` from will do. A table that no stand-in can
    stand for is set in one piece. ``tell`` is told how far WeasyPrint has laid out a table that it sets: its name, the
    pages so far, and about how many there will be.
    """
    if learned and move(learned, [table for table in tables if table.forme]):
        return learned
    css, total = "", 0
    for table in tables:
        if table.forme:
            _stand_in(table)
    for _ in range(_ROUNDS + 3 * len(tables)):
        layout = source.lay_out(css, total)
        standing, changed = [table for table in tables if table.forme], False
        for table in standing:
            changed = _move(source, layout, table, tell, changed)
        seen = [table for table in standing if table.forme and table.stands]
        wanted = counters(seen), total_pages(layout, seen)
        if not changed and wanted == (css, total or len(layout.boxes)):
            break
        css, total = wanted
    else:
        for table in standing:
            table.hand_back_whole("the tables of this document do not come to rest")
        layout = source.lay_out()
    for table in tables:
        if table.handed_back and not table.forme and (lost := unseen(layout, table.element)):
            raise RuntimeError(f"{lost} rows of {table.name!r} are not to be seen on any page")
    return layout


def _move(source: Source, layout: Layout, table: LongTable, tell, unsettled: bool) -> bool:
    """See where a table stands now. Returns whether the document has to be laid out anew.

    While a table before it is ``unsettled``, its place is not known, and it starts afresh: with a first part that is
    too tall to move up, it would never do so. So does one that was supposed to end on the page where it begins.
    """
    try:
        table.stands = stands_of(layout, table.element)
        if not unsettled and _holds(table):
            return False
        if unsettled or (table.parts and not table.rest):
            table.parts, table.lead = [], 0.0
        else:
            _break(source, table, tell)
        _stand_in(table)
    except Unknown as reason:
        if table.forme.unknown:
            table.hand_back_whole(str(reason))
        else:
            _hand_back_in_parts(table, str(reason))
    return True


def _hand_back_in_parts(table: LongTable, reason: str) -> None:
    table.handed_back = table.forme.unknown = reason
    table.parts, table.rest, table.lead, table.stands = [], {}, 0.0, []
    _stand_in(table)


def _stand_in(table: LongTable) -> None:
    """Put tall empty rows in the place of the rows. Before the table is broken: three, to see the room on each page."""
    heights = [table.parts[part].height for part in table.stand_ins] if table.parts else [table.lead, 0, 0]
    # The first row and the last one decide on the lines above and below the rows, where borders collapse.
    keys = [table.spool.keys[-1 if 0 < number == len(heights) - 1 else 0] for number in range(len(heights))]
    for number, row in enumerate(specimen.fill(table.element, keys, "")):
        breaks = f"break-before: {'page' if number else 'auto'}; break-after: auto; break-inside: avoid"
        row.set("style", f"height: {heights[number]!r}px; {breaks}")


def _holds(table: LongTable) -> bool:
    """Whether the table stands as it was broken: the same room on its first page, and a page for each part."""
    in_place = bool(table.parts) and abs(table.stands[0].room - table.room) < 1e-6
    return in_place and _stands_on(table, len(table.stand_ins))


def _stands_on(table: LongTable, count: int) -> bool:
    """Whether the table stands on so many pages, one row on each."""
    pages = [stand.page for stand in table.stands]
    return pages == [*range(pages[0], pages[0] + count)] if pages else False


def _break(source: Source, table: LongTable, tell) -> None:
    """Break the rows into pages, for the room there is."""
    if not table.parts and not _stands_on(table, 3):
        raise Unknown("the table does not break across pages")
    between = composing.between(table.forme, table.spool, table.carries)
    if not table.rest:
        table.rest = {stand.page % 2: stand.room for stand in table.stands[1:]}
        # For one row on any page, with the gaps around it and what is carried.
        room = min(table.rest.values()) - max(between.most, 2 * between.gap)
        if table.forme.unknown:
            compositor = Compositor(source, table.element, table.spool)
            table.proof = prove(compositor, table.stands[1], room, partial(tell, table.name))
        elif not composing.is_even(table.forme, table.spool):
            table.store = composing.compose(table.forme, table.widths, table.spool, room, table.carries)
    table.room = table.stands[0].room
    table.parts = _parts(table, between)
    if not table.parts[0].rows:
        # Not even the first rows fit: a first row as tall as they are makes WeasyPrint move the table.
        lead = min(breaking.lead(table.measured, between), *table.rest.values())
        if lead == table.lead:
            raise Unknown("the first rows do not fit on a page")
        table.lead, table.parts = lead, []


def _parts(table: LongTable, between: breaking.Between) -> list[breaking.Part]:
    page, parts, rows = table.stands[0].page, [], table.measured
    rest = table.rest[(page + 1) % 2], table.rest[page % 2]
    breaks = sorted(table.proof.breaks) if table.proof else []
    for start, stop in pairwise([0, *breaks, None]):
        others = rest if len(parts) % 2 == 0 else rest[::-1]
        run = islice(rows, stop and stop - start)
        made = breaking.parts(run, others[1] if parts else table.room, others, between)
        parts += [part for part in made if part.rows] if parts else made
    return parts
