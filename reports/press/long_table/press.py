"""From HTML with long tables to a PDF."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.pdf import generate_pdf
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data

from . import flow
from .flow import LongTable
from .known_css import Unknown
from .layout import Layout, Source
from .leaf import Copied, Leaf, Stamp
from .rows import Row
from .setting import Setter
from .tags import Tags
from .tally import Tally, rows_of
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
    it ends. Tables of few rows, and tables in CSS that the press does not know, are set by WeasyPrint; the latter are
    named in ``Facts.handed_back`` and need WeasyPrint's time and memory.

    ``options`` are WeasyPrint's; a ``tagged`` document is PDF/UA-1 if they name no other variant. ``identifier`` is the
    first half of the file's, which stays with it when others change it. ``progress`` is told pages written and pages
    in all, about ten times a second at most. ``tallies``, by name of the table, are told of every row that was printed.
    Raises ValueError when a row does not fit its table.
    """
    tallies = tallies or {}
    variant = {"pdf_tags": tagged, "pdf_variant": "pdf/ua-1" if tagged else None}
    source = Source(html, list(stylesheets), font_config, variant | dict(options or {}))
    tables = flow.find(html.etree_element, rows)
    fonts: dict = {}
    missing: set[str] = set()
    handed_back = flow.learn(source, tables, fonts, missing)
    pressed = [table for table in tables if table.forme]
    try:
        layout = flow.place(source, pressed)
    except Unknown as reason:
        for table in pressed:
            flow.hand_back(table)
            handed_back[table.name] = str(reason)
        pressed = []
        layout = flow.place(source, [])
    flow.prune(pressed)
    printed = {table.name: 0 for table in pressed}
    printed |= {table.name: _printed(layout, table, tallies) for table in tables if table not in pressed}
    leaves = _leaves(layout, pressed, tallies)
    report = _Reporter(len(leaves), printed, progress)
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
    return Facts(len(leaves), printed, missing, handed_back, _names_of(fonts), source.options["pdf_variant"])


def _names_of(fonts: dict) -> dict[str, str]:
    """The fonts' names and the fingerprints of their files, which the document has only parts of by now."""
    return {
        f"{font.family} {font.weight}": sha256(get_hb_object_data(font.hb_face)).hexdigest() for font in fonts.values()
    }


def _printed(layout: Layout, table: LongTable, tallies: Mapping[str, Tally]) -> int:
    """How many rows WeasyPrint set of a table; its tally is told of them."""
    count, tally = 0, tallies.get(table.name)
    for row, texts in rows_of(layout, table.element):
        count += 1
        if tally and row.get("class") == "row":
            tally.add(texts)
    return count


def _leaves(layout: Layout, tables: list[LongTable], tallies: Mapping[str, Tally]) -> list[Leaf]:
    """The pages of the document, in order."""
    total = flow.total_pages(layout, tables)
    stamps: dict[int, list[Stamp]] = {}
    copies: dict[int, list[tuple[int, Stamp]]] = {}  # after which page, of which page
    for table in tables:
        setter = Setter(table.forme, table.spool, table.store, table.widths, tallies.get(table.name))
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
    """Counts rows and pages as they are painted."""

    def __init__(self, total: int, printed: dict[str, int], progress: Callable[[int, int], None] | None):
        self.total, self.printed, self.progress = total, printed, progress
        self.pages, self._last = 0, 0.0

    def __call__(self, rows: dict[str, int]) -> None:
        self.pages += 1
        for name, count in rows.items():
            self.printed[name] += count
        now = time.monotonic()
        if self.progress and (now - self._last >= _EVERY or self.pages == self.total):
            self._last = now
            self.progress(self.pages, self.total)
