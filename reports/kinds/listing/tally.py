"""The lines that carry the totals of a listing over its pages.

`render` leaves `tally.json` for them beside the document:
    decimals  for each column the decimals of its sum; null: it is not added up
    place     the first column that the label stands over, and how many; null: it has no room
    labels    of the line at the foot of a page, and of the one at the head of the next
"""

import json
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext

from reports.kinds import Spec
from reports.kinds.formats import Formats
from reports.kinds.listing.table import Table
from reports.kinds.tally import Tally

FILE, TABLE = "tally.json", "rows"


def carries(spec: Spec) -> bool:
    return bool(spec.options.get("carry") and spec.options["totals"])


def labels() -> list[str]:
    return [gettext("Carried over"), gettext("Brought forward")]


def keep(table: Table, decimals: Mapping[str, int], folder: Path) -> None:
    """Leave beside the document what `tallies` needs."""
    summed = [decimals.get(column.name, 0) if column.name in table.totals else None for column in table.columns]
    facts = {"decimals": summed, "place": table.place_of_label, "labels": labels()}
    (folder / FILE).write_text(json.dumps(facts))


def tallies(spec: Spec, rendered: Path) -> dict[str, Tally]:
    """The tally of the long table, if totals are carried over its pages."""
    if not carries(spec):
        return {}
    facts = json.loads((rendered / FILE).read_text())
    return {TABLE: CarryingTally(**facts, formats=Formats(spec.language, spec.time_zone))}


class CarryingTally(Tally):
    """A tally that has lines for the press."""

    def __init__(self, decimals: list[int | None], place: list[int] | None, labels: list[str], formats: Formats):
        super().__init__({i: places for i, places in enumerate(decimals) if places is not None}, formats)
        self.cells, self.place, self.labels = len(decimals), place, labels

    def carried(self) -> list[str]:
        """The line at the foot of a page."""
        return self._line(self.labels[0])

    def brought(self) -> list[str]:
        """The line at the head of the next page."""
        return self._line(self.labels[1])

    def widest(self) -> list[str]:
        """Nothing: the document says how wide its columns are."""
        return [""] * len(self._line(""))

    def _line(self, label: str) -> list[str]:
        cells = [self.in_words(i) if i in self.columns else "" for i in range(self.cells)]
        if self.place:
            first, span = self.place
            cells[first : first + span] = [label]
        return cells
