"""Margin boxes that differ from page to page by nothing but the page's number.

WeasyPrint needs milliseconds for the margin boxes of a page. Here it makes them twice, for two numbers, and what
differs between the two is where the number stands. When more than the number differs, or the number is not written in
digits, each page gets margin boxes of its own.

Where digits neither move one another nor what is around them, as is usual, even the text with the number is shaped
only once.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pydyf
from weasyprint.draw import draw_stacking_context
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.stream import Stream
from weasyprint.stacking import StackingContext

from .layout import Layout
from .type_case import UNITS, Shape, TypeCase

_ALIGN = {"start": 0, "left": 0, "center": 0.5, "right": 1, "end": 1}
_DIGITS = "0123456789"
_PAIRS = "".join(a + b for a in _DIGITS for b in _DIGITS)  # every two digits meet


class Numerals:
    """Sets a text with a number in it."""

    def __init__(self, case: TypeCase, before: str, after: str):
        self.case, self.before, self.after = case, before, after
        plain = {digit: case.plain(digit) for digit in _DIGITS}
        self.glyphs = {ord(digit): f"<{glyph}>0" for digit, (glyph, _) in plain.items()}
        self.advances = {digit: width / UNITS for digit, (_, width) in plain.items()}
        shape = self._shape(_PAIRS)
        self.start, found, self.end = shape.code.partition(_PAIRS.translate(self.glyphs))
        self.width = shape.width - sum(map(self.advances.__getitem__, _PAIRS))
        self.is_plain = bool(found) and all(map(self._is_as_shaped, _DIGITS))

    def set(self, number: str) -> tuple[str, float]:
        """PDF text operators, without the text matrix, and the width in CSS pixels."""
        if self.is_plain:
            return self._compose(number)
        shape = self._shape(number)
        return shape.code, shape.width

    def _shape(self, number: str) -> Shape:
        return self.case.shape(f"{self.before}{number}{self.after}")

    def _compose(self, number: str) -> tuple[str, float]:
        width = self.width + sum(map(self.advances.__getitem__, number))
        return f"{self.start}{number.translate(self.glyphs)}{self.end}", width

    def _is_as_shaped(self, number: str) -> bool:
        code, width = self._compose(number)
        shape = self._shape(number)
        return code == shape.code and abs(width - shape.width) < 1 / UNITS


class Number(NamedTuple):
    """A text with the page's number in it."""

    box: Any
    numerals: Numerals
    ink: bytes
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
            numbers.append(Number(box, Numerals(case, before, after), self._ink(box), _ALIGN[align]))
        return numbers

    def _ink(self, box) -> bytes:
        stream = self._copy()
        stream.set_color(box.style["color"])
        return b"\n".join(map(pydyf._to_bytes, stream.stream))

    def _draw(self, made: list) -> bytes:
        stream = self._copy()
        for box in made:
            draw_stacking_context(stream, StackingContext.from_box(box, self.layout.boxes[self.index]))
        return b"\n".join(map(pydyf._to_bytes, stream.stream))

    def _set(self, place: Number, number: str) -> bytes:
        box = place.box
        code, width = place.numerals.set(number)
        left = box.position_x + (box.width - width) * place.align
        matrix = f"1 0 0 -1 {left:.3f} {box.position_y + box.baseline:.3f} Tm"
        return b"%b\nBT\n%b\n%b\nET" % (place.ink, matrix.encode(), code.encode())

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
