"""The lines that carry the totals of a listing over its pages.

`render` leaves `tally.json` for them beside the document:
    summed    for each column whether its total is carried
    place     the first column that the label stands over, and how many; null: it has no room
    labels    of the line at the foot of a page, and of the one at the head of the next
"""

import json
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext

from reports.kinds import Spec, receipt
from reports.kinds.formats import Formats
from reports.kinds.listing.table import Table
from reports.kinds.looks import Look
from reports.kinds.tally import Tally

FILE, TABLE = "tally.json", "rows"


def carries(spec: Spec) -> bool:
    return bool(spec.options.get("carry") and spec.options["totals"])


def labels() -> list[str]:
    return [gettext("Carried over"), gettext("Brought forward")]


def keep(table: Table, folder: Path) -> None:
    """Leave beside the document what `tallies` needs."""
    summed = [column.name in table.totals for column in table.columns]
    facts = {"summed": summed, "place": table.place_of_label, "labels": labels()}
    (folder / FILE).write_text(json.dumps(facts))


def tallies(spec: Spec, rendered: Path) -> dict[str, Tally]:
    """The tally of the long table: of all columns that are on the receipt."""
    drawn_up = json.loads((rendered / receipt.FILE).read_text())
    printed_with = (
        receipt.places_of(drawn_up),
        Formats(spec.language, spec.time_zone),
        receipt.looks_on(drawn_up, spec.options),
    )
    if not carries(spec):
        return {TABLE: Tally(*printed_with)}
    return {TABLE: CarryingTally(*printed_with, **json.loads((rendered / FILE).read_text()))}


class CarryingTally(Tally):
    """A tally that has lines for the press."""

    def __init__(
        self,
        columns: Mapping[int, int],
        formats: Formats,
        looks: Mapping[int, Look],
        *,
        summed: list[bool],
        place: list[int] | None,
        labels: list[str],
    ):
        super().__init__(columns, formats, looks)
        self.summed, self.place, self.labels = summed, place, labels

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
        cells = [self.in_words(i) if summed else "" for i, summed in enumerate(self.summed)]
        if self.place:
            first, span = self.place
            cells[first : first + span] = [label]
        return cells
