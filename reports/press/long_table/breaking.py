"""Texts into lines, and rows into pages."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from weasyprint.text.line_break import get_log_attrs, split_first_line

from .known_css import Unknown
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
    height: float  # CSS pixels, carried lines included
    begins: bool  # whether the table begins here
    ends: bool


class Between(NamedTuple):
    """What stands between rows, in CSS pixels: a gap, and at page breaks carried lines, if any."""

    gap: float
    foot: dict[int, float] | None = None  # the height of a carried line, by the kind of the row above it
    head: dict[int, float] | None = None  # the same, by the kind of the row below it

    @property
    def most(self) -> float:
        """The height that carried lines take on a page, gaps included, at most."""
        return max(self.foot.values()) + max(self.head.values()) + 3 * self.gap if self.foot else 0


# The kind of a row, and its height in CSS pixels: among other rows, and, where lines are carried, also right below one,
# right above one, and between two.
Measured = tuple[int, tuple[float, ...]]


def parts(rows: Iterable[Measured], first: float, others: tuple[float, float], between: Between) -> list[Part]:
    """Break rows into pages.

    ``first`` is the room on the first page, ``others`` that on the pages after it, by turns, for left and right pages
    may differ. A group stays with the row after it, a subtotal or total with the row before it, if both fit on a page.
    The first part may be empty: then the table starts on the next page. Raises Unknown when carried lines leave no room
    for a row.
    """
    result: list[Part] = []
    page = _Page(between, first, [], begins=True)
    for row in rows:
        page.add(row)
        while page.overflows and (len(page.rows) > 1 or not result):
            count = page.last_break(may_wait=not result)
            result.append(page.part(count))
            room = others[(len(result) - 1) % 2]
            page = _Page(between, room, page.rows[count:], begins=page.begins and not count)
    return [*result, page.part(len(page.rows))]


def lead(rows: Iterable[Measured], between: Between) -> float:
    """The height of the rows at the beginning that must not be parted, and of what is carried from there."""
    page = _Page(between, 0, [], begins=True)
    for row in rows:
        page.add(row)
        if len(page.rows) > 1 and page.may_break(len(page.rows) - 1):
            return page.height(len(page.rows) - 1)
    return page.height(len(page.rows))


class _Page:
    """Rows on one page, and perhaps one too many."""

    def __init__(self, between: Between, room: float, rows: list[Measured], *, begins: bool):
        self.between, self.room, self.rows, self.begins = between, room * _FUDGE, rows, begins
        self._used = self.height(len(rows)) + between.gap if rows else 0.0

    def add(self, row: Measured) -> None:
        """Put one more row on the page."""
        self.rows.append(row)
        self._used += row[1][0] + self.between.gap

    @property
    def overflows(self) -> bool:
        """Whether the rows are too many even if they are the table's last."""
        return self._used > self.room

    def may_break(self, count: int) -> bool:
        """Whether the page may be broken after so many rows."""
        (above, _), (below, _) = self.rows[count - 1 : count + 1]
        return KEYS[above].role != "group" and KEYS[below].role not in ("subtotal", "total")

    def last_break(self, *, may_wait: bool) -> int:
        """How many rows stay on the page. If all of them ``may_wait`` for the next one, they do so rather than be
        parted where they must not.
        """
        counts = range(len(self.rows) - 1, 0, -1)
        count = next((count for count in counts if self.may_break(count) and self._fits(count)), 0)
        if not count and not may_wait:
            count = next(filter(self._fits, counts), 0)
            if not count:
                raise Unknown("carried lines leave no room for a row")
        return count

    def _fits(self, count: int) -> bool:
        """With the line at the foot; without one as many rows fit as did."""
        return not self.between.foot or self.height(count) + self.between.gap <= self.room

    def part(self, count: int) -> Part:
        """The first rows."""
        return Part(count, self.height(count), self.begins, count == len(self.rows))

    def height(self, count: int) -> float:
        """The height of the first rows, and of the lines that are carried to them and, if there are more, from them."""
        rows, heights = self.rows[:count], [heights[0] for _, heights in self.rows[:count]]
        if self.between.foot and rows:
            head, foot = not self.begins, count < len(self.rows)
            heights[0], heights[-1] = rows[0][1][head], rows[-1][1][2 * foot]
            if count == 1:
                heights = [rows[0][1][head + 2 * foot]]
            heights += [self.between.head[rows[0][0]]] * head + [self.between.foot[rows[-1][0]]] * foot
        return sum(heights) + self.between.gap * max(0, len(heights) - 1)
