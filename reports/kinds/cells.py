"""What prints the values of a column, with its look, and what reads its numbers back from print."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from math import isfinite

from babel.numbers import get_currency_precision, get_currency_symbol

from reports.columns import DATE, DATETIME, NUMERIC, Column
from reports.kinds.formats import Formats
from reports.kinds.looks import MARKS, Look, tone_of

Cell = Callable[[object], str]
_NO_LOOK = Look("")
_EXACT = Context(prec=1_000)
# What stands between thousands.
GROUPS = {"none": "", "space": " "}


class Numbers:
    """The numbers of a column: `write` prints one, `read` finds it in print again.

    decimals: how many are printed at least.  rounds: whether the data may have more than that.
    """

    def __init__(self, formats: Formats, decimals: int = 0, look: Look = _NO_LOOK):
        self.look = look
        self.formats = formats.otherwise(group=GROUPS[look.thousands]) if look.thousands else formats
        found = max(0, decimals - 2) if look.percent else decimals
        usual = max(found, get_currency_precision(look.currency)) if look.currency else found
        self.decimals = usual if look.decimals is None else look.decimals
        self.rounds = self.decimals < found
        self._before, self._after = _affixes(formats, look)
        self.plain = self.formats.cell("decimal", self.decimals)
        symbols = formats.locale.number_symbols["latn"]
        group = self.formats.group
        self._marks = str.maketrans({**({group: ""} if group else {}), symbols["decimal"]: ".", "∞": "Infinity"})
        self._tones = tuple(f"{mark} " for mark in MARKS.values())
        self.is_plain = not (self._before or self._after or look.percent)

    def write(self, value: int | Decimal | float | None, least: int = 0) -> str:
        """A value (or None), with `least` decimals or more."""
        if value is None:
            return self.look.missing
        if self.look.percent:
            value = _hundredfold(value)
        words = self.formats.number(value, least) if least > self.decimals else self.plain(value)
        if self.is_plain:
            return words
        sign = "-" if words.startswith("-") else ""
        return f"{sign}{self._before}{words.removeprefix('-')}{self._after}"

    def read(self, text: str) -> Decimal | None:
        """The number of what `write` wrote, marked with a tone or not; None where no value is.

        Raises ArithmeticError for any other text.
        """
        if text.startswith(self._tones):
            text = text[2:]
        if text == self.look.missing:
            return None
        if not self.is_plain:
            text = text.removesuffix(self._after).replace(self._before, "", 1)
        number = Decimal(text.translate(self._marks))
        return number.scaleb(-2, _EXACT) if self.look.percent else number


def _hundredfold(value: int | Decimal | float) -> Decimal | float:
    """Exactly."""
    if isinstance(value, float) and not isfinite(value):
        return value
    return Decimal(repr(value) if isinstance(value, float) else value).scaleb(2, _EXACT)


def _affixes(formats: Formats, look: Look) -> tuple[str, str]:
    """What stands before and behind a number.  Numbers are never broken, so that a plain space will do."""
    before = after = ""
    if look.currency:
        pattern = formats.locale.currency_formats["standard"]
        symbol = get_currency_symbol(look.currency, formats.locale)
        before, after = (part[0].replace("¤", symbol) for part in (pattern.prefix, pattern.suffix))
        before += " " if before[-1:].isalpha() else ""  # CHF 10, as the pattern has it for symbols that are letters
    if look.percent:
        after += formats.locale.percent_formats[None].suffix[0]
    if look.unit:
        after += f" {look.unit}"
    return before.replace("\xa0", " "), after.replace("\xa0", " ")


@dataclass(frozen=True)
class Printer:
    """What prints a column: `cell` the texts of its values, `tone` the colour of one; None: none is coloured."""

    column: Column
    look: Look
    cell: Cell
    numbers: Numbers | None
    tone: Callable[[object], str] | None

    @property
    def widest(self) -> Cell:
        """As `cell`, with the room that a mark takes."""
        marks = {MARKS[rule.tone] for rule in self.look.rules}
        return (lambda value: f"{max(marks)} {self.cell(value)}") if marks else self.cell

    @property
    def others(self) -> list[str]:
        """What the data may have where nobody looks: the names of months are not equally long."""
        if not self.look.dates:
            return []
        moments = [datetime(2020, month, 28, 20, 28, 28) for month in range(1, 13)]
        return [self.widest(moment if self.column.type == DATETIME else moment.date()) for moment in moments]


def printer_of(column: Column, formats: Formats, decimals: int, looks: Mapping[str, Look]) -> Printer:
    look = looks.get(column.name, Look(column.name))
    numbers = Numbers(formats, decimals, look) if column.type in NUMERIC else None
    tone = tone_of(column, look.rules) if look.rules else None
    return Printer(column, look, _cell(column, formats, look, numbers), numbers, tone)


def _cell(column: Column, formats: Formats, look: Look, numbers: Numbers | None) -> Cell:
    if numbers:
        # Nearly all columns are plain, and of them there is nothing faster than this.
        return numbers.write if look != Look(column.name, look.label, rules=look.rules) else numbers.plain
    if look.dates and column.type in (DATE, DATETIME):
        return _in_dates(formats, look, with_time=column.type == DATETIME)
    cell = formats.cell(column.type)
    return (lambda value: look.missing if value is None else cell(value)) if look.empty else cell


def _in_dates(formats: Formats, look: Look, *, with_time: bool) -> Cell:
    other = formats.otherwise(dates="yyyy-MM-dd" if look.dates == "iso" else look.dates)
    write = other.moment if with_time else other.date
    return lambda value: look.missing if value is None else write(value)
