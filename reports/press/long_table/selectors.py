"""What the selectors of a document ask of the place of a row.

The press knows rows by their role, by whether their number is odd, and by what stands right above and below. A row that
takes note of what it is asked tells whether selectors want to know more than that: then specimens do not show it all.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, product
from types import CodeType, FunctionType
from xml.etree.ElementTree import Element

from cssselect2 import ElementWrapper

from . import specimen
from .galley import PERIOD
from .known_css import Unknown
from .layout import Layout
from .rows import KEYS

_MANY = 2**40  # rows: more than there are
_LOOKS_INTO = {"iter_subtree", "iter_children", "iter_next_siblings"}  # what `:has` needs of an element


def check(layout: Layout, table: ElementWrapper, order: list[int]) -> str:
    """What the selectors ask of rows that specimens in this ``order`` do not show, but parts of the table do; or "".

    Raises Unknown when only the whole table does.
    """
    matchers = [sheet.matcher for sheet, origin, _ in layout.context.style_for._sheets if origin != "user agent"]
    pairs = dict.fromkeys(zip([None, *order], order, strict=False))
    if any(_looks_into(entry[0]) for matcher in matchers for entry in _entries(matcher)):
        raise Unknown("a selector that looks into elements")
    body = next(child for child in table.iter_children() if child.local_name == "tbody")
    asked = _Asked()
    for (above, key), asked.answer in product(pairs, (False, True)):
        for element in _Row(table.etree_element, body, key, asked, above).iter_subtree():
            for matcher in matchers:
                matcher.match(element)
    if asked.of_all:
        raise Unknown(asked.of_all)
    return asked.of_part


def _entries(matcher) -> Iterable[tuple]:
    kinds = (matcher.id_selectors, matcher.class_selectors, matcher.lower_local_name_selectors)
    named = (entries for kind in (*kinds, matcher.namespace_selectors) for entries in kind.values())
    return chain(*named, matcher.lang_attr_selectors, matcher.other_selectors)


@lru_cache(4096)
def _looks_into(test: FunctionType) -> bool:
    return bool(_LOOKS_INTO & set(_names(test.__code__)))


def _names(code: CodeType) -> Iterable[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


class _Asked:
    """What has been asked that specimens do not show: of rows that parts of the table show, or only all of it."""

    of_part = of_all = ""
    answer = False  # to what has no answer here

    def row(self) -> None:
        self.of_part = "a selector that asks which row it is"

    def rows(self) -> None:
        self.of_all = "a selector that counts all rows"

    def text(self) -> None:
        self.of_part = "a selector that asks whether a cell is empty"


class _Row(ElementWrapper):
    """A row of a kind, below another one of a kind, or below none; of the rows above that, nothing is known."""

    def __init__(
        self, table: Element, body: ElementWrapper, key: int, asked: _Asked, above: int | None, *, knows_above=True
    ):
        columns = specimen.columns_of(table)
        cells = ["x"] * columns.cells_of(KEYS[key].role)
        element = specimen.add_row(Element("tbody"), KEYS[key], columns, cells)
        self._asked = asked
        previous = None if above is None else _Row(table, body, above, asked, None, knows_above=False)
        place = _Place(_MANY // 2 + KEYS[key].parity, asked)
        super().__init__(element, body, place, previous, body.in_html_document)
        self._knows_above = knows_above
        self.etree_siblings = _Rows(asked)

    @property
    def previous(self) -> "_Row | None":
        if not self._knows_above:
            self._asked.rows()
        return self._previous

    @previous.setter
    def previous(self, row: "_Row | None") -> None:
        self._previous = row

    @property
    def previous_siblings(self) -> tuple:
        self._asked.rows()
        return ()

    def iter_siblings(self):
        self._asked.rows()
        return iter(())

    def iter_children(self):
        cell = None
        for index, element in enumerate(self.etree_children):
            cell = _Cell(element, self, index, cell, self.in_html_document)
            cell.asked = self._asked
            yield cell


class _Cell(ElementWrapper):
    asked: _Asked

    @property
    def etree_children(self) -> list:
        self.asked.text()
        return []

    def iter_children(self):
        return iter(())


class _Rows(list):
    """The rows of a table, for those who count them; nobody is told that there is one only."""

    def __init__(self, asked: _Asked):
        super().__init__()
        self._asked = asked

    def __len__(self) -> int:
        return _MANY

    def __getitem__(self, which):
        self._asked.rows()
        return []

    def __iter__(self):
        self._asked.rows()
        return iter(())


class _Place(int):
    """The number of a row, from 0: all that may be asked of it is whether it is odd."""

    def __new__(cls, value: int, asked: _Asked, before: int = 0):
        self = super().__new__(cls, value)
        self._asked, self._before = asked, before
        return self

    def __add__(self, other: int) -> "_Place":
        return self - -other

    def __sub__(self, other: int) -> "_Place":
        return _Place(int(self) - other, self._asked, self._before + other)

    def __rsub__(self, other: int) -> int:
        self._asked.rows()
        return other - int(self)

    def __eq__(self, other: object) -> bool:
        """Is it the first, or the last?"""
        if (self._before, other) in ((0, 0), (-1, _MANY)):
            self._asked.row()
        else:
            self._asked.rows()
        return self._asked.answer

    __hash__ = int.__hash__

    def __divmod__(self, period: int) -> tuple[int, int]:
        """Is it one in so many, from the beginning?"""
        if period < 1 or PERIOD % period or self._before >= period:
            self._asked.rows()
        elif period > 2:
            self._asked.row()
            return 0, not self._asked.answer
        return divmod(int(self), period)
