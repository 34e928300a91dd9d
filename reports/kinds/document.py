"""What the documents of all kinds share: who asked for what and when, in the words of the reader."""

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from babel.core import Locale
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, to_locale

from reports.columns import DATE, DATETIME, NUMERIC, TEXT, Column
from reports.kinds import Spec, introduction, values
from reports.kinds.brand import Brand
from reports.kinds.fields import directions_of
from reports.kinds.filters import RANGE, WITHOUT_VALUE, tests_for
from reports.kinds.formats import Formats
from reports.kinds.looks import renamed
from reports.kinds.periods import PERIODS
from reports.kinds.receipt import as_metadata, in_words
from reports.kinds.rows import column_named
from reports.problems import Problem

# The style sheets that documents are printed with, and what they show.
ASSETS: Path = settings.BASE_DIR / "static"
# The files of a group's mark, of which there is one.
LOGO_DRAWING, LOGO_PICTURE = "logo.svg", "logo.png"
# What a running header or footer has room for.
LONGEST_RUNNING = 70


def frame(spec: Spec, formats: Formats, *, receipt: dict, orientation: str = "portrait") -> dict:
    """The context of `documents/base.html`."""
    requested = datetime.fromisoformat(spec.requested_at)
    rows = receipt["rows"]
    return {
        "spec": spec,
        "brand": spec.brand,
        "face": mark_safe(spec.brand.type),  # noqa: S308 (has nothing but letters, digits and quotes)
        "logo": logo_of(spec.brand),
        "introduction": introduction.as_html(spec.options.get("introduction", "")),
        "rows": rows,
        "receipt": in_words(receipt, formats, spec.options),
        "receipt_metadata": as_metadata(receipt),
        "language": str(Locale.parse(to_locale(spec.language))).replace("_", "-"),
        "created": requested.isoformat(timespec="seconds"),
        "paper": spec.paper,
        "orientation": orientation,
        "about": [
            (gettext("Dataset"), [spec.dataset]),
            (gettext("Data of"), [formats.moment(datetime.fromisoformat(spec.data_of))] if spec.data_of else []),
            (gettext("Rows"), [_rows_in_words(spec, formats, rows)]),
            (gettext("Made on"), [formats.moment(requested)]),
            (gettext("Made for"), [spec.requested_by]),
            (gettext("Only rows where"), filters_in_words(spec.columns, spec.options, formats)),
            (gettext("Sorted by"), list(_sort_in_words(spec))),
        ],
        "running_title": css_string(_shortened(spec.title)),
        "running_dataset": css_string(_shortened(spec.dataset if spec.dataset != spec.title else "")),
        "running_header": css_string(spec.brand.header) if spec.brand.header else "",
        "running_footer": css_string(spec.brand.footer) if spec.brand.footer else "",
        "running_date": css_string(formats.moment(requested)),
        "page_of_pages": _page_of_pages(),
    }


def logo_of(brand: Brand) -> SafeString:
    """The mark of the group as HTML: a drawing is part of the document, and a picture is written in it."""
    if not brand.logo:
        return mark_safe("")
    if (drawing := Path(brand.logo) / LOGO_DRAWING).exists():
        start, _, rest = drawing.read_text(encoding="utf-8").partition(">")
        return format_html(
            '{} role="img"><title>{}</title>{}',
            mark_safe(start),  # noqa: S308 (made by us, of shapes only)
            brand.name,
            mark_safe(rest),  # noqa: S308
        )
    picture = b64encode((Path(brand.logo) / LOGO_PICTURE).read_bytes()).decode()
    return format_html('<img src="data:image/png;base64,{}" alt="{}">', picture, brand.name)


def _rows_in_words(spec: Spec, formats: Formats, rows: int) -> str:
    number = formats.number(rows)
    if spec.sample:
        return gettext("%(rows)s (preview)") % {"rows": number}
    return number


def rows_in_words(formats: Formats, rows: int) -> str:
    return ngettext("%(number)s row", "%(number)s rows", rows) % {"number": formats.number(rows)}


def filters_in_words(columns: Iterable[Column], options: dict, formats: Formats) -> list[str]:
    """Raises Problem `columns_gone`."""
    known = {column.name: renamed(options, column) for column in columns}
    return [_filter_in_words(known, formats, **item) for item in options.get("filters", [])]


def _filter_in_words(
    columns: dict[str, Column], formats: Formats, column: str, test: str, value: str, said: str = "", asked: str = ""
) -> str:
    known = columns.get(column)
    if known is None:
        raise Problem("columns_gone", columns=column)
    if test == "between" and not said:
        test, value = _with_one_end(value)
    label = dict(tests_for(known.type))[test]
    words = f"{known.name} {label} {value_in_words(known, formats, test, value, said)}".rstrip()
    return gettext("%(filter)s (asked each time)") % {"filter": words} if asked else words


def _with_one_end(value: str) -> tuple[str, str]:
    """A range that is open reads better as another test."""
    low, _dots, high = value.partition(RANGE)
    return ("at_least", low) if low and not high else ("at_most", high) if high and not low else ("between", value)


def value_in_words(column: Column, formats: Formats, test: str, value: str, said: str = "") -> str:
    """What a filter compares with; the dates of a period that was named stand behind it, once they are known."""
    if test in WITHOUT_VALUE:
        return ""
    words = _range_in_words(column, formats, value) if test == "between" else ""
    words = words or (_operand_in_words(column, formats, value) if value else "")
    if not said:
        return words
    return f"{PERIODS[said]} ({words})" if words else str(PERIODS[said])


def _range_in_words(column: Column, formats: Formats, value: str) -> str:
    low, high = (_operand_in_words(column, formats, end) if end else "" for end in (value + RANGE).split(RANGE)[:2])
    if low and high:
        return f"{low} – {high}"
    return (
        gettext("%(value)s or more") % {"value": low} if low else high and gettext("up to %(value)s") % {"value": high}
    )


def _operand_in_words(column: Column, formats: Formats, value: str) -> str:
    operand = values.typed(column.type, value)
    if column.type == TEXT:
        return f"“{formats.text(value)}”"
    if column.type in NUMERIC:
        return formats.number(operand, max(0, -Decimal(value).as_tuple().exponent))
    if column.type == DATETIME and isinstance(operand, datetime):
        return formats.moment(operand)
    return formats.date(operand) if column.type in (DATE, DATETIME) else formats.truth(operand)


def _sort_in_words(spec: Spec) -> Iterable[str]:
    names = {column.name for column in spec.columns}
    for name in spec.options.get("sort", []):
        column = column_named(spec, name if name in names else name.removeprefix("-"))
        ascending, descending = directions_of(renamed(spec.options, column))
        yield ascending if name in names else descending


def _page_of_pages() -> SafeString:
    """The CSS content for `Page 3 of 12`, in the order of the language."""
    parts = re.split(r"(%\(pages?\)s)", gettext("Page %(page)s of %(pages)s"))
    counters = {"%(page)s": "counter(page)", "%(pages)s": "counter(pages)"}
    return mark_safe(" ".join(counters.get(part) or css_string(part) for part in parts if part))  # noqa: S308


def css_string(text: str) -> SafeString:
    """A CSS string of any text.  Everything that is not a letter or a digit is escaped, so that the text can neither
    leave the string nor the style element around it."""
    escaped = "".join(c if c.isalnum() or c == " " else f"\\{ord(c) or 0xFFFD:x} " for c in text)
    return mark_safe(f'"{escaped}"')  # noqa: S308


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_RUNNING else text[: LONGEST_RUNNING - 1].rstrip() + "…"
