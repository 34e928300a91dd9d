"""The options of a report in words, as its kind's form calls them."""

from django.conf import settings
from django.forms import BoundField
from django.utils.formats import localize
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.kinds.document import filters_in_words
from reports.kinds.formats import Formats
from reports.kinds.registry import KINDS
from reports.models import Report
from reports.pipeline.spec import spec_of
from reports.problems import Problem


def in_words(report: Report) -> list[tuple[str, str]]:
    """(label, choice) of each option that says something; none when the portal no longer ships the kind."""
    if report.kind not in KINDS:
        return []
    columns = report.snapshot.typed_columns if report.snapshot else ()
    form = KINDS[report.kind].form(report.options, columns=columns)
    everything = [column.name for column in columns]
    words = [
        (str(field.label), _words(field, everything))
        for field in form
        if field.name not in ("title", "filters", "password")
    ]
    filters = (str(form["filters"].label), _filters(report))
    return [(label, choice) for label, choice in [*words, filters] if choice]


def _words(field: BoundField, everything: list[str]) -> str:
    value = field.value()
    if field.name == "looks":
        return "; ".join(f"{row.column}: {row.summary}" for row in value or [])
    if isinstance(value, list):
        labels = dict(field.field.choices)
        names = [str(labels.get(name, name)) for name in value]
        if len(names) > 1 and names == everything:
            return _("All %(count)s") % {"count": localize(len(names))}
        return ", ".join(names)
    labels = dict(getattr(field.field, "choices", ()))
    return str(labels.get(value, value)) if value not in ("", None) else ""


def _filters(report: Report) -> str:
    """As they are printed; when the data and its types are gone, at least the columns."""
    try:
        return "; ".join(filters_in_words(spec_of(report), Formats(get_language(), settings.TIME_ZONE)))
    except Problem:
        return ", ".join(item["column"] for item in report.options["filters"])
