"""Values as they are, for somebody who looks whether a source is right."""

from decimal import Decimal

# Characters that a page shows of a cell; a cell may hold a whole document.
MOST_CHARACTERS = 200


def in_words(value: object) -> str:
    """Shortened; nothing for no value."""
    if value is None:
        return ""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
