"""Long tables in the flow of a document: stand-ins take their place while WeasyPrint lays out what is around them.

A stand-in is the table itself, head and all, with one tall empty row for the rows on its first page, one or more for
the full pages between, and one for the last. Between first and last, at most three pages stand in for however many
there are; a page counter that jumps keeps the numbers right.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, pairwise
from xml.etree.ElementTree import Element, SubElement

from . import breaking, columns, composing, forme, specimen
from .forme import Forme
from .galley import Compositor
from .known_css import Unknown
from .layout import Layout, Source
from .proof import Proof, prove
from .rows import Row, Spool, Store
from .stands import Stand, counters, stands_of, total_pages, unseen
from .tally import Carrying, Tally

SHORT = 10  # rows up to which a table is an ordinary table: WeasyPrint is faster than the press is to set up
ONE_PAGE = 100  # rows up to which a table may fit on one page
MOST_WHOLE = 2000  # rows of a table that WeasyPrint has to set in one piece: it takes 150 KB for each of 8 cells
_ROUNDS = 8


@dataclass
class LongTable:
    """A long table on its way through the press."""

    name: str
    element: Element
    spool: Spool
    tally: Tally | None = None
    handed_back: str = ""  # why WeasyPrint sets it, if not just because it is short
    forme: Forme | None = None  # unless WeasyPrint sets it in one piece
    widths: list[float] = field(default_factory=list)
    store: Store | None = None
    proof: Proof | None = None  # if WeasyPrint sets it page by page
    room: float = 0.0  # on the first page, CSS pixels
    rest: dict[int, float] = field(default_factory=dict)  # on even and odd pages after the first
    lead: float = 0.0  # height that the first rows need, if they did not fit at first
    parts: list[breaking.Part] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)

    @property
    def carries(self) -> bool:
        """Whether lines are carried over its pages."""
        return isinstance(self.tally, Carrying) and not self.handed_back

    @property
    def stand_ins(self) -> list[int]:
        """The parts that stand in the layout, by number: all of them when there are few."""
        count = len(self.parts)
        return list(range(count)) if count <= 5 else [0, *range(1, 3 + count % 2), count - 1]


def find(root: Element, rows, tallies: Mapping[str, Tally]) -> list[LongTable]:
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
        spool = Spool(map(_row, rows[name]()), specimen.columns_of(element).cells_of)
        tables.append(LongTable(name, element, spool, tallies.get(name)))
    return tables


def _row(row) -> Row:
    return row if isinstance(row, Row) else Row(*row)


def learn(source: Source, tables: list[LongTable], fonts: dict, missing: set[str]) -> None:
    """Learn the forme of each table and choose its columns.

    A short table becomes an ordinary one, and so does one whose columns cannot be measured.
    """
    for table in tables:
        if len(table.spool) <= SHORT:
            del table.element.attrib["data-rows"]
            hand_back(table)
    tables = [table for table in tables if len(table.spool) > SHORT]
    if not tables:
        return
    orders = [specimen.order(table.spool, table.carries) for table in tables]
    rows = [specimen.fill(table.element, order, "x") for table, order in zip(tables, orders, strict=True)]
    layout = source.lay_out()
    for table, order, elements in zip(tables, orders, rows, strict=True):
        try:
            table.forme = forme.learn(layout, table.element, elements, order, fonts, missing)
        except Unknown as reason:
            _hand_back_whole(table, str(reason))
            continue
        table.handed_back = table.forme.unknown
        table.widths = columns.widths(table.forme, table.spool, table.tally.widest() if table.carries else ())
        _fix_widths(table)
        _suppose_one_page(layout, table)


def _hand_back_whole(table: LongTable, reason: str) -> None:
    """Have WeasyPrint set the table in one piece. Raises RuntimeError when it is too long for that."""
    if len(table.spool) > MOST_WHOLE:
        raise RuntimeError(f"{table.name!r} has to be set in one piece, and has more than {MOST_WHOLE} rows: {reason}")
    table.handed_back, table.forme, table.proof = reason, None, None
    hand_back(table)


def hand_back(table: LongTable) -> None:
    """Make the table an ordinary one: put its rows in."""
    specimen.put(table.element, table.spool, map(table.spool.tones_of, range(len(table.spool))))


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
    heights, gap = [heights[0] for _, heights in _measured(table)], table.forme.spacing[1]
    height = sum(heights) + gap * (len(heights) - 1)
    if height + gap <= table.room:
        table.parts = [breaking.Part(len(heights), height, begins=True, ends=True)]


def place(source: Source, tables: list[LongTable], tell: Callable[[str, float, float], None]) -> Layout:
    """Lay out the document with stand-ins, again until every table stands where it was broken for.

    A table that no stand-in can stand for is set in one piece. ``tell`` is told how far WeasyPrint has laid out a table
    that it sets: its name, the pages so far, and about how many there will be.
    """
    css, total = "", 0
    for table in tables:
        if table.forme:
            _stand_in(table)
    for _ in range(_ROUNDS + 3 * len(tables)):
        layout = source.lay_out(css, total)
        standing, changed = [table for table in tables if table.forme], False
        for table in standing:
            changed = _move(source, layout, table, tell, changed)
        wanted = counters(standing), total_pages(layout, standing)
        if not changed and wanted == (css, total or len(layout.boxes)):
            break
        css, total = wanted
    else:
        for table in standing:
            _hand_back_whole(table, "the tables of this document do not come to rest")
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
            _hand_back_whole(table, str(reason))
        else:
            _hand_back_in_parts(table, str(reason))
    return True


def _hand_back_in_parts(table: LongTable, reason: str) -> None:
    table.handed_back = table.forme.unknown = reason
    table.parts, table.rest, table.lead = [], {}, 0.0
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
        lead = min(breaking.lead(_measured(table), between), *table.rest.values())
        if lead == table.lead:
            raise Unknown("the first rows do not fit on a page")
        table.lead, table.parts = lead, []


def _parts(table: LongTable, between: breaking.Between) -> list[breaking.Part]:
    page, parts, rows = table.stands[0].page, [], _measured(table)
    rest = table.rest[(page + 1) % 2], table.rest[page % 2]
    breaks = sorted(table.proof.breaks) if table.proof else []
    for start, stop in pairwise([0, *breaks, None]):
        others = rest if len(parts) % 2 == 0 else rest[::-1]
        run = islice(rows, stop and stop - start)
        made = breaking.parts(run, others[1] if parts else table.room, others, between)
        parts += [part for part in made if part.rows] if parts else made
    return parts


def _measured(table: LongTable) -> Iterator[breaking.Measured]:
    """The height of every row, or piece of one."""
    if table.proof:
        keys = (table.spool.keys[row] for row in table.proof.rows)
        return ((key, (height,)) for key, height in zip(keys, table.proof.heights, strict=True))
    return composing.measured(table.forme, table.spool, table.store, table.carries)
