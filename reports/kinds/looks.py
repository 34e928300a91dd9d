"""How a person wants the values of a column to look: what it is called, how its numbers and dates are written, what
stands for no value, and which values are coloured.

A look is an option of the kinds' forms (see `forms`) and a dict that survives JSON.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from reports.columns import DATE, DATETIME, TEXT, Column
from reports.kinds import values
from reports.kinds.filters import WITHOUT_VALUE
from reports.kinds.formats import MISSING

LONGEST_LABEL, LONGEST_UNIT, LONGEST_EMPTY = 80, 12, 20
MOST_DECIMALS = 10
GROUPINGS = {"": _("As the language does"), "none": _("None"), "space": _("A space")}
DATES = {
    "": _("Usual"),
    "short": _("Short"),
    "medium": _("Medium"),
    "long": _("Long"),
    "iso": _("ISO 8601, as 2025-12-31"),
}
# Every colour is dark enough on white for small text, 4.5 to 1, and has a mark of its own shape: nobody has to see the
# colour to know which it is.
TONES = {"good": _("Good"), "warn": _("Warning"), "bad": _("Bad"), "accent": _("Accent")}
COLOURS = {"good": "#1b6a45", "warn": "#855000", "bad": "#ab241c", "accent": "#24409a"}
MARKS = {"good": "●", "warn": "▲", "bad": "■", "accent": "◆"}
MOST_RULES = 3


@dataclass(frozen=True)
class Rule:
    """Values that pass a test have a tone.  `test` and `value` are those of a filter, `value` canonical."""

    test: str
    value: str
    tone: str


@dataclass(frozen=True)
class Look:
    """decimals: how many are printed; None: as many as the data has.  currency: an ISO 4217 code.  unit: stands behind
    the number.  percent: 0.25 is printed as 25%.  empty: what stands for no value.  rules: the first that holds counts.
    """

    column: str
    label: str = ""
    decimals: int | None = None
    thousands: str = ""
    currency: str = ""
    unit: str = ""
    percent: bool = False
    dates: str = ""
    empty: str = ""
    rules: tuple[Rule, ...] = ()

    @property
    def name(self) -> str:
        """What the column is called in print."""
        return self.label or self.column

    @property
    def missing(self) -> str:
        return self.empty or MISSING

    def as_json(self) -> dict:
        """Only what differs from the usual look."""
        usual = Look(self.column)
        chosen = {key: value for key, value in asdict(self).items() if value != getattr(usual, key)}
        if self.rules:
            chosen["rules"] = [asdict(rule) for rule in self.rules]
        return {"column": self.column, **chosen}


def look_from(known: dict) -> Look:
    """The look of what `as_json` gave."""
    return Look(**{**known, "rules": tuple(Rule(**rule) for rule in known.get("rules", []))})


def looks_of(options: dict) -> dict[str, Look]:
    """{column: its look}, of the columns that have one."""
    return {known["column"]: look_from(known) for known in options.get("looks", [])}


def look_of(options: dict, column: str) -> Look:
    return looks_of(options).get(column, Look(column))


def renamed(options: dict, column: Column) -> Column:
    """The column under the name that it has in print."""
    return Column(look_of(options, column.name).name, column.type)


def tone_of(column: Column, rules: Iterable[Rule]) -> Callable[[object], str]:
    """What says which tone a value (or None) of a column has; none: an empty text."""
    tests = [(_passes(column.type, rule), rule.tone) for rule in rules]
    return lambda value: next((tone for passes, tone in tests if passes(value)), "")


def _passes(type_: str, rule: Rule) -> Callable[[object], bool]:
    """The test of a rule; a value passes it as a row passes the filter of the same words."""
    if rule.test in WITHOUT_VALUE:
        return lambda value: (value is None) == (rule.test == "is_empty")
    operand = values.typed(type_, rule.value)
    if type_ == TEXT:
        low = operand.lower()
        tests = {"contains": lambda value: low in value.lower(), "starts_with": lambda v: v.lower().startswith(low)}
        tests |= {"equals": lambda value: value.lower() == low, "not_equals": lambda value: value.lower() != low}
    else:
        first, last = _span(type_, operand)
        tests = {
            "equals": lambda value: first <= value <= last,
            "not_equals": lambda value: not first <= value <= last,
            "greater": lambda value: value > last,
            "at_least": lambda value: value >= first,
            "less": lambda value: value < first,
            "at_most": lambda value: value <= last,
        }
    passes = tests[rule.test]
    of_nothing = rule.test == "not_equals"
    return lambda value: of_nothing if value is None else passes(value)


def _span(type_: str, operand: Decimal | date | datetime | bool) -> tuple:
    """The first and the last value that are equal to the operand: a date stands for its whole day."""
    if type_ == DATETIME and not isinstance(operand, datetime):
        return datetime.combine(operand, time.min), datetime.combine(operand, time.max)
    return operand, operand


def in_words(look: Look, column: Column) -> str:
    """What is special about a look, in a line."""
    parts = [
        f"“{look.label}”" if look.label else "",
        look.currency,
        look.unit,
        "%" if look.percent else "",
        "" if look.decimals is None else f"{0:.{look.decimals}f}",
        str(GROUPINGS[look.thousands]) if look.thousands else "",
        str(DATES[look.dates]) if look.dates and column.type in (DATE, DATETIME) else "",
        look.empty,
        " ".join(dict.fromkeys(f"{MARKS[rule.tone]} {TONES[rule.tone]}" for rule in look.rules)),
    ]
    return " · ".join(part for part in parts if part)
