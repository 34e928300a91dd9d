"""Names in the order in which people look for them: capital and small letters together, `É` beside `E`.

PostgreSQL has the collation, ICU's for all languages; SQLite is given one of the same name.
"""

import unicodedata
from functools import lru_cache

from django.db.models.functions import Collate

COLLATION = "und-x-icu"


def by_words(*fields: str) -> list[Collate]:
    """For `order_by`."""
    return [Collate(field, COLLATION) for field in fields]


@lru_cache(maxsize=4096)
def sort_key(text: str) -> tuple[str, str, str]:
    """Letters first, then accents, then small letters before capitals."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    return letters, folded, text.swapcase()


def _compare(one: str, other: str) -> int:
    first, second = sort_key(one), sort_key(other)
    return (first > second) - (first < second)


def give_collation(connection, **_) -> None:
    """Called with each connection to a database as it opens."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(COLLATION, _compare)
