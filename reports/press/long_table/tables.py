"""The long tables of a document, on their way through the press."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from . import breaking, composing, specimen
from .forme import Forme
from .proof import Proof
from .rows import Row, Spool, Store
from .stands import Stand
from .tally import Carrying, Tally

MOST_WHOLE = 2000  # rows of a table that WeasyPrint has to set in one piece: it takes 150 KB for each of 8 cells


class TooManyRows(RuntimeError):
    """A table has to be set in one piece, for a reason in its CSS, and is too long for that."""

    def __init__(self, name: str, rows: int, most: int, reason: str):
        super().__init__(f"{name!r} has to be set in one piece, and has more than {most} rows: {reason}")
        self.rows, self.most = rows, most


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
    def measured(self) -> Iterator[breaking.Measured]:
        """The height of every row, or piece of one."""
        if self.proof:
            keys = (self.spool.keys[row] for row in self.proof.rows)
            return ((key, (height,)) for key, height in zip(keys, self.proof.heights, strict=True))
        return composing.measured(self.forme, self.spool, self.store, self.carries)

    @property
    def stand_ins(self) -> list[int]:
        """The parts that stand in the layout, by number: all of them when there are few."""
        count = len(self.parts)
        return list(range(count)) if count <= 5 else [0, *range(1, 3 + count % 2), count - 1]

    def hand_back(self) -> None:
        """Make it an ordinary table: put its rows in."""
        specimen.put(self.element, self.spool, map(self.spool.tones_of, range(len(self.spool))))

    def hand_back_whole(self, reason: str) -> None:
        """Have WeasyPrint set it in one piece. Raises TooManyRows when it is too long for that."""
        if len(self.spool) > MOST_WHOLE:
            raise TooManyRows(self.name, len(self.spool), MOST_WHOLE, reason)
        self.handed_back, self.forme, self.proof = reason, None, None
        self.hand_back()


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
