"""What was answered to the questions of a definition, in the active language."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language, gettext

from reports.columns import Column
from reports.kinds.document import value_in_words
from reports.kinds.formats import Formats


def answers_in_words(parameters: Iterable[dict]) -> list[tuple[str, str]]:
    """(label, answer) of each of `Report.parameters`."""
    formats = Formats(get_language(), settings.TIME_ZONE)
    return [(answer["label"], _words(answer, formats)) for answer in parameters]


def _words(answer: dict, formats: Formats) -> str:
    if not answer["value"]:
        return gettext("all")
    column = Column(answer["column"], answer["type"])
    words = value_in_words(column, formats, answer["test"], answer["value"], answer.get("said", ""))
    return words.strip("“”")
