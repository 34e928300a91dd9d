"""The ways in which characters can be read as values.

Numbers     `1234.56` and `1,234.56` have a decimal POINT; `1.234,56` and `1 234,56` have a decimal COMMA.
Dates       `2025-12-31`; `31/12/2025` has the DAY first, `12/31/2025` the MONTH; `-` separates too, `.` after a day.
Date-times  a date and `23:59`, `23:59:59` or `23:59:59.999999`; with a zone (`Z`, `+03:00`)
            it becomes what the clocks of the connection's time zone show at that moment.
Booleans    true/false, yes/no, sim/não, verdadeiro/falso, in any case; 0 and 1 are integers.

Patterns match whole values without the spaces around them, and mean the same to Python and to DuckDB (RE2).
"""

from dataclasses import dataclass

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER

POINT, COMMA, DAY, MONTH = "point", "comma", "day", "month"


@dataclass(frozen=True)
class Reading:
    """One way.  Its SQL speaks of the trimmed text as {v}."""

    type: str  # of columns.TYPES; grouped decimals that prove to be whole become integers
    pattern: str
    value: str  # SQL; NULL where the pattern matches what does not exist, such as the 31st of February
    convention: str = ""
    digits: str = ""  # SQL of an exact number's digits, sign and decimal point alone
    measured: tuple[str, str] = ("", "")  # SQL whose length bounds these digits, and its decimal mark
    both: bool = False  # only when both words occur: a column of nothing but NO may be about Norway


def number_pattern(mark: str, groups: tuple[str, ...]) -> str:
    whole = "|".join(["0", "[1-9][0-9]*", *(f"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+" for group in groups)])
    return f"-?(?:(?:{whole})(?:[{mark}][0-9]+)?|[{mark}][0-9]+)"


def _exact(mark: str, groups: tuple[str, ...], digits: str, convention: str) -> Reading:
    return Reading(DECIMAL, number_pattern(mark, groups), "true", convention, digits, ("{v}", mark))


def formats_of(dates: tuple[str, ...], times: tuple[str, ...] = ("",)) -> str:
    return "[" + ", ".join(f"'{date}{time}'" for time in times for date in dates) + "]"


def _words(true: str, false: str, both: bool = False) -> Reading:
    known = ", ".join(f"'{word}'" for word in true.split("|"))
    return Reading(BOOLEAN, f"(?i:{true}|{false})", f"lower({{v}}) IN ({known})", both=both)


SPACES = "[ \u00a0\u202f]"
WHOLE = Reading(INTEGER, "0|-?[1-9][0-9]{0,17}", "try_cast({v} AS BIGINT)")
PLAIN = _exact(".", (), "{v}", POINT)
NUMBERS = (
    _exact(".", (",",), "replace({v}, ',', '')", POINT),
    _exact(",", ("[.]", SPACES), "replace(translate({v}, '. \u00a0\u202f', ''), ',', '.')", COMMA),
)
_SIGNIFICANT = "trim(translate(split_part(lower(%s), 'e', 1), '-.', ''), '0')"
_FLOAT = "try_cast({v} AS DOUBLE)"
# As programs write them: 1.5e-07; codes such as 12E5 have no sign. Only what can be written back with the same digits.
FLOAT = Reading(
    DECIMAL,
    "-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+][0-9]{1,3})?",
    f"CASE WHEN isfinite({_FLOAT}) AND {_SIGNIFICANT % '{v}'} = {_SIGNIFICANT % f'CAST({_FLOAT} AS VARCHAR)'} "
    f"THEN {_FLOAT} END",
)

_YEAR_FIRST = "[12][0-9]{3}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_YEAR_LAST = "[0-9]{1,2}%s[0-9]{1,2}%s[12][0-9]{3}"
_DAY_FIRST = "(?:" + "|".join(_YEAR_LAST % (mark, mark) for mark in ("/", "-", "[.]")) + ")"
_MONTH_FIRST = "(?:" + "|".join(_YEAR_LAST % (mark, mark) for mark in ("/", "-")) + ")"
_DAY_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_MONTH_FORMATS = ("%m/%d/%Y", "%m-%d-%Y")
_HOURS = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
CLOCK = f" {_HOURS}(?::[0-5][0-9](?:[.][0-9]{{1,6}})?)?(?: ?[AaPp][Mm])?"
_CLOCK_FORMATS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S.%f")
_ISO_CLOCK = f"[ T]{_HOURS}(?::[0-5][0-9](?:[.][0-9]{{1,6}}0*)?)?"
_ZONE = "(?:Z|[-+][0-9]{2}(?::?[0-9]{2})?)"


def _date(pattern: str, formats: tuple[str, ...], convention: str = "") -> Reading:
    return Reading(DATE, pattern, f"CAST(try_strptime({{v}}, {formats_of(formats)}) AS DATE)", convention)


def _datetime(pattern: str, formats: tuple[str, ...], convention: str) -> Reading:
    value = f"try_strptime({{v}}, {formats_of(formats, _CLOCK_FORMATS)})"
    return Reading(DATETIME, f"{pattern}(?:{CLOCK})?", value, convention)


ISO_DATE = _date(_YEAR_FIRST, ("%Y-%m-%d", "%Y/%m/%d"))
DATES = (_date(_DAY_FIRST, _DAY_FORMATS, DAY), _date(_MONTH_FIRST, _MONTH_FORMATS, MONTH))
ISO_DATETIME = Reading(DATETIME, f"{_YEAR_FIRST}(?:{_ISO_CLOCK})?", "try_cast({v} AS TIMESTAMP)")
DATETIMES = (_datetime(_DAY_FIRST, _DAY_FORMATS, DAY), _datetime(_MONTH_FIRST, _MONTH_FORMATS, MONTH))
ZONED = Reading(DATETIME, f"{_YEAR_FIRST}{_ISO_CLOCK}{_ZONE}", "CAST(try_cast({v} AS TIMESTAMPTZ) AS TIMESTAMP)")
BOOLEANS = (
    _words("true", "false"),
    _words("verdadeiro", "falso"),
    _words("yes", "no", both=True),
    _words("sim", "não|nao", both=True),
)

# Ladders: a rung is tried when no reading on the rung before it holds.
LADDERS = (
    ((WHOLE,), NUMBERS, (FLOAT,)),
    ((ISO_DATE,), (ISO_DATETIME,)),
    (DATES, DATETIMES),
    ((ZONED,),),
    (BOOLEANS,),
)
# Where the format itself says that something is a number.
NUMBER_LADDERS = (((WHOLE,), (PLAIN,), (FLOAT,)),)
