"""The options of a report in words, as its kind's form calls them."""

from django.forms import BoundField
from django.utils.translation import gettext as _

from reports.kinds.filters import FilterRow
from reports.kinds.registry import KINDS
from reports.models import Report


def in_words(report: Report) -> list[tuple[str, str]]:
    """(label, choice) of each option that says something; none when the portal no longer ships the kind."""
    if report.kind not in KINDS:
        return []
    columns = report.snapshot.typed_columns if report.snapshot else ()
    form = KINDS[report.kind].form(report.options, columns=columns)
    everything = [column.name for column in columns]
    found = [(str(field.label), _words(field, everything)) for field in form if field.name != "title"]
    return [(label, words) for label, words in found if words]


def _words(field: BoundField, everything: list[str]) -> str:
    value = field.value()
    if field.name == "filters":
        return "; ".join(_filter(row) for row in value if row.column)
    if isinstance(value, list):
        names = [str(name) for name in value]
        if len(names) > 1 and names == everything:
            return _("All %(count)s") % {"count": len(names)}
        return ", ".join(names)
    labels = dict(getattr(field.field, "choices", ()))
    return str(labels.get(value, value)) if value not in ("", None) else ""


def _filter(row: FilterRow) -> str:
    test = dict(row.tests).get(row.test, row.test)
    return f"{row.column} {test} {row.value}" if row.needs_value else f"{row.column} {test}"
