"""Values as a reader of a language sees them in print."""

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_percent
from django.utils.translation import gettext, to_locale

from reports.columns import BOOLEAN, DATE, DATETIME, NUMERIC

MISSING = "–"
SMALLEST_SHARE = Decimal("0.001")
# Larger numbers are written with an exponent.  A decimal has as many digits as its column says; only the sum of
# floating-point values can have more than this.
LARGEST_FLOAT, MOST_DIGITS = 1e21, 60
# Where Babel's own medium form is long for a column, or could be read in two ways.
_DATE_PATTERNS = {"en": "d MMM yyyy", "pt": "dd/MM/yyyy"}
_ROUNDING = Context(prec=200, rounding=ROUND_HALF_UP)
_SHORT = Context(prec=6)
# Characters that have no place in a printed document: C0 and C1 controls except tab and newline.
_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10, 13)} | {13: None}


class Formats:
    """Numbers, dates and words of one language and time zone.

    `group` stands between thousands, `dates` is a pattern or a name of Babel's; without them, what is usual does.
    """

    def __init__(self, language: str, time_zone: str, *, group: str | None = None, dates: str = ""):
        self.language = language
        self.locale = Locale.parse(to_locale(language))
        self.zone = ZoneInfo(time_zone)
        symbols = self.locale.number_symbols["latn"]
        self.group, self._decimal = symbols["group"] if group is None else group, symbols["decimal"]
        self._pattern = dates or _DATE_PATTERNS.get(self.locale.language, "medium")
        # A column of dates repeats a few; Babel needs 20 µs for each.
        self.date = lru_cache(maxsize=20_000)(self._date)
        self.moment = lru_cache(maxsize=20_000)(self._moment)

    def otherwise(self, **changes) -> "Formats":
        """The same with another `group` or `dates`."""
        return Formats(self.language, self.zone.key, **changes)

    def number(self, value: int | Decimal | float, decimals: int = 0) -> str:
        """With separators of thousands, rounded half up."""
        if isinstance(value, float):
            if not math.isfinite(value):
                return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}∞"
            if abs(value) >= LARGEST_FLOAT:
                return self._marked(f"{value:.6g}")
            value = Decimal(repr(value))
        if isinstance(value, int):
            value = Decimal(value)
        if not value.is_finite():
            return str(value)
        if value.adjusted() >= MOST_DIGITS:
            return self._marked(f"{value.normalize(_SHORT):g}")
        if value and abs(value) < Decimal(5).scaleb(-decimals - 1):
            return self._marked(f"{float(value):.3g}")
        return self._marked(f"{_ROUNDING.quantize(value, Decimal(1).scaleb(-decimals)):,.{decimals}f}")

    def _marked(self, number: str) -> str:
        """`number` is written as in English."""
        if self._decimal == ".":
            return number.replace(",", self.group)
        return number.replace(",", "\0").replace(".", self._decimal).replace("\0", self.group)

    def percent(self, share: Decimal) -> str:
        """A share of 1: whole percents, below one percent with a decimal."""
        if 0 < share < SMALLEST_SHARE:
            return "<" + format_percent(SMALLEST_SHARE, "0.0%", locale=self.locale)
        step, pattern = (Decimal("0.001"), "0.0%") if 0 < share < Decimal("0.01") else (Decimal("0.01"), "0%")
        return format_percent(_ROUNDING.quantize(share, step), pattern, locale=self.locale)

    def truth(self, value: bool) -> str:
        return gettext("Yes") if value else gettext("No")

    def text(self, value: str) -> str:
        return value if value.isprintable() else value.translate(_CONTROLS)

    def cell(self, type_: str, decimals: int = 0) -> Callable[[object], str]:
        """What prints a value (or None) of a column of this type."""
        if type_ in NUMERIC:
            return self._number_cell(decimals)
        form = {DATE: self.date, DATETIME: self.moment, BOOLEAN: self.truth}.get(type_, self.text)
        return lambda value: MISSING if value is None else form(value)

    def _number_cell(self, decimals: int) -> Callable[[int | Decimal | float | None], str]:
        """As `number`, and faster for values with just the decimals that are printed, as nearly all of a column are."""
        number, marked, pattern, last_digit = self.number, self._marked, f",.{decimals}f", Decimal(1).scaleb(-decimals)

        def cell(value: int | Decimal | float | None) -> str:
            if value is None:
                return MISSING
            if type(value) is Decimal and value.same_quantum(last_digit) and value.adjusted() < MOST_DIGITS:
                return marked(format(value, pattern))
            if type(value) is int and not decimals:
                return marked(format(value, ","))
            return number(value, decimals)

        return cell

    def _date(self, value: date) -> str:
        return format_date(value, self._pattern, locale=self.locale)

    def _moment(self, value: datetime) -> str:
        """`value`: what the clocks of the zone show, or with an offset."""
        local = value.astimezone(self.zone) if value.tzinfo else value
        seconds = ":ss" if local.second else ""
        return f"{self._date(local.date())} {format_datetime(local, 'HH:mm' + seconds, locale=self.locale)}"
