"""From HTML with long tables to a PDF."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.pdf import generate_pdf
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data

from .layout import Layout, Source
from .leaf import Copied, Leaf, Stamp
from .learning import learn
from .placing import place
from .plates import Plates
from .rows import Row
from .setting import Setter
from .stands import prune, total_pages
from .tables import LongTable, find
from .tags import Tags
from .tally import Tally, Teller, rows_of, texts_of
from .writer import write

_EVERY = 0.1  # seconds between two reports of progress


@dataclass
class Facts:
    """What is known of a finished document."""

    pages: int
    rows_printed: dict[str, int]  # by name of the long table
    missing: set[str] = field(default_factory=set)  # characters that no font has
    handed_back: dict[str, str] = field(default_factory=dict)  # tables that WeasyPrint set itself, and why
    fonts: dict[str, str] = field(default_factory=dict)  # name and weight -> SHA-256 of the file it was taken from
    variant: str | None = None  # WeasyPrint's name of the standard that the document claims


def write_pdf(
    html: HTML,
    target: Path,
    *,
    rows: Mapping[str, Callable[[], Iterator[Row]]],
    stylesheets: Sequence[CSS] = (),
    font_config: FontConfiguration | None = None,
    tagged: bool = False,
    identifier: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
    tallies: Mapping[str, Tally] | None = None,
    options: Mapping | None = None,
) -> Facts:
    """Write a document as a PDF.

    A long table is a ``<table data-rows="NAME">`` with a head and an empty body: its rows are ``rows[NAME]()``, read
    once, in order. The text before it may end on the page where it starts, the text after it starts on the page where
    it ends. Tables of few rows are set by WeasyPrint, and so are tables in CSS that the press does not know: those,
    named in ``Facts.handed_back``, a part at a time, which takes as long as WeasyPrint takes, in little memory.

    ``options`` are WeasyPrint's; a ``tagged`` document is PDF/UA-1 if they name no other variant. ``identifier`` is the
    first half of the file's, which stays with it when others change it. ``progress`` is told pages written and pages
    in all, about ten times a second at most. ``tallies``, by name of the table, are told of every row that was printed.
    Raises ValueError when a row does not fit its table, RuntimeError when not every row can be printed, TooManyRows
    when that is for the sake of a table that has to be set in one piece.
    """
    variant = {"pdf_tags": tagged, "pdf_variant": "pdf/ua-1" if tagged else None}
    source = Source(html, list(stylesheets), font_config, variant | dict(options or {}))
    tables = find(html.etree_element, rows, tallies or {})
    fonts: dict = {}
    missing: set[str] = set()
    report = _Reporter(progress)
    layout = place(source, tables, learn(source, tables, fonts, missing), report.laid_out)
    standing = [table for table in tables if table.forme]
    prune(layout, standing)
    printed = {table.name: 0 if table.forme else _printed(layout, table) for table in tables}
    leaves = _leaves(source, layout, standing)
    report.begin(leaves, printed)
    tags = Tags() if source.options["pdf_tags"] else None
    for leaf in leaves:
        leaf.tags, leaf.done = tags, report
    document = layout.document
    document.fonts, document.pages = fonts, leaves
    pdf = generate_pdf(document, None, 1, **source.options)
    pdf.add_object(pdf.info)
    with target.open("wb") as file:
        write(pdf, file, tags.structure(pdf) if tags else (), identifier)
    for table in tables:
        if printed[table.name] != len(table.spool):
            raise RuntimeError(f"{printed[table.name]} of {len(table.spool)} rows of {table.name!r} were printed")
    missing.update(chr(code) for font in fonts.values() for code in font.missing)
    handed_back = {table.name: table.handed_back for table in tables if table.handed_back}
    return Facts(len(leaves), printed, missing, handed_back, _names_of(fonts), source.options["pdf_variant"])


def _names_of(fonts: dict) -> dict[str, str]:
    """The fonts' names and the fingerprints of their files, which the document has only parts of by now."""
    return {
        f"{font.family} {font.weight}": sha256(get_hb_object_data(font.hb_face)).hexdigest() for font in fonts.values()
    }


def _printed(layout: Layout, table: LongTable) -> int:
    """How many rows WeasyPrint set of a table; its tally is told of them."""
    count, teller = 0, Teller(table.tally)
    for row, ends in rows_of(layout, table.element):
        count += ends
        if row.element.get("class") == "row":
            teller.tell(texts_of(row), ends)
    return count


def _leaves(source: Source, layout: Layout, tables: list[LongTable]) -> list[Leaf]:
    """The pages of the document, in order."""
    total = total_pages(layout, tables)
    stamps: dict[int, list[Stamp]] = {}
    copies: dict[int, list[tuple[int, Stamp]]] = {}  # after which page, of which page
    for table in tables:
        if table.proof:
            setter = Plates(source, table, table.tally)
        else:
            setter = Setter(table.forme, table.spool, table.store, table.widths, table.tally)
        for part, stand in zip(table.stand_ins, table.stands, strict=True):
            stamps.setdefault(stand.page, []).append(Stamp(table, setter, part, stand))
        whole = table.stand_ins[-2] + 1 if len(table.parts) > len(table.stand_ins) else len(table.parts)
        for part in range(whole, len(table.parts) - 1):
            stand = table.stands[1 + (part - 1) % 2]
            copies.setdefault(table.stands[-2].page, []).append((stand.page, Stamp(table, setter, part, stand)))
    leaves: list[Leaf] = []
    copied: dict[int, Copied] = {}
    for index in range(len(layout.boxes)):
        number = layout.number(index)
        leaves.append(Leaf(layout.document.pages[index], len(leaves), number, stamps.get(index, [])))
        for of, stamp in copies.get(index, []):
            number += 1
            if of not in copied:
                copied[of] = Copied(layout, of, total)
            leaves.append(Leaf(layout.document.pages[of], len(leaves), number, [stamp], copied[of]))
    return leaves


class _Reporter:
    """Counts pages, and the rows on them, and tells of the pages.

    A page with rows that WeasyPrint sets is done by half when they are laid out, for that takes as long as the rest.
    """

    def __init__(self, progress: Callable[[int, int], None] | None):
        self._progress, self._last = progress, 0.0
        self._laid_out: dict[str, tuple[float, float]] = {}

    def laid_out(self, name: str, pages: float, total: float) -> None:
        """Take note that so many pages of a table are laid out, of about so many."""
        self._laid_out[name] = pages, total
        done, totals = zip(*self._laid_out.values(), strict=True)
        self._tell(sum(done) / 2, sum(totals))

    def begin(self, leaves: list[Leaf], printed: dict[str, int]) -> None:
        """Get ready for pages to be painted, and for their rows to be counted in ``printed``."""
        self._printed, self._total = printed, len(leaves)
        self._shares = [0.5 if leaf.is_laid_out else 1 for leaf in leaves][::-1]

    def __call__(self, rows: dict[str, int]) -> None:
        """Take note of a page that is painted."""
        self._shares.pop()
        for name, count in rows.items():
            self._printed[name] += count
        self._tell(self._total - sum(self._shares), self._total)

    def _tell(self, done: float, total: float) -> None:
        now = time.monotonic()
        if self._progress and (now - self._last >= _EVERY or done == total):
            self._last = now
            self._progress(int(done), round(total))
