"""How many values a column has now, and how many of them have recipients, in words."""

import logging

import duckdb
from django.conf import settings
from django.utils.translation import gettext as _

from reports import storage
from reports.kinds.database import opened
from reports.kinds.rows import quoted
from reports.models import DefinitionVersion, Snapshot
from reports.pipeline.split import key_of
from reports.problems import Problem
from reports.web.forms.bursts import BurstForm

logger = logging.getLogger(__name__)


def burst_in_words(form: BurstForm, version: DefinitionVersion) -> str:
    """Of all rows of the data, before any filter; nothing when the form does not name what is there."""
    column = form["burst_column"].value()
    names = [name for name, _label in form.fields["burst_column"].choices]
    if not column or column not in names or form.errors:
        return ""
    try:
        values = _keys(version.dataset.current, column)
        if len(values) > settings.MAX_BURST:
            return str(Problem("burst_more_values", column=column, most=settings.MAX_BURST))
        words = _("In the data of now there are %(count)s values.") % {"count": len(values)}
        mapping = form.fields["mapping"].clean(form["mapping"].value())
        if mapping is None:
            return words
        known = _keys(mapping.current, form["mapping_value"].value(), form["mapping_address"].value(), list(values))
        return f"{words} " + _("%(count)s of them have recipients.") % {"count": len(known)}
    except (duckdb.Error, OSError) as error:
        logger.warning("The values of %s cannot be counted: %s", version.dataset_id, error)
        return ""


def _keys(snapshot: Snapshot, column: str, having: str = "", among: list | None = None) -> set[str | None]:
    """The values of a column, as `split` tells them apart, one more than a burst may have at most; or those `among`
    others whose row has something in another column."""
    condition, bound = "true", []
    if among is not None:
        condition, bound = f"{quoted(having)} IS NOT NULL AND list_contains(?, {key_of(column)})", [among]
    query = f"SELECT DISTINCT {key_of(column)} FROM rows WHERE {condition} LIMIT {settings.MAX_BURST + 1}"  # noqa: S608
    with opened(storage.path_of(snapshot.data)) as connection:
        return {key for (key,) in connection.execute(query, bound).fetchall()}
