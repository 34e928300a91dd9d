"""What was answered to the questions of a definition, in the active language."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language, gettext

from reports.columns import Column
from reports.kinds.document import value_in_words
from reports.kinds.formats import Formats


def answers_in_words(parameters: Iterable[dict], columns: Iterable[Column]) -> list[tuple[str, str]]:
    """(label, answer) of each of `Report.parameters`; without its column an answer is told as it is kept."""
    known = {column.name: column for column in columns}
    formats = Formats(get_language(), settings.TIME_ZONE)
    return [(answer["label"], _words(answer, known.get(answer["column"]), formats)) for answer in parameters]


def _words(answer: dict, column: Column | None, formats: Formats) -> str:
    value, said = answer["value"], answer.get("said", "")
    if not value:
        return gettext("all")
    try:
        return value_in_words(column, formats, answer["test"], value, said) if column else value
    except (ValueError, ArithmeticError, KeyError):  # the column had another type
        return value
