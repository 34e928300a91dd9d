"""Filters: a column, a test and, for most tests, a value.

As the options of a report keep them: {"column", "test", "value"}; the value is a canonical text (see `values`), for
`between` two of them, `2025-01-01..2025-01-31`, of which one may be missing.  Where somebody chose a period such as
last month, `said` is its code, and the value is empty until `settled` puts the dates there.  In a definition `asked` is
the label of a filter whose value is asked each time; its own value is the default, and may be empty.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.columns import BOOLEAN, TEMPORAL, TEXT
from reports.kinds.periods import bounds

MOST_FILTERS = 5
MOST_NAMES = 20
TESTS = {
    "equals": _("is"),
    "not_equals": _("is not"),
    "contains": _("contains"),
    "starts_with": _("starts with"),
    "greater": _("is more than"),
    "at_least": _("is at least"),
    "less": _("is less than"),
    "at_most": _("is at most"),
    "between": _("is between"),
    "is_empty": _("is empty"),
    "is_not_empty": _("is not empty"),
}
# The same tests in the words that fit a date.
DATE_TESTS = {
    "greater": _("is after"),
    "at_least": _("is on or after"),
    "less": _("is before"),
    "at_most": _("is on or before"),
    "between": _("is within"),
}
WITHOUT_VALUE = ("is_empty", "is_not_empty")
_ONLY_TEXT = {"contains", "starts_with"}
_ONLY_ORDERED = {"greater", "at_least", "less", "at_most", "between"}
RANGE = ".."
MOST_LABEL = 60


def tests_for(type_: str | None) -> list[tuple[str, str]]:
    """(code, label) of the tests that a column of this type can be put to; all of them for None."""
    refused = {
        None: set(),
        TEXT: _ONLY_ORDERED,
        BOOLEAN: _ONLY_ORDERED | _ONLY_TEXT,
    }.get(type_, _ONLY_TEXT)
    labels = {**TESTS, **DATE_TESTS} if type_ in TEMPORAL else TESTS
    return [(code, label) for code, label in labels.items() if code not in refused]


def listed(names: list[str]) -> str:
    """Names for an error message: the first ones of a long list."""
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "") or gettext("none")


@dataclass(frozen=True)
class Filter:
    """A filter that fits its column."""

    column: str
    test: str
    value: str = ""
    said: str = ""
    asked: str = ""

    def as_json(self) -> dict:
        return {name: text for name, text in asdict(self).items() if text or name in ("column", "test", "value")}


def settled(options: dict, today: date) -> tuple[dict, list[dict]]:
    """The options of a report that is asked for on a day, and what was answered: [{"label", **filter}].

    Periods are given their dates; what was asked for and left empty filters nothing.
    """
    filters, answers = [], []
    for item in options.get("filters", []):
        found = {name: text for name, text in _dated(item, today).items() if name != "asked"}
        if item.get("asked"):
            answers.append({"label": item["asked"], **found})
        if found["value"] or not item.get("asked"):
            filters.append(found)
    return ({**options, "filters": filters} if "filters" in options else options), answers


def _dated(item: dict, today: date) -> dict:
    if not item.get("said"):
        return item
    first, last = (day.isoformat() for day in bounds(item["said"], today))
    if item["test"] == "between":
        return {**item, "value": f"{first}{RANGE}{last}"}
    return {**item, "value": last if item["test"] in ("greater", "at_most") else first}
