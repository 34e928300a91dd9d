"""What `gather` found of a summary, as its reader reads it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from reports.kinds import Spec
from reports.kinds.formats import MISSING, Formats

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
        return self.spec.options["measure"] or gettext("Rows")

    @property
    def total(self) -> Decimal:
        return Decimal(self.found["total"] or 0)

    def number(self, column: str, text: str | None, decimals: int = 0) -> str:
        if text is None:
            return MISSING
        return self.formats.number(Decimal(text), max(decimals, self.found["decimals"].get(column, 0)))

    def amount(self, text: str | None) -> str:
        """A value of the measure in print."""
        return self.number(self.spec.options["measure"], text)

    def share(self, amount: Decimal) -> str:
        return self.formats.percent(amount / self.total) if self.total > 0 and amount >= 0 else MISSING


def length_of(amount: Decimal) -> float:
    """For drawing, where a float is exact enough; an infinite one could not be drawn."""
    return float(max(-LONGEST, min(amount, LONGEST)))
