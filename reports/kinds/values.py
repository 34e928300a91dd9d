"""Values as people write them, and as the options of a report keep them.

What a person writes (`1.234,56`, `31/12/2025`, `sim`) becomes a canonical text (`1234.56`, `2025-12-31`, `true`), which
means the same in every language; `typed` makes the Python value of it.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, NUMERIC, TEXT

TYPE_NAMES = {
    TEXT: _("Text"),
    INTEGER: _("Whole number"),
    DECIMAL: _("Decimal number"),
    DATE: _("Date"),
    DATETIME: _("Date and time"),
    BOOLEAN: _("Yes or no"),
}
# More digits do not fit into DuckDB's widest decimal beside those of a column.
MOST_WHOLE_DIGITS, MOST_DECIMALS = 20, 15
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(.+))?")
_YES = {"true", "yes", "y", "1", "t", "sim", "s", "verdadeiro"}
_NO = {"false", "no", "n", "0", "f", "não", "nao", "falso"}


def canonical(type_: str, text: str) -> str:
    """The canonical text of what a person wrote for a column of this type; ValueError with a sentence that says
    how to write it.  For a date-time a date alone stays a date: it stands for the whole day; a
    time with an offset becomes what the portal's clocks show."""
    text = text.strip()
    if type_ in NUMERIC:
        return _number(text)
    if type_ in (DATE, DATETIME):
        return _moment(text, with_time=type_ == DATETIME)
    if type_ == BOOLEAN:
        return _truth(text)
    return text


def typed(type_: str, text: str) -> str | Decimal | date | datetime | bool:
    """The value of a canonical text; ValueError or ArithmeticError when it is none."""
    if type_ == TEXT:
        return text
    if type_ in NUMERIC:
        return Decimal(text)
    if type_ == BOOLEAN:
        return {"true": True, "false": False}[text]
    if "T" not in text:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        raise ValueError(text)  # a canonical time has no offset
    return moment


def _number(text: str) -> str:
    compact = re.sub(r"\s", "", text).replace("−", "-")
    mark = _decimal_mark(compact)
    whole, _, decimals = compact.partition(mark) if mark else (compact, "", "")
    groups = re.fullmatch(r"([+-]?)(\d{1,3}(?:[.,]\d{3})+|\d*)", whole)
    digits = re.sub(r"[.,]", "", groups[2]) if groups else ""
    if not re.fullmatch(r"\d*", decimals) or not (digits or (groups and decimals)) or len(set(whole) & set(".,")) > 1:
        raise ValueError(gettext("“%(value)s” is not a number. Write it like 1234.56 or 1.234,56.") % {"value": text})
    if len(digits) > MOST_WHOLE_DIGITS or len(decimals) > MOST_DECIMALS:
        raise ValueError(gettext("“%(value)s” has too many digits.") % {"value": text})
    return f"{groups[1].strip('+')}{digits or '0'}{'.' + decimals if decimals else ''}"


def _decimal_mark(number: str) -> str:
    """The character that separates the decimals, or "" when the number has none."""
    marks = re.sub(r"[^.,]", "", number)
    if not marks:
        return ""
    if len(marks) > 1:
        return "" if len(set(marks)) == 1 else marks[-1]
    # `1.234` and `1,234` can be read in two ways: the person's language decides.
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", number):
        own = "," if (get_language() or "").startswith("pt") else "."
        return marks if marks == own else ""
    return marks


def _moment(text: str, *, with_time: bool) -> str:
    day_first = _DAY_FIRST.fullmatch(text)
    iso = text
    if day_first:
        day, month, year, clock = day_first.groups()
        iso = f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock:0>5}" if clock else "")
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", iso):
            return date.fromisoformat(iso).isoformat()
        if with_time:
            moment = datetime.fromisoformat(iso)
            zone = timezone.get_default_timezone()
            return (timezone.make_naive(moment, zone) if moment.tzinfo else moment).isoformat()
    except (ValueError, OverflowError):
        pass
    sentence = (
        gettext("“%(value)s” is not a time that exists. Write it like 31/12/2025 14:30 or 2025-12-31 14:30.")
        if with_time
        else gettext("“%(value)s” is not a date that exists. Write it like 31/12/2025 or 2025-12-31.")
    )
    raise ValueError(sentence % {"value": text})


def _truth(text: str) -> str:
    word = text.casefold()
    if word not in _YES | _NO:
        raise ValueError(gettext("“%(value)s” is neither yes nor no.") % {"value": text})
    return "true" if word in _YES else "false"
