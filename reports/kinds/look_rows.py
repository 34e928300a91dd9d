"""Looks of columns as somebody wrote them, right or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from babel.numbers import is_currency
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.columns import BOOLEAN, NUMERIC, TEMPORAL, Column
from reports.kinds import values
from reports.kinds.cells import Numbers
from reports.kinds.filter_rows import FilterRow
from reports.kinds.filters import listed, tests_for
from reports.kinds.formats import Formats
from reports.kinds.looks import (
    DATES,
    GROUPINGS,
    LONGEST_EMPTY,
    LONGEST_LABEL,
    LONGEST_UNIT,
    MARKS,
    MOST_DECIMALS,
    MOST_RULES,
    TONES,
    Look,
    Rule,
    in_words,
)

# The names of what a look says, as people write them in text and as the form's controls are called, `look_label`.
PARTS = {
    "label": _("Name in print"),
    "decimals": _("Decimals"),
    "thousands": _("Between thousands"),
    "currency": _("Currency"),
    "unit": _("Unit"),
    "percent": _("As a percentage"),
    "dates": _("Dates"),
    "empty": _("Where there is no value"),
}
_ONLY_NUMBERS = {"decimals", "thousands", "currency", "unit", "percent"}


@dataclass(frozen=True)
class RuleRow:
    """A rule as somebody wrote it."""

    test: str = ""
    value: str = ""
    tone: str = ""


@dataclass(frozen=True)
class LookRow:
    """A look as somebody wrote it, and what is needed to draw its controls.

    parts: the texts of PARTS.  unknown: a part that there is not.
    canonical: the values of its rules are some that a form has given before.
    """

    known: tuple[Column, ...]
    column: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[RuleRow, ...] = ()
    unknown: str = ""
    canonical: bool = False

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [("", _("Choose a column")), *((column.name, column.name) for column in self.known)]

    @property
    def is_numeric(self) -> bool:
        return self._type in NUMERIC

    @property
    def is_temporal(self) -> bool:
        return self._type in TEMPORAL

    @property
    def controls(self) -> list[RuleRow]:
        """All rules that there is room for."""
        return [*self.rules, *[RuleRow()] * MOST_RULES][:MOST_RULES]

    @property
    def tests(self) -> list[tuple[str, str]]:
        return tests_for(self._type)

    @property
    def is_percent(self) -> bool:
        return self._part("percent") not in ("", "no", "False")

    @property
    def groupings(self) -> list:
        return list(GROUPINGS.items())

    @property
    def date_styles(self) -> list:
        return list(DATES.items())

    @property
    def hidden_numbers(self) -> list[str]:
        """The parts that a column of this type has no use for: their lists are as long as the others."""
        return [name for name in PARTS if name in _ONLY_NUMBERS]

    @property
    def tones(self) -> list[tuple[str, str]]:
        return [("", "–"), *((code, f"{MARKS[code]} {label}") for code, label in TONES.items())]

    @property
    def summary(self) -> str:
        """What it comes to, in a line; nothing while it is wrong."""
        return "" if self.error or not self.column else in_words(self.parse(), self._column)

    @property
    def error(self) -> str:
        try:
            self.parse()
        except ValueError as error:
            return str(error)
        return ""

    @property
    def _column(self) -> Column | None:
        return next((column for column in self.known if column.name == self.column), None)

    @property
    def _type(self) -> str | None:
        return self._column.type if self._column else None

    def parse(self) -> Look | None:
        """The look; None for a row without a column; ValueError with a sentence that names the column."""
        if not self.column:
            return None
        if self._column is None:
            raise ValueError(
                gettext("There is no column “%(value)s” any more to format. There is: %(known)s.")
                % {"value": self.column, "known": listed([column.name for column in self.known])}
            )
        if self.unknown:
            raise self._wrong(
                gettext("“%(part)s” is none of %(known)s, and no rule such as good >= 100"),
                part=self.unknown,
                known=", ".join(PARTS),
            )
        self._refuse_what_does_not_fit()
        look = Look(
            self.column,
            label=self._short("label", LONGEST_LABEL),
            decimals=self._decimals(),
            thousands=self._one_of("thousands", GROUPINGS),
            currency=self._currency(),
            unit=self._short("unit", LONGEST_UNIT),
            percent=self._percent(),
            dates=self._one_of("dates", DATES),
            empty=self._short("empty", LONGEST_EMPTY),
            rules=tuple(self._rule(rule) for rule in self.rules if rule.tone or rule.value.strip()),
        )
        if look.currency and look.percent:
            raise self._wrong(gettext("A number is either an amount of money or a percentage. Choose one"))
        if self.is_numeric and look.empty and _is_read_as_number(look):
            raise self._wrong(gettext("What stands for no value must not look like a number"))
        return look

    def _wrong(self, sentence: str, **params) -> ValueError:
        return ValueError(f"“{self.column}”: {sentence % params}.")

    def _part(self, name: str) -> str:
        return str(self.parts.get(name) or "").strip()

    def _refuse_what_does_not_fit(self) -> None:
        for name in PARTS:
            fits = self.is_numeric if name in _ONLY_NUMBERS else self.is_temporal if name == "dates" else True
            if self._part(name) and not fits:
                sentence = gettext("“%(part)s” does not fit the type of the column. Leave it out")
                raise self._wrong(sentence, part=PARTS[name])

    def _short(self, name: str, most: int) -> str:
        text = self._part(name)
        if len(text) > most:
            sentence = gettext(
                "“%(text)s” is too long for “%(part)s”: it has %(count)s characters, at most are %(most)s"
            )
            raise self._wrong(sentence, text=f"{text[:most]}…", part=PARTS[name], count=len(text), most=most)
        if not text.isprintable():
            raise self._wrong(gettext("“%(part)s” has characters that cannot be printed"), part=PARTS[name])
        return text

    def _one_of(self, name: str, known: Mapping[str, object]) -> str:
        text = self._part(name)
        if text not in known:
            sentence = gettext("There is no choice “%(value)s” for “%(part)s”. There is: %(known)s")
            raise self._wrong(sentence, value=text, part=PARTS[name], known=", ".join(filter(None, known)))
        return text

    def _decimals(self) -> int | None:
        text = self._part("decimals")
        if not text:
            return None
        if not (text.isascii() and text.isdigit()) or int(text[:9]) > MOST_DECIMALS:
            sentence = gettext("“%(value)s” decimals cannot be printed. Write a whole number from 0 to %(most)s")
            raise self._wrong(sentence, value=text, most=MOST_DECIMALS)
        return int(text)

    def _currency(self) -> str:
        code = self._part("currency").upper()
        if code and not (len(code) == 3 and is_currency(code)):
            sentence = gettext("“%(value)s” is no currency. Write its code of three letters, such as BRL, USD or EUR")
            raise self._wrong(sentence, value=self._part("currency"))
        return code

    def _percent(self) -> bool:
        text = self._part("percent")
        try:
            return bool(text) and values.canonical(BOOLEAN, text) == "true"
        except ValueError as error:
            raise ValueError(f"“{self.column}”: {error}") from error

    def _rule(self, rule: RuleRow) -> Rule:
        if rule.tone not in TONES:
            sentence = gettext("Choose a colour for the values that are tested. There is: %(known)s")
            raise self._wrong(sentence, known=", ".join(TONES))
        filter_row = FilterRow(self.known, self.column, rule.test, rule.value, self.canonical)
        parsed = filter_row.parse()
        return Rule(parsed.test, parsed.value, rule.tone)


def _is_read_as_number(look: Look) -> bool:
    try:
        other = Look(look.column, currency=look.currency, unit=look.unit, percent=look.percent)
        Numbers(Formats("en", "UTC"), 0, other).read(look.empty)
    except ArithmeticError:
        return any(character.isdigit() for character in look.empty)
    return True
