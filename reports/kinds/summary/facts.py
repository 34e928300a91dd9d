"""What `gather` found of a summary, as its reader reads it."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext

from reports.kinds import Spec
from reports.kinds.cells import Numbers
from reports.kinds.formats import MISSING, Formats
from reports.kinds.looks import Look, looks_of

LONGEST = Decimal("1e300")


@dataclass(frozen=True)
class Facts:
    """What `gather` found, and how the reader reads it."""

    spec: Spec
    formats: Formats
    found: dict

    @property
    def measure(self) -> str:
        """What is added up, in words."""
        measure = self.spec.options["measure"]
        return self.name(measure) if measure else gettext("Rows")

    @property
    def total(self) -> Decimal:
        return Decimal(self.found["total"] or 0)

    @cached_property
    def _looks(self) -> dict[str, Look]:
        return looks_of(self.spec.options)

    def look(self, column: str) -> Look:
        return self._looks.get(column, Look(column))

    def name(self, column: str) -> str:
        """What a column is called in print."""
        return self.look(column).name

    def numbers(self, column: str) -> Numbers:
        return Numbers(self.formats, self.found["decimals"].get(column, 0), self.look(column))

    def number(self, column: str, text: str | None, least: int = 0) -> str:
        """A number of a column, on one line also in the middle of a sentence; `least`: its fewest decimals."""
        least = 0 if self.look(column).decimals is not None else least
        words = self.numbers(column).write(None if text is None else Decimal(text), least)
        return words if text is None else words.replace(" ", "\N{NO-BREAK SPACE}")

    def on_axis(self, value: float, decimals: int) -> str:
        """A round value of the measure, without its currency and its unit: the title names what is measured."""
        numbers = self.numbers(self.spec.options["measure"])
        if numbers.look.percent:
            return self.formats.number(100 * value, max(0, decimals - 2)) + "%"
        return numbers.formats.number(value, decimals)

    def amount(self, text: str | None) -> str:
        """A value of the measure in print."""
        return self.number(self.spec.options["measure"], text)

    def share(self, amount: Decimal) -> str:
        return self.formats.percent(amount / self.total) if self.total > 0 and amount >= 0 else MISSING


def length_of(amount: Decimal) -> float:
    """For drawing, where a float is exact enough; an infinite one could not be drawn."""
    return float(max(-LONGEST, min(amount, LONGEST)))
