"""How characters are read when a person has said what type a column has.

People know better: leading zeros, currency signs, brackets around negative numbers, years of two digits and the time
of a date may go now.
"""

from reports.columns import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER
from reports.sources.engine import literal
from reports.sources.readings import (
    CLOCK,
    COMMA,
    DATETIMES,
    DAY,
    FLOAT,
    ISO_DATETIME,
    MONTH,
    POINT,
    SPACES,
    ZONED,
    Reading,
    formats_of,
)

_CURRENCY = "(?:R[$]|US[$]|[$€£¥])?"
_GROUPS = {POINT: (".", (",",)), COMMA: (",", ("[.]", SPACES))}
_DIGITS = {
    POINT: "regexp_replace(replace({v}, '(', '-'), '[^-0-9.]', '', 'g')",
    COMMA: "replace(regexp_replace(replace({v}, '(', '-'), '[^-0-9,]', '', 'g'), ',', '.')",
}
_TRUE = ("true", "yes", "sim", "verdadeiro", "t", "y", "s", "v", "1")
_FALSE = ("false", "no", "não", "nao", "falso", "f", "n", "0")


def _number(convention: str, fraction: str) -> str:
    mark, groups = _GROUPS[convention]
    whole = "|".join(["[0-9]+", *(f"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+" for group in groups)])
    number = f"(?:(?:{whole})(?:[{mark}]{fraction})?|[{mark}]{fraction})"
    return f"[(]?[-+]? ?{_CURRENCY} ?[-+]?{number} ?{_CURRENCY}[)]?"


def _integer(convention: str) -> Reading:
    value = f"try_cast(split_part({_DIGITS[convention]}, '.', 1) AS BIGINT)"
    return Reading(INTEGER, _number(convention, "0+"), value, convention)


def _decimal(convention: str) -> Reading:
    digits = _DIGITS[convention]
    return Reading(
        DECIMAL, _number(convention, "[0-9]+"), f"try_cast({digits} AS DOUBLE)", convention, digits, (digits, ".")
    )


def _date(first: str, second: str, convention: str) -> Reading:
    # Two digits before four: %Y would read 25 as the year 25.
    formats = tuple(f"{first}{mark}{second}{mark}{year}" for mark in "/-." for year in ("%y", "%Y"))
    value = f"CAST(try_strptime(split_part({{v}}, ' ', 1), {formats_of(formats)}) AS DATE)"
    return Reading(DATE, f"[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.](?:[0-9]{{2}}){{1,2}}(?:{CLOCK})?", value, convention)


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


# For each type, in order of preference.
CORRECTIONS = {
    INTEGER: (_integer(POINT), _integer(COMMA)),
    DECIMAL: (_decimal(POINT), _decimal(COMMA), FLOAT),
    DATE: (
        Reading(
            DATE,
            f"[12][0-9]{{7}}|{ISO_DATETIME.pattern}|{ZONED.pattern}",
            f"CAST(CASE WHEN regexp_full_match({{v}}, {literal(ZONED.pattern)}) THEN {ZONED.value} "
            f"ELSE coalesce(try_strptime({{v}}, '%Y%m%d'), {ISO_DATETIME.value}) END AS DATE)",
        ),
        _date("%d", "%m", DAY),
        _date("%m", "%d", MONTH),
    ),
    DATETIME: (ISO_DATETIME, *DATETIMES, ZONED),
    BOOLEAN: (
        Reading(
            BOOLEAN,
            "(?i:" + "|".join(_TRUE + _FALSE) + ")",
            f"lower({{v}}) IN ({_words(_TRUE)})",
        ),
    ),
}
