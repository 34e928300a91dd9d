"""Values that a column has, for the fields of a form that asks for one: of the rows that the definition prints."""

import logging

import duckdb
from django.utils import timezone

from reports import storage
from reports.kinds.database import opened
from reports.kinds.filters import settled
from reports.kinds.parameters import AnswerField, ParametersForm
from reports.kinds.rows import condition_of, quoted
from reports.models import Snapshot
from reports.models.sorting import sort_key

# Among so many rows the frequent ones are found, in a few milliseconds.
MOST_ROWS = 10_000
MOST_VALUES = 30
MOST_CHARACTERS = 100

logger = logging.getLogger(__name__)


def suggest(form: ParametersForm, snapshot: Snapshot) -> None:
    """Give the fields for texts the frequent values of their columns; none when the file cannot be read."""
    fields = [field for field in form.fields.values() if isinstance(field, AnswerField) and field.may_suggest]
    if not fields:
        return
    fixed = settled({"filters": form.fixed_filters}, timezone.localdate())[0]["filters"]
    try:
        with opened(storage.path_of(snapshot.data), sample=MOST_ROWS) as connection:
            condition, bound = condition_of(connection, form.columns, fixed)
            for field in fields:
                field.widget.suggestions = _frequent(connection, field.row.column, condition, bound)
    except (duckdb.Error, OSError) as error:
        logger.warning("Snapshot %s suggests nothing: %s", snapshot.pk, error)


def _frequent(connection: duckdb.DuckDBPyConnection, column: str, condition: str, bound: list) -> list[str]:
    name = quoted(column)
    query = (
        f"SELECT {name} FROM rows WHERE length({name}) <= {MOST_CHARACTERS} AND {condition} "  # noqa: S608 (it is quoted)
        f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST_VALUES}"
    )
    return sorted((value for (value,) in connection.execute(query, bound).fetchall()), key=sort_key)
