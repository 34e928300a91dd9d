"""The type case: every character of one style, shaped once by WeasyPrint, and lines set from it."""

import re
import unicodedata
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import pydyf
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.matrix import Matrix
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.line_break import create_layout, line_size, strut

from .rows import clean

UNITS = 1024  # Pango's units in a CSS pixel
# Scripts where one character is one glyph, whatever stands beside it. Everything else is shaped as a whole line.
_SIMPLE = ((0x20, 0x58F), (0x1E00, 0x1FFF), (0x2010, 0x2BFF), (0x3000, 0x312F), (0x3400, 0x9FFF), (0xFF01, 0xFFEF))
_SIMPLE_CATEGORIES = {"Lu", "Ll", "Lt", "Lo", "Lm", "Nd", "Nl", "No", "Zs"}
_FRACTION_SLASH = "\u2044"  # HarfBuzz makes fractions of the digits around it
_COLLAPSING = {"normal", "nowrap", "pre-line"}  # kinds of white space where several spaces are one
_SIMPLE_FEATURES = {"tnum", "lnum", "pnum", "onum", "zero", "kern", "liga", "clig", "calt"}
_SIMPLE_NUMERIC = {"tabular-nums", "proportional-nums", "lining-nums", "oldstyle-nums", "slashed-zero"}

_GLYPHS = re.compile("<([0-9a-f]*)>")
_UNMOVED = re.compile(r"\s*\[(<[0-9a-f]*>(-?0)?)*\] TJ")


class Shape(NamedTuple):
    """One line as WeasyPrint would draw it."""

    code: str  # PDF text operators, without the text matrix
    width: float  # CSS pixels
    above: float  # from the baseline to the top of the line, CSS pixels
    below: float
    emojis: list


class TypeCase:
    """Sets lines of text in one style.

    ``codes`` and ``advances`` hold the simple characters: for them, a line is looked up, character by character.
    Any other line is shaped as a whole by WeasyPrint's own functions, which know every script.
    """

    def __init__(self, style, context, fonts: dict, missing: set[str]):
        self.style, self.context, self.missing = style, context, missing
        self.codes: dict[int, str] = {}
        self.advances: dict[str, int] = {}
        self.complex: set[str] = set()
        self._scratch = _scratch(fonts)
        self._layout = create_layout("", style, context, None, 0)
        self.height, self.above = strut(style)
        self.below = self.height - self.above
        x = self._shape("x")
        self.font = x.code[: x.code.index("Tf") + 2]
        self.is_simple = _is_simple(style)
        self.is_plain = style["white_space"] in _COLLAPSING and style["text_transform"] == "none"
        self.breaks_lines = style["white_space"] in ("normal", "pre-wrap", "pre-line")
        hyphenates = style["hyphens"] == "auto"
        breaks_words = style["overflow_wrap"] == "anywhere" and style["word_break"] == "normal"
        self.wraps_simply = breaks_words and not hyphenates
        self.shape = lru_cache(4096)(self._shape)

    @property
    def is_known(self) -> bool:
        """Whether every character met so far is simple."""
        return self.is_simple and not self.complex

    def text(self, text: str) -> str:
        """The characters that remain after white space and text-transform are dealt with."""
        if self.is_plain and text.isprintable() and "  " not in text:
            return text.strip(" ")
        box = TextBox("td", self.style, None, text or " ")
        box.process_whitespace()
        box.process_text_transform()
        return box.text.strip(" ") if self.style["white_space"] in _COLLAPSING else box.text

    def line(self, text: str) -> str:
        """As ``text``, of any text, on one line."""
        return " ".join(self.text(clean(text)).splitlines())

    def knows(self, text: str) -> bool:
        """Whether all characters are simple. Characters met for the first time are shaped now."""
        new = set(text) - self.advances.keys()
        if not new:
            return True
        if not self.is_simple or new & self.complex:
            return False
        self.complex.update(character for character in new if not _may_be_simple(character))
        self._learn(sorted(new - self.complex))
        if not new & self.complex and (self.code(text), self.width(text)) != self.plain(text):
            self.complex |= new
        for character in new & self.complex:
            self.codes.pop(ord(character), None)
            self.advances.pop(character, None)
        return not new & self.complex

    def code(self, text: str) -> str:
        """Glyph numbers in hexadecimal, of simple characters."""
        return text.translate(self.codes)

    def width(self, text: str) -> int:
        """Pango units. Raises KeyError for a character that is not (or not yet) simple."""
        return sum(map(self.advances.__getitem__, text))

    def measure(self, text: str) -> int:
        """The width of a text that is not broken into lines, in Pango units."""
        try:
            return sum(map(self.advances.__getitem__, text))
        except KeyError:
            if self.knows(text):
                return self.width(text)
        lines = text.split("\n") if "\n" in text else [text]
        return max(round(self.shape(line).width * UNITS) for line in lines)

    def _learn(self, characters: list[str]) -> None:
        """Shape characters: all of them at once, or one by one if one of them turns out not to be simple."""
        text = "".join(characters)
        code, width = self.plain(text)
        widths = [glyph.geometry.width for glyph in _glyphs(self._layout)] if len(characters) > 1 else [width]
        if len(code) == 4 * len(text) and len(widths) == len(text) and not self.missing.intersection(text):
            self.codes |= {ord(character): code[4 * i : 4 * i + 4] for i, character in enumerate(text)}
            self.advances |= zip(text, widths, strict=True)
        elif len(characters) > 1:
            for character in characters:
                self._learn([character])
        else:
            self.complex.update(characters)

    def plain(self, text: str) -> tuple[str, int]:
        """Glyph numbers and width, when the text is set in the style's own font without any adjustment."""
        if not text.strip():  # WeasyPrint draws no blank line: give the spaces company to see their glyph
            code, width = self.plain(f"x{text}x")
            x_code, x_width = self.plain("x")
            return code[len(x_code) : -len(x_code)], width - 2 * x_width
        shape = self._shape(text)
        code = shape.code.removeprefix(self.font)
        # Between the glyphs WeasyPrint writes how far each is to be moved: nowhere, when nothing but they are set.
        glyphs = "".join(_GLYPHS.findall(code)) if _UNMOVED.fullmatch(code) else ""
        return glyphs, round(shape.width * UNITS)

    def _shape(self, text: str) -> Shape:
        layout = self._layout
        layout.set_text(text)
        line, _ = layout.get_first_line()
        for glyph in _glyphs(layout):
            if glyph.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                self.missing.add(chr(glyph.glyph - pango.PANGO_GLYPH_UNKNOWN_FLAG))
        width, height = line_size(line, self.style)
        baseline = pango.pango_layout_get_baseline(layout.layout) / UNITS
        leading = (self.height - height) / 2
        above = max(self.above, baseline + leading)
        below = max(self.below, self.height - baseline - leading)
        self._scratch.stream.clear()
        self._scratch._current_font = None
        box = SimpleNamespace(text=text, style=self.style, pango_layout=layout, baseline=baseline + leading)
        emojis = draw_first_line(self._scratch, box, "clip", "none", Matrix(d=-1))
        code = b"\n".join(map(pydyf._to_bytes, self._scratch.stream[1:])).decode()
        return Shape(code, width, above, below, emojis)


def _scratch(fonts: dict) -> Stream:
    return Stream(fonts, (0, 0, 0, 0), pydyf.Dictionary(), {}, None, {}, None)


def _glyphs(layout):
    """The glyphs of the layout's first line, as Pango's structures."""
    line, _ = layout.get_first_line()
    run = line.runs
    while run != ffi.NULL:
        string = run.data.glyphs
        yield from string.glyphs[0 : string.num_glyphs]
        run = run.next


def _may_be_simple(character: str) -> bool:
    if character == _FRACTION_SLASH or not any(a <= ord(character) <= b for a, b in _SIMPLE):
        return False
    category = unicodedata.category(character)
    return category in _SIMPLE_CATEGORIES or category[0] in "PS"


def _is_simple(style) -> bool:
    """Whether one character is one glyph in this style: no kerning, ligatures or spacing of any kind."""
    settings = style["font_feature_settings"]
    numeric = style["font_variant_numeric"]
    return (
        style["font_kerning"] == "none"
        and style["font_variant_ligatures"] == "none"
        and style["font_variant_caps"] == "normal"
        and style["font_variant_alternates"] == "normal"
        and style["letter_spacing"] in ("normal", 0)
        and style["word_spacing"] == 0
        and style["direction"] == "ltr"
        and (numeric == "normal" or set(numeric) <= _SIMPLE_NUMERIC)
        and (settings == "normal" or {tag for tag, _ in settings} <= _SIMPLE_FEATURES)
    )
