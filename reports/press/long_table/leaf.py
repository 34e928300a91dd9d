"""Leaves: the pages of the finished document, as WeasyPrint's writer wants them."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager

import pydyf
from weasyprint.draw import draw_page
from weasyprint.draw.text import draw_emojis
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.stream import Stream

from .layout import Layout
from .margins import Margins
from .plates import Plates
from .setting import Set, Setter
from .stands import Stand
from .tables import LongTable
from .tags import Tags
from .writer import compress


class Stamp:
    """One part of a table, to be set on a leaf."""

    def __init__(self, table: LongTable, setter: Setter | Plates, part: int, stand: Stand):
        self.table, self.setter, self.stand = table, setter, stand
        self.part = table.parts[part]


class Leaf:
    """A page with rows on it. Has the attributes of ``weasyprint.document.Page``.

    ``copied`` is None for a page that was laid out as it is. Otherwise the leaf shares the layout of another page, all
    but the margin boxes, which know the page's number.
    """

    def __init__(self, page, index: int, number: int, stamps: list[Stamp], copied: "Copied | None" = None):
        self.page, self.index, self.number, self.stamps, self.copied = page, index, number, stamps, copied
        self.tags: Tags | None = None
        self.done: Callable | None = None
        self.width, self.height, self.bleed = page.width, page.height, page.bleed
        if copied:
            self.bookmarks, self.links, self.anchors, self.forms = [], [], {}, {None: []}
            self._page_box = copied.empty
        else:
            self.bookmarks, self.links, self.anchors, self.forms = page.bookmarks, page.links, page.anchors, page.forms
            self._page_box = page._page_box

    @property
    def is_laid_out(self) -> bool:
        """Whether WeasyPrint has laid out all the rows on this page, and will do so again."""
        return any(isinstance(stamp.setter, Plates) for stamp in self.stamps)

    def paint(self, stream, scale: float = 1) -> None:
        """Paint the page, then its rows, and compress the result."""
        if self.copied:
            self.copied.paint(stream, scale, self.number)
        else:
            self.page.paint(stream, scale)
        rows: dict[str, int] = {}
        for stamp in self.stamps:
            paint = self._draw if isinstance(stamp.setter, Plates) else self._stamp
            rows[stamp.table.name] = paint(stream, scale, stamp)
        compress(stream)
        self.done(rows)

    def _stamp(self, stream, scale: float, stamp: Stamp) -> int:
        mark = self.tags.open_part(self.index, stream, stamp, self.copied) if self.tags else None
        made = stamp.setter.set(stamp.part, stamp.stand.lefts, stamp.stand.y, _inks(stream), mark)
        if self.tags:
            self.tags.close_part(made.kinds)
        self._add_bookmarks((level, text, (stamp.stand.lefts[0], y), "open") for level, text, y in made.bookmarks)
        with stream.stacked():
            stream.transform(a=scale, d=scale)
            if made.shapes:
                with stream.artifact():
                    stream.stream.append("\n".join(made.shapes).encode())
            stream.stream.append("\n".join(("BT", *made.texts, "ET")).encode())
            _draw_pictures(stream, made)
        return made.rows

    def _draw(self, stream, scale: float, stamp: Stamp) -> int:
        plate = stamp.setter.make(stamp.stand)
        mark = self.tags.open_part(self.index, stream, stamp, self.copied) if self.tags else None
        outline = plate.draw(stream, scale, self._page_box, mark)
        if outline:
            self.tags.close_plate(outline)
        self._add_bookmarks(plate.bookmarks())
        return plate.ends

    def _add_bookmarks(self, bookmarks: Iterable[tuple]) -> None:
        self.bookmarks = sorted((*self.bookmarks, *bookmarks), key=lambda bookmark: bookmark[2][1])


class Copied:
    """A laid out page that is painted once and then copied to many leaves."""

    def __init__(self, layout: Layout, index: int, total: int):
        self.layout, self.index, self.total = layout, index, total
        box = layout.boxes[index]
        self.empty = box.copy_with_children([])
        self.content = [child for child in box.children if not isinstance(child, boxes.MarginBox)]
        self.headings = frozenset(
            text
            for table in box.descendants()
            if isinstance(table, boxes.TableBox)
            for text in _texts(table.children[0])
        )
        self.marks: dict = {}  # what is marked in the copy
        self.margins: Margins | None = None
        self._painted: bytes | None = None

    def paint(self, stream, scale: float, number: int) -> None:
        """Paint a copy, with the margin boxes of page ``number``."""
        if not self._painted:
            self._painted = self._paint(stream, scale)
            self.margins = Margins(self.layout, self.index, self.total, stream)
        stream.stream.append(self._painted)
        with stream.stacked():
            stream.transform(a=scale, d=scale)
            with stream.artifact():
                stream.stream.append(self.margins.paint(number))

    def _paint(self, stream, scale: float) -> bytes:
        """Everything but the margin boxes."""
        copy = FormeStream.of(stream, self.headings)
        with copy.stacked():
            copy.transform(a=scale, d=scale)
            draw_page(self.empty.copy_with_children(self.content), copy)
        self.marks = copy._tags or {}
        return b"\n".join(map(pydyf._to_bytes, copy.stream))


class FormeStream(Stream):
    """A stream that takes all content but the headings of tables for decoration."""

    headings: frozenset = frozenset()

    @classmethod
    def of(cls, stream: Stream, headings: frozenset = frozenset()) -> "FormeStream":
        """A stream for the same page and resources as ``stream``."""
        tags = {} if stream._tags is not None else None
        copy = stream.clone(tags=tags, compress=False)
        copy.__class__ = cls
        copy._ctm_stack = list(stream._ctm_stack)
        copy.headings = headings
        return copy

    @contextmanager
    def marked(self, box, tag):
        """As WeasyPrint's, for headings; an artifact otherwise."""
        with super().marked(box, tag) if box in self.headings else self.artifact():
            yield


def _texts(cell) -> list:
    return [box for box in cell.descendants() if isinstance(box, boxes.TextBox)]


def _inks(stream) -> Callable:
    """Operators that set a colour."""
    known: dict[tuple[int, bool], str] = {}

    def ink(colour, stroke: bool = False) -> str:
        key = id(colour), stroke
        if key not in known:
            copy = stream.clone(tags=None)
            copy.set_color(colour, stroke)
            known[key] = b"\n".join(copy.stream).decode()
        return known[key]

    return ink


def _draw_pictures(stream, made: Set) -> None:
    for left, baseline, style, emojis in made.pictures:
        with stream.artifact():  # what they mean is in the text below them
            draw_emojis(stream, style, left, baseline, emojis)
