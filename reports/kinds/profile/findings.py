"""What stands out in the whole table, in plain words, what matters most first."""

from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext, ngettext

from reports.kinds.formats import Formats
from reports.kinds.profile.words import Profiled

# So many columns are named.
MOST_NAMED = 5


def findings(facts: dict, columns: Sequence[Profiled], formats: Formats) -> Iterator[str]:
    yield _repeated(facts["repeated"], formats)
    yield from _missing(columns, formats)
    for chosen, words in _KINDS:
        if some := [column for column in columns if column.facts["filled"] and chosen(column)]:
            yield words(len(some)) % {"number": formats.number(len(some)), "columns": named(some, formats)}
    yield from _together(facts["correlations"], columns, formats)


def named(columns: Sequence[Profiled], formats: Formats, words: Callable[[Profiled], str] = lambda c: c.name) -> str:
    names = ", ".join(map(words, columns[:MOST_NAMED]))
    more = len(columns) - MOST_NAMED
    if more <= 0:
        return names
    return ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", more) % {
        "names": names,
        "number": formats.number(more),
    }


def _repeated(rows: int, formats: Formats) -> str:
    if not rows:
        return gettext("No row repeats another one.")
    words = ngettext("%(number)s row repeats another one.", "%(number)s rows repeat another one.", rows)
    return words % {"number": formats.number(rows)}


def _missing(columns: Sequence[Profiled], formats: Formats) -> Iterator[str]:
    empty = [column for column in columns if not column.facts["filled"]]
    if empty:
        words = ngettext(
            "%(number)s column has no values: %(columns)s.",
            "%(number)s columns have no values: %(columns)s.",
            len(empty),
        )
        yield words % {"number": formats.number(len(empty)), "columns": named(empty, formats)}
    gaps = sorted((column for column in columns if column.missing and column.facts["filled"]), key=lambda c: -c.missing)
    if gaps:
        words = ngettext(
            "%(number)s column has missing values: %(columns)s.",
            "%(number)s columns have missing values: %(columns)s.",
            len(gaps),
        )
        with_share = named(gaps, formats, lambda c: f"{c.name} ({c.share(c.missing, c.rows)})")
        yield words % {"number": formats.number(len(gaps)), "columns": with_share}
    elif not empty:
        yield gettext("No value is missing.")


_KINDS = (
    (
        lambda column: column.facts["misfits"],
        lambda number: ngettext(
            "%(number)s column has values that do not fit the others: %(columns)s.",
            "%(number)s columns have values that do not fit the others: %(columns)s.",
            number,
        ),
    ),
    (
        lambda column: column.facts["variants"]["groups"],
        lambda number: ngettext(
            "%(number)s column has values that are written in several ways: %(columns)s.",
            "%(number)s columns have values that are written in several ways: %(columns)s.",
            number,
        ),
    ),
    (
        lambda column: column.facts["outliers"] and column.facts["outliers"]["rows"],
        lambda number: ngettext(
            "%(number)s column has numbers that are far from the others: %(columns)s.",
            "%(number)s columns have numbers that are far from the others: %(columns)s.",
            number,
        ),
    ),
    (
        lambda column: column.facts["gaps"] and column.facts["gaps"]["missing"],
        lambda number: ngettext(
            "%(number)s column has gaps between its dates: %(columns)s.",
            "%(number)s columns have gaps between their dates: %(columns)s.",
            number,
        ),
    ),
    (
        lambda column: column.rows > 1 and column.facts["distinct"] == 1,
        lambda number: ngettext(
            "%(number)s column has one value only: %(columns)s.",
            "%(number)s columns have one value only: %(columns)s.",
            number,
        ),
    ),
    (
        lambda column: column.is_unique() and not column.missing,
        lambda number: ngettext(
            "%(number)s column has another value in every row: %(columns)s.",
            "%(number)s columns have another value in every row: %(columns)s.",
            number,
        ),
    ),
)


def _together(found: dict, columns: Sequence[Profiled], formats: Formats) -> Iterator[str]:
    strong = len(found["strong"])
    if strong:
        words = ngettext(
            "%(number)s pair of columns of numbers goes together.",
            "%(number)s pairs of columns of numbers go together.",
            strong,
        )
        yield words % {"number": formats.number(strong)}
    elif found["pairs"]:
        yield gettext("No two columns of numbers go together.")
    if left_out := found["left_out"]:
        words = ngettext(
            "%(number)s column of numbers was not compared with others: there are too many.",
            "%(number)s columns of numbers were not compared with others: there are too many.",
            left_out,
        )
        yield words % {"number": formats.number(left_out)}
