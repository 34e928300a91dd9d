"""Headers that can be told apart and printed."""

import unicodedata

MAX_HEADER = 200
MAX_COLUMNS = 5000


def names(headers: list[str]) -> list[str]:
    """A distinct, printable, bounded name for each header, in order.

    "" becomes "Column 3", a second "Total" becomes "Total (2)"; upper and lower case do not tell names apart,
    because they do not in SQL.
    """
    taken: set[str] = set()
    return [_distinct(_clean(header) or f"Column {number}", taken) for number, header in enumerate(headers, 1)]


def changed(headers: list[str], given: list[str]) -> list[str]:
    """The given names that are not simply what the file says."""
    return [name for header, name in zip(headers, given, strict=True) if name != header.strip()]


def _clean(header: str) -> str:
    printable = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter for letter in header
    )
    return " ".join(printable.replace("\ufeff", "").split())[:MAX_HEADER].rstrip()


def _distinct(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name} ({number})"
    taken.add(candidate.casefold())
    return candidate
