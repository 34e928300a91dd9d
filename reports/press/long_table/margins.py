"""Margin boxes that differ from page to page by nothing but the page's number.

WeasyPrint needs milliseconds for the margin boxes of a page. Here it makes them twice, for two numbers, and what
differs between the two is where the number stands. When more than the number differs, or the number is not written in
digits, each page gets margin boxes of its own.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pydyf
from weasyprint.draw import draw_stacking_context
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.stream import Stream
from weasyprint.stacking import StackingContext

from .layout import Layout
from .type_case import TypeCase

_ALIGN = {"start": 0, "left": 0, "center": 0.5, "right": 1, "end": 1}


class Number(NamedTuple):
    """A text with the page's number in it."""

    box: Any
    case: TypeCase
    before: str
    after: str
    align: float  # share of the free width that is on the left


class Margins:
    """The margin boxes of copies of one page."""

    def __init__(self, layout: Layout, index: int, total: int, stream: Stream):
        self.layout, self.index, self.total, self.stream = layout, index, total, stream
        digits = len(str(total))
        one, two = int("3" * digits), int("4" * digits)
        first, second = (layout.margin_boxes(index, number, total) for number in (one, two))
        self.numbers = self._numbers(list(_texts(first)), list(_texts(second)), str(one), str(two))
        self.painted = b""
        if self.numbers is not None:
            for number in self.numbers:
                number.box.text = " "  # WeasyPrint draws no blank text
            self.painted = self._draw(first)

    def paint(self, number: int) -> bytes:
        """The operators for page ``number``."""
        if self.numbers is None:
            return self._draw(self.layout.margin_boxes(self.index, number, self.total))
        return b"\n".join((self.painted, *(self._set(place, str(number)) for place in self.numbers)))

    def _numbers(self, first: list, second: list, one: str, two: str) -> list[Number] | None:
        if len(first) != len(second):
            return None
        numbers = []
        for (box, line), (other, _) in zip(first, second, strict=True):
            if box.text == other.text:
                continue
            before, _, after = box.text.partition(one)
            align = line.style["text_align_all"]
            if f"{before}{two}{after}" != other.text or len(line.children) != 1 or align not in _ALIGN:
                return None
            case = TypeCase(box.style, self.layout.context, self.stream._fonts, set())
            direction = box.style["direction"] == "ltr" and box.style["text_decoration_line"] == "none"
            if not direction:
                return None
            numbers.append(Number(box, case, before, after, _ALIGN[align]))
        return numbers

    def _draw(self, made: list) -> bytes:
        stream = self._copy()
        for box in made:
            draw_stacking_context(stream, StackingContext.from_box(box, self.layout.boxes[self.index]))
        return b"\n".join(map(pydyf._to_bytes, stream.stream))

    def _set(self, place: Number, number: str) -> bytes:
        box = place.box
        shape = place.case.shape(f"{place.before}{number}{place.after}")
        left = box.position_x + (box.width - shape.width) * place.align
        stream = self._copy()
        stream.set_color(box.style["color"])
        stream.begin_text()
        stream.set_text_matrix(1, 0, 0, -1, left, box.position_y + box.baseline)
        stream.stream.append(shape.code.encode())
        stream.end_text()
        return b"\n".join(map(pydyf._to_bytes, stream.stream))

    def _copy(self) -> Stream:
        stream = self.stream.clone(tags=None, compress=False)
        stream._ctm_stack = list(self.stream._ctm_stack)
        return stream


def _texts(made: list) -> Iterator[tuple]:
    """The texts in margin boxes, each with its line."""
    for box in made:
        for line in box.descendants():
            if isinstance(line, boxes.LineBox):
                for text in line.descendants():
                    if isinstance(text, boxes.TextBox):
                        yield text, line
