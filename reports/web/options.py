"""Options in words, as the form of their kind calls them."""

from collections.abc import Iterable

from django.forms import BoundField
from django.utils.formats import localize
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.columns import Column
from reports.kinds.document import filters_in_words
from reports.kinds.formats import Formats
from reports.kinds.registry import KINDS
from reports.models import DefinitionVersion, Report
from reports.problems import Problem


def in_words(report: Report) -> list[tuple[str, str]]:
    """(label, choice) of each option of a report that says something; none when the portal no longer ships the kind."""
    columns = report.snapshot.typed_columns if report.snapshot else ()
    return _in_words(report.kind, report.options, columns, [column.name for column in columns])


def version_in_words(version: DefinitionVersion) -> list[tuple[str, str]]:
    """The same of a version of a definition, and what it is called."""
    kind = KINDS.get(version.kind)
    words = [
        (_("Name"), version.name),
        (_("Description"), version.description),
        (_("Folder"), version.folder),
        (_("Kind"), str(kind.name) if kind else version.kind),
        (_("Dataset"), version.dataset_name),
        (_("Title"), version.options.get("title", "")),
        *_in_words(version.kind, version.options, version.typed_columns, []),
    ]
    return [(label, choice) for label, choice in words if choice]


def differences(old: DefinitionVersion, new: DefinitionVersion) -> list[tuple[str, str, str]]:
    """(label, choice in the old one, choice in the new one) of what is not the same."""
    before, after = _numbered(version_in_words(old)), _numbered(version_in_words(new))
    labels = dict.fromkeys([*before, *after])
    return [
        (label[0], before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label) != after.get(label)
    ]


def _numbered(words: list[tuple[str, str]]) -> dict[tuple[str, int], str]:
    """Fields may share a label: there are two "Then by"."""
    found: dict[tuple[str, int], str] = {}
    for label, choice in words:
        found[label, sum(known == label for known, _place in found)] = choice
    return found


def _in_words(kind: str, options: dict, columns: Iterable[Column], everything: list[str]) -> list[tuple[str, str]]:
    """`everything`: the names that are told as a number when all of them are chosen."""
    if kind not in KINDS:
        return []
    form = KINDS[kind].form(options, columns=columns)
    words = [
        (str(field.label), _words(field, everything))
        for field in form
        if field.name not in ("title", "filters", "password")
    ]
    filters = (str(form["filters"].label), _filters(options, columns))
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


def _filters(options: dict, columns: Iterable[Column]) -> str:
    """As they are printed; when the data and its types are gone, at least the columns."""
    try:
        return "; ".join(filters_in_words(columns, options, Formats(get_language(), get_current_timezone_name())))
    except Problem:
        return ", ".join(item["column"] for item in options["filters"])
