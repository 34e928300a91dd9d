"""What `gather` found of a column, in the words of the reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, NUMERIC, TEXT, Column
from reports.kinds.cells import Numbers, printer_of
from reports.kinds.formats import Formats
from reports.kinds.looks import Look

# Characters of a value that there is room for.
MOST_CHARACTERS = 60
# So many different values are listed however even they are; what is so many times the average stands out.
MOST_LISTED, PEAK = 10, 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Profiled:
    """The facts of a column of a table with so many `rows`, and how its values are written; `decimals`: of numbers."""

    facts: dict
    rows: int
    formats: Formats
    decimals: int = 0
    look: Look | None = None

    @property
    def column(self) -> Column:
        return Column(self.facts["name"], self.facts["type"])

    @property
    def name(self) -> str:
        return shortened(self.look.name if self.look else self.column.name)

    @property
    def missing(self) -> int:
        return self.rows - self.facts["filled"]

    def count(self, number: int) -> str:
        return self.formats.number(number)

    def share(self, number: int, of: int) -> str:
        """Nearly all is not 100 %."""
        words = self.formats.percent(Decimal(number) / of)
        if number < of and words == self.formats.percent(Decimal(1)):
            return f">{self.formats.percent(Decimal('0.99'))}"
        return words

    def write(self, value) -> str:
        """A value as the facts have it."""
        looks = {self.column.name: self.look} if self.look else {}
        words = printer_of(self.column, self.formats, self.decimals, looks).cell(_typed(self.column.type, value))
        return shortened(" ".join(words.split()))

    def write_number(self, text: str) -> str:
        """A number that need not be one of the values."""
        return Numbers(self.formats, self.decimals, self.look or Look("")).write(Decimal(text))

    def missing_in_words(self) -> str:
        if not self.missing:
            return self.count(0)
        return f"{self.count(self.missing)} ({self.share(self.missing, self.rows)})"

    def distinct_in_words(self) -> str:
        number = self.count(self.facts["distinct"])
        return gettext("about %(number)s") % {"number": number} if self.facts["is_estimate"] else number

    def ends(self) -> tuple[str, str] | None:
        """The smallest and the largest value, or the first and the last one in the alphabet."""
        if self.facts.get("least") is None:
            return None
        return self.write(self.facts["least"]), self.write(self.facts["greatest"])

    def figures(self) -> Iterator[tuple[str, str]]:
        """(label, words)"""
        yield gettext("Missing"), self.missing_in_words()
        yield gettext("Different values"), self.distinct_in_words()
        if not (ends := self.ends()):
            return
        first, last = _END_NAMES[self.column.type]()
        yield first, ends[0]
        if self.facts["quartiles"]:
            names = (
                gettext("A quarter is up to"),
                gettext("Half is up to (median)"),
                gettext("Three quarters are up to"),
            )
            yield from zip(names, map(self.write, self.facts["quartiles"]), strict=True)
        yield last, ends[1]
        if self.column.type == TEXT:
            yield gettext("Characters"), self._lengths()

    def _lengths(self) -> str:
        shortest, longest = self.count(self.facts["shortest"]), self.count(self.facts["longest"])
        return shortest if shortest == longest else f"{shortest} – {longest}"

    def is_unique(self) -> bool:
        """Whether no value is there twice."""
        return 1 < self.facts["filled"] == self.facts["distinct"] and not self.facts["is_estimate"]

    def top(self) -> list[list[str]]:
        """[value, rows, share] of the most frequent values, unless they are hardly more frequent than the others."""
        top, distinct = self.facts["top"], self.facts["distinct"]
        is_flat = distinct > MOST_LISTED and top and top[0][1] * distinct < PEAK * self.facts["filled"]
        if self.is_unique() or (is_flat and self.column.type not in (TEXT, BOOLEAN)):
            return []
        return [
            [self.write(value), self.count(rows), self.share(rows, self.facts["filled"])]
            for value, rows in self.facts["top"]
        ]

    def has_peak(self) -> bool:
        """Whether one part of the histogram stands out."""
        counts = self.facts["bins"]["counts"]
        return max(counts) * len(counts) >= PEAK * sum(counts)

    def spread_in_words(self) -> str:
        """What a histogram shows."""
        bins = self.facts["bins"]
        most = max(bins["counts"])
        share = self.share(most, self.facts["filled"])
        if not self.has_peak():
            return gettext("Spread evenly: no part of the range has more than %(share)s of the values.") % {
                "share": share
            }
        part = bins["counts"].index(most)
        low, high = (self._place(bins, end) for end in (part, part + 1))
        return gettext("Most values, %(share)s, are from %(low)s to %(high)s.") % {
            "share": share,
            "low": low,
            "high": high,
        }

    def _place(self, bins: dict, part: int) -> str:
        """Where a part of the histogram begins, within the values that there are."""
        parts = len(bins["counts"])
        place = bins["low"] * (1 - part / parts) + bins["high"] * (part / parts)
        place = min(max(place, self.facts["low"]), self.facts["high"])
        if self.column.type in NUMERIC:
            return self.write(round(place) if self.column.type != DECIMAL else place)
        moment = (_EPOCH + timedelta(seconds=round(place))).replace(tzinfo=None)
        return self.write((moment if self.column.type == DATETIME else moment.date()).isoformat())


_END_NAMES = {
    TEXT: lambda: (gettext("First in the alphabet"), gettext("Last in the alphabet")),
    DATE: lambda: (gettext("Earliest"), gettext("Latest")),
    DATETIME: lambda: (gettext("Earliest"), gettext("Latest")),
    **dict.fromkeys(NUMERIC, lambda: (gettext("Smallest"), gettext("Largest"))),
}


def _typed(type_: str, value):
    if type_ == DATE:
        return date.fromisoformat(value)
    if type_ == DATETIME:
        return datetime.fromisoformat(value)
    return Decimal(value) if type_ == DECIMAL and isinstance(value, str) else value


def shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1].rstrip() + "…"
