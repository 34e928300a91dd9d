"""Filters as people write them: rows of controls in a form, or lines of text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reports.columns import DATE, TEMPORAL, Column
from reports.kinds import values
from reports.kinds.filters import MOST_LABEL, RANGE, TESTS, WITHOUT_VALUE, Filter, listed, tests_for
from reports.kinds.periods import DAYS, PERIODS, period_named

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


@dataclass(frozen=True)
class FilterRow:
    """A filter as somebody wrote it, right or wrong, and what is needed to draw its controls.

    to: the other end of a range.  period: one of PERIODS instead of dates.  asked, label: see `Filter.asked`.
    canonical: the value is one that a form has given before, so the reader's language does not matter.
    """

    known: tuple[Column, ...]
    column: str = ""
    test: str = ""
    value: str = ""
    to: str = ""
    period: str = ""
    asked: bool = False
    label: str = ""
    canonical: bool = False

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [("", _("Choose a column")), *((column.name, column.name) for column in self.known)]

    @property
    def tests(self) -> list[tuple[str, str]]:
        return tests_for(self.type)

    @property
    def periods(self) -> list[tuple[str, str]]:
        """Those that can stand in place of a date; none where no date can."""
        if self.type not in TEMPORAL or not self.needs_value:
            return []
        one_day = self.test in ("", "equals", "not_equals")
        none = _("From … to …") if self.is_range else _("A date")
        return [("", none), *((code, label) for code, label in PERIODS.items() if code in DAYS or not one_day)]

    @property
    def offered_period(self) -> str:
        """The chosen period, where the test still admits it."""
        return self.period if self.period in dict(self.periods) else ""

    @property
    def needs_value(self) -> bool:
        return self.test not in WITHOUT_VALUE

    @property
    def is_range(self) -> bool:
        return self.test == "between"

    @property
    def input_type(self) -> str:
        return "date" if self.type == DATE else "text"

    @property
    def error(self) -> str:
        try:
            self.parse()
        except ValueError as error:
            return str(error)
        return ""

    @property
    def type(self) -> str | None:
        return next((column.type for column in self.known if column.name == self.column), None)

    def written(self, text: str) -> "FilterRow":
        """The same row with a value in one line of text: a range has `..` between its ends."""
        period = period_named(text) if self.type in TEMPORAL else ""
        if period:
            return replace(self, value="", to="", period=period)
        value, _dots, to = text.partition(RANGE) if self.is_range else (text, "", "")
        return replace(self, value=value.strip(), to=to.strip(), period="")

    def parse(self) -> Filter | None:
        """The filter; None for a row without a column; ValueError with a sentence that says what is wrong."""
        if not self.column:
            return None
        self._check_test()
        if not self.needs_value:
            return Filter(self.column, self.test)
        label = " ".join(self.label.split())[:MOST_LABEL] or self.column
        found = Filter(self.column, self.test, asked=label if self.asked else "")
        if self.period and self.type in TEMPORAL:
            return self._with_period(found)
        if not self.value.strip() and not (self.is_range and self.to.strip()):
            if self.asked:
                return found
            raise ValueError(_("Write the value that “%(column)s” is compared with.") % {"column": self.column})
        return replace(found, value=self._parsed_range() if self.is_range else self._parsed(self.value))

    def _check_test(self) -> None:
        if self.type is None:
            raise ValueError(
                _("There is no column “%(value)s” to filter by. There is: %(known)s.")
                % {"value": self.column, "known": listed([column.name for column in self.known])}
            )
        if self.test not in TESTS:
            raise ValueError(
                _("Write a test after “%(column)s”: one of %(known)s.")
                % {"column": self.column, "known": listed([code for code, _label in self.tests])}
            )
        if self.test not in dict(self.tests):
            raise ValueError(
                _("“%(column)s” cannot be tested with “%(test)s”. Choose another test.")
                % {"column": self.column, "test": TESTS[self.test]}
            )

    def _with_period(self, found: Filter) -> Filter:
        if self.period not in PERIODS:
            raise ValueError(
                _("There is no period “%(value)s”. There is: %(known)s.")
                % {"value": self.period, "known": ", ".join(map(str, PERIODS.values()))}
            )
        if self.test == "not_equals" and self.period not in DAYS:
            raise ValueError(
                _("“%(value)s” is more than one day. Choose another test for “%(column)s”.")
                % {"value": PERIODS[self.period], "column": self.column}
            )
        test = "between" if self.test == "equals" and self.period not in DAYS else self.test
        return replace(found, test=test, said=self.period)

    def _parsed_range(self) -> str:
        low, high = (self._parsed(end) if end.strip() else "" for end in (self.value, self.to))
        if low and high and _is_before(self.type, high, low):
            raise ValueError(
                _("The range of “%(column)s” ends before it begins. Exchange the two values.") % {"column": self.column}
            )
        return f"{low}{RANGE}{high}"

    def _parsed(self, text: str) -> str:
        if not self.canonical:
            return values.canonical(self.type, text)
        try:
            values.typed(self.type, text)
        except (ValueError, ArithmeticError, KeyError):
            # The column may have had another type when the filter was made.
            return values.canonical(self.type, text)
        return text


def _is_before(type_: str, one: str, other: str) -> bool:
    """A date, which stands for its whole day, is not before a time of that day."""
    if type_ in TEMPORAL:
        shortest = min(len(one), len(other))
        return one[:shortest] < other[:shortest]
    return values.typed(type_, one) < values.typed(type_, other)


def rows_from(data, columns: tuple[Column, ...]) -> list[FilterRow]:
    """The filters in a form's data: the parallel lists of a QueryDict, or `filters` of a plain dict, which is a text, a
    list of texts, or a list of what `Filter.as_json` gave."""
    if hasattr(data, "getlist"):
        return list(_posted_rows(data, columns))
    written = data.get("filters") or []
    return [
        row_from_json(row, columns) if isinstance(row, dict) else _row_from_text(row, columns)
        for row in ([written] if isinstance(written, str) else written)
    ]


def _posted_rows(data, columns: tuple[Column, ...]) -> Iterator[FilterRow]:
    """The first three lists are as long as there are rows; a box that is not ticked sends nothing, so each names the
    key of its row."""
    lists = [data.getlist(f"filter_{part}") for part in ("column", "test", "value")]
    more = [data.getlist(f"filter_{part}") for part in ("to", "period", "label", "key")]
    ticked = data.getlist("filter_asked")
    for place, row in enumerate(zip(*lists, strict=False)):
        to, period, label, key = (some[place] if place < len(some) else "" for some in more)
        yield FilterRow(columns, *row, to, period, asked=bool(key) and key in ticked, label=label)


def row_from_json(stored: dict, columns: tuple[Column, ...]) -> FilterRow:
    """The row of a filter that is kept; one that was told as a period is that period again."""
    value, to = stored["value"], ""
    if stored["test"] == "between":
        value, _dots, to = value.partition(RANGE)
    said, asked = stored.get("said", ""), stored.get("asked", "")
    if said:
        value = to = ""
    return FilterRow(columns, stored["column"], stored["test"], value, to, said, bool(asked), asked, canonical=True)


def _row_from_text(text: str, columns: Iterable[Column]) -> FilterRow:
    """`Region = North`: the longest column that the text begins with, then a sign or the name of a test."""
    for column in sorted(columns, key=lambda column: -len(column.name)):
        rest = text.strip().removeprefix(column.name)
        if rest != text.strip() and (found := test_and_value(rest)):
            test, value = found
            return FilterRow(tuple(columns), column.name, test).written(value)
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
