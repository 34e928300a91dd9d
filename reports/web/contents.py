"""What is in a snapshot, in words and drawings, as its dataset's page shows it column by column."""

import json
import logging
from collections.abc import Sequence

from django.core.paginator import Page
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from reports import storage
from reports.kinds.formats import Formats
from reports.kinds.profile.drawing import histogram
from reports.kinds.profile.findings import findings
from reports.kinds.profile.gather import FILE
from reports.kinds.profile.remarks import remarks
from reports.kinds.profile.words import Profiled
from reports.kinds.values import TYPE_NAMES
from reports.models import Snapshot, State

# Of a column without a histogram, so many of its most frequent values are shown.
MOST_FREQUENT = 3

logger = logging.getLogger(__name__)


def contents_of(snapshot: Snapshot, page: Page) -> dict:
    """The context of `datasets/contents.html`; `page`: the positions of the columns that are shown.

    A description whose file is missing or damaged is none: the page stays whole, and it can be asked for anew.
    """
    description = getattr(snapshot, "description", None)
    context = {"current": snapshot, "description": description, "page": page}
    if description is None or description.state != State.READY:
        return context
    try:
        with storage.opened(f"{description.folder}/{FILE}") as file:
            facts = json.load(file)
        return context | _in_words(facts, page)
    except (OSError, ValueError, LookupError) as error:
        logger.warning("The description %s cannot be shown: %s", description.pk, error)
        return context | {"description": None}


def _in_words(facts: dict, page: Sequence[int]) -> dict:
    formats = Formats(get_language(), get_current_timezone_name())
    columns = [
        Profiled(found, facts["rows"], formats, facts["decimals"].get(found["name"], 0)) for found in facts["columns"]
    ]
    return {
        "findings": list(findings(facts, columns, formats)),
        "described": [_row(columns[position]) for position in page],
    }


def _row(column: Profiled) -> dict:
    bins, drawing = column.facts["bins"], ""
    if bins and len(bins["counts"]) > 1:
        drawing = histogram(bins["counts"], alt=column.spread_in_words())
    return {
        "name": column.name,
        "type": TYPE_NAMES[column.column.type],
        "missing": column.missing_in_words(),
        "distinct": column.distinct_in_words(),
        "drawing": drawing,
        "top": column.top()[:MOST_FREQUENT] if not drawing else [],
        "figures": list(column.figures()),
        "remarks": list(remarks(column)),
    }
