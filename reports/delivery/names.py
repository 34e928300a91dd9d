"""What a report is called as a file, and texts in which a person leaves places for what is known of it."""

import re
import unicodedata

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from reports.models import Report
from reports.problems import Problem

# Bytes of a file's name, its date and ending left out: most disks take 255.
NAME_BYTES = 200
# What the file systems of this world refuse in a name.
REFUSED = str.maketrans(dict.fromkeys('/\\:*?"<>|', " "))
# What a text may have a place for.
PLACES = ("title", "date", "pages", "rows")
_PLACE = re.compile(r"\{\s*(\w*)\s*\}")


def file_name(report: Report, ending: str = "pdf") -> str:
    """`Vendas por região 2026-11-23.pdf`: the title as it is, but for what no file system takes."""
    return f"{tame(report.title) or _('Report')} {timezone.localtime(report.requested_at):%Y-%m-%d}.{ending}"


def tame(name: str) -> str:
    """A part of a path: no separator, nothing that is not seen, no dot at an end, and not too long."""
    printable = "".join(sign for sign in name.translate(REFUSED) if unicodedata.category(sign)[0] != "C")
    return " ".join(printable.encode()[:NAME_BYTES].decode(errors="ignore").split()).strip(". ")


def check(text: str) -> None:
    """Raises Problem for a place that nothing fills."""
    unknown = [name for name in _PLACE.findall(text) if name not in PLACES]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACES)
        raise Problem("unknown_place", unknown=", ".join(f"{{{name}}}" for name in unknown), known=known)


def filled(text: str, report: Report, language: str) -> str:
    """With what is known of a report, as the language writes it.  Other braces stay as they are."""
    locale = to_locale(language)
    with translation.override(language):
        values = {
            "title": report.title,
            "date": format_date(_day(report), "long", locale=locale),
            "pages": format_decimal(report.pages or 0, locale=locale),
            "rows": format_decimal(report.rows or 0, locale=locale),
        }
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def filled_path(pattern: str, report: Report) -> str:
    """The same for a path with forward slashes: nothing of the report adds a folder to it."""
    values = {
        "title": tame(report.title) or _("Report"),
        "date": f"{_day(report):%Y-%m-%d}",
        "pages": str(report.pages or 0),
        "rows": str(report.rows or 0),
    }
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), pattern)


def _day(report: Report):
    return timezone.localdate(report.requested_at)
