"""Texts into lines, and rows into pages."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from weasyprint.text.line_break import get_log_attrs, split_first_line

from .rows import KEYS
from .type_case import UNITS, TypeCase

# Between such words a line may break at every space, and nowhere else.
_PLAIN_WORDS = re.compile(r"[^\W_]+(?:[.,:][^\W_]+)*[.,:;]?(?: [^\W_]+(?:[.,:][^\W_]+)*[.,:;]?)*", re.ASCII)
_LONG = 1000  # characters of a word that fits in no column
_FUDGE = 1 + 1e-9  # WeasyPrint's own allowance for rounding at the foot of a page


def lines(case: TypeCase, text: str, width: float) -> list[str]:
    """The lines of a text in a column that is ``width`` CSS pixels wide, each as it is to be drawn.

    A word that is wider than the column is broken anywhere, if the style says ``overflow-wrap: anywhere``.
    """
    if not text:
        return []
    units = int(max(0, width) * UNITS)
    if case.measure(text) <= units and "\n" not in text:
        return [text]
    if not case.breaks_lines:
        return text.split("\n") if "\n" in text else [text]
    if case.wraps_simply and "\n" not in text and "\u00a0" not in text and case.knows(text):
        return _fill(case, text, units)
    return list(_split(case, text, width))


def _fill(case: TypeCase, text: str, units: int) -> list[str]:
    """Greedy: as many words as fit, the space at the end not counted."""
    words = _words(text, case.style["lang"])
    space = case.width(" ") if " " in case.advances else 0
    result, line, used = [], "", 0
    while words:
        word = words.pop()
        width = case.width(word) if len(word) < _LONG else units + space + 1
        bare = width - space if word.endswith(" ") else width
        if line and used + bare > units:
            result.append(line.rstrip(" "))
            line, used = "", 0
        if not line and bare > units:
            end = _fitting(case, word, units)
            result.append(word[:end].rstrip(" "))
            words.extend(_rest(word[end:], end, case.style["lang"]))
        else:
            line, used = line + word, used + width
    if line:
        result.append(line.rstrip(" "))
    return result


def _words(text: str, language: str | None) -> list[str]:
    """The text in pieces between which a line may break, the last piece first."""
    if _PLAIN_WORDS.fullmatch(text):
        first, *others = text.split(" ")[::-1]
        return [first, *(word + " " for word in others)]
    return _unbreakable(text, language)[::-1]


def _rest(text: str, fitted: int, language: str | None) -> list[str]:
    """What remains of a word that was broken in two, in pieces as above: it may break where it could not before.

    Only the next few lines are looked at, for the word may be very long.
    """
    text = text.lstrip(" ")
    window = 2 * fitted + 32
    *pieces, last = _words(text[:window], language)[::-1] or [""]
    return [piece for piece in (last + text[window:], *pieces[::-1]) if piece]


def _unbreakable(text: str, language: str | None) -> list[str]:
    """The text in pieces between which a line may break, by Pango's rules."""
    attributes = get_log_attrs(text, language)
    edges = [0, *(i for i in range(1, len(text)) if attributes[i].is_line_break), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


def _fitting(case: TypeCase, word: str, units: int) -> int:
    """How many characters of the word fit on a line: one at least, and the spaces after them."""
    used = 0
    for index, character in enumerate(word):
        used += case.advances[character]
        if used > units and index and character != " ":
            return index
    return len(word)


def _split(case: TypeCase, text: str, width: float) -> Iterator[str]:
    """Lines as WeasyPrint itself finds them."""
    rest = text
    collapses = case.style["white_space"] in ("normal", "nowrap", "pre-line")
    while rest:
        if collapses:
            rest = rest.lstrip(" ")
            if not rest:
                return
        layout, _, resume, *_ = split_first_line(rest, case.style, case.context, width, 0)
        yield layout.text.rstrip(" ") if collapses else layout.text
        if resume is None:
            return
        rest = rest.encode()[resume:].decode()


class Part(NamedTuple):
    """The rows of a table that stand on one page."""

    rows: int
    height: float  # CSS pixels


def parts(heights: Iterable[tuple[int, float]], first: float, others: tuple[float, float], gap: float) -> list[Part]:
    """Break rows into pages.

    ``heights`` yields (index into KEYS, height in CSS pixels) of every row. ``first`` is the room on the first page,
    ``others`` that on the pages after it, by turns, for left and right pages may differ; ``gap`` is the space between
    rows. A group stays with the row after it, a subtotal or total with the row before it, if both fit on a page. The
    first part may be empty: then the table starts on the next page.
    """
    result: list[Part] = []
    page: list[float] = []  # heights of the rows on this page
    loose = 0  # rows on this page before the last place where the page may be broken
    used, room, role = 0.0, first, None

    def close(count: int) -> None:
        nonlocal page, used, room, loose
        result.append(Part(count, sum(page[:count]) + gap * max(0, count - 1)))
        page, loose, room = page[count:], 0, others[(len(result) - 1) % 2]
        used = sum(page) + gap * len(page)

    for key, height in heights:
        previous, role = role, KEYS[key].role
        if page and previous != "group" and role not in ("subtotal", "total"):
            loose = len(page)
        if used + height + gap > room * _FUDGE and not result and not loose:
            close(0)
        if used + height + gap > room * _FUDGE and page:
            close(loose or len(page))
        if used + height + gap > room * _FUDGE and page:
            close(len(page))
        page.append(height)
        used += height + gap
    result.append(Part(len(page), sum(page) + gap * max(0, len(page) - 1)))
    return result


def lead(heights: Iterable[tuple[int, float]], gap: float) -> float:
    """The height of the rows at the beginning that must not be parted."""
    total, previous = -gap, None
    for key, height in heights:
        role = KEYS[key].role
        if previous not in (None, "group") and role not in ("subtotal", "total"):
            break
        total, previous = total + height + gap, role
    return total
