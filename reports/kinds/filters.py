"""Filters: a column, a test and, for most tests, a value."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.columns import BOOLEAN, DATE, TEMPORAL, TEXT, Column
from reports.kinds import values

MOST_FILTERS = 5
MOST_NAMES = 20
TESTS = {
    "equals": _("is"),
    "not_equals": _("is not"),
    "contains": _("contains"),
    "starts_with": _("starts with"),
    "greater": _("is more than"),
    "at_least": _("is at least"),
    "less": _("is less than"),
    "at_most": _("is at most"),
    "is_empty": _("is empty"),
    "is_not_empty": _("is not empty"),
}
# The same tests in the words that fit a date.
DATE_TESTS = {
    "greater": _("is after"),
    "at_least": _("is on or after"),
    "less": _("is before"),
    "at_most": _("is on or before"),
}
WITHOUT_VALUE = ("is_empty", "is_not_empty")
_ONLY_TEXT = {"contains", "starts_with"}
_ONLY_ORDERED = {"greater", "at_least", "less", "at_most"}
# As a filter is written in a line of text, the longer sign before the shorter that begins it.
_SIGNS = {
    "!=": "not_equals",
    ">=": "at_least",
    "<=": "at_most",
    "=": "equals",
    ">": "greater",
    "<": "less",
    "~": "contains",
    "^": "starts_with",
}


def tests_for(type_: str | None) -> list[tuple[str, str]]:
    """(code, label) of the tests that a column of this type can be put to; all of them for None."""
    refused = {
        None: set(),
        TEXT: _ONLY_ORDERED,
        BOOLEAN: _ONLY_ORDERED | _ONLY_TEXT,
    }.get(type_, _ONLY_TEXT)
    labels = {**TESTS, **DATE_TESTS} if type_ in TEMPORAL else TESTS
    return [(code, label) for code, label in labels.items() if code not in refused]


def listed(names: list[str]) -> str:
    """Names for an error message: the first ones of a long list."""
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "") or gettext("none")


@dataclass(frozen=True)
class Filter:
    """A filter that fits its column; `value` is a canonical text (see `values`)."""

    column: str
    test: str
    value: str = ""

    def as_json(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class FilterRow:
    """A filter as somebody wrote it, right or wrong, and what is needed to draw its three controls.

    canonical: the value is one that a form has given before, so the reader's language does not matter.
    """

    known: tuple[Column, ...]
    column: str = ""
    test: str = ""
    value: str = ""
    canonical: bool = False

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [("", _("Choose a column")), *((column.name, column.name) for column in self.known)]

    @property
    def tests(self) -> list[tuple[str, str]]:
        return tests_for(self._type)

    @property
    def needs_value(self) -> bool:
        return self.test not in WITHOUT_VALUE

    @property
    def input_type(self) -> str:
        return "date" if self._type == DATE else "text"

    @property
    def error(self) -> str:
        try:
            self.parse()
        except ValueError as error:
            return str(error)
        return ""

    @property
    def _type(self) -> str | None:
        return next((column.type for column in self.known if column.name == self.column), None)

    def parse(self) -> Filter | None:
        """The filter; None for a row without a column; ValueError with a sentence that says what is wrong."""
        if not self.column:
            return None
        if self._type is None:
            raise ValueError(
                gettext("There is no column “%(value)s” to filter by. There is: %(known)s.")
                % {"value": self.column, "known": listed([column.name for column in self.known])}
            )
        if self.test not in TESTS:
            raise ValueError(
                gettext("Write a test after “%(column)s”: one of %(known)s.")
                % {"column": self.column, "known": listed([code for code, _label in self.tests])}
            )
        if self.test not in dict(self.tests):
            raise ValueError(
                gettext("“%(column)s” cannot be tested with “%(test)s”. Choose another test.")
                % {"column": self.column, "test": TESTS[self.test]}
            )
        if not self.needs_value:
            return Filter(self.column, self.test)
        if not self.value.strip():
            raise ValueError(gettext("Write the value that “%(column)s” is compared with.") % {"column": self.column})
        return Filter(self.column, self.test, self._parsed_value())

    def _parsed_value(self) -> str:
        if not self.canonical:
            return values.canonical(self._type, self.value)
        try:
            values.typed(self._type, self.value)
        except (ValueError, ArithmeticError, KeyError):
            # The column may have had another type when the filter was made.
            return values.canonical(self._type, self.value)
        return self.value


def rows_from(data, columns: tuple[Column, ...]) -> list[FilterRow]:
    """The filters in a form's data: the three parallel lists of a QueryDict, or `filters` of a plain dict, which is a
    text, a list of texts, or a list of what `Filter.as_json` gave."""
    if hasattr(data, "getlist"):
        lists = (data.getlist(f"filter_{part}") for part in ("column", "test", "value"))
        return [FilterRow(columns, *parts) for parts in zip(*lists, strict=False)]
    written = data.get("filters") or []
    return [
        FilterRow(columns, canonical=True, **row) if isinstance(row, dict) else _row_from_text(row, columns)
        for row in ([written] if isinstance(written, str) else written)
    ]


def _row_from_text(text: str, columns: Iterable[Column]) -> FilterRow:
    """`Region = North`: the longest column that the text begins with, then a sign or the name of a test."""
    for column in sorted(columns, key=lambda column: -len(column.name)):
        rest = text.strip().removeprefix(column.name)
        if rest != text.strip() and (found := test_and_value(rest)):
            return FilterRow(tuple(columns), column.name, *found)
    name = re.split("|".join(re.escape(sign) for sign in _SIGNS), text)[0].strip()
    return FilterRow(tuple(columns), name or text)


def test_and_value(rest: str) -> tuple[str, str] | None:
    """The test and the value of `>= 5`, or of `is_empty`; None when there is no test."""
    rest = rest.strip()
    for sign, test in _SIGNS.items():
        if rest.startswith(sign):
            return test, rest.removeprefix(sign).strip()
    word, _space, value = rest.partition(" ")
    return (word, value.strip()) if word in TESTS else None
