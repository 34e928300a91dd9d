"""What made a PDF: the versions of all that its bytes depend on."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

# What a document is made by and made of, besides other people's packages.
_OURS = ("reports/kinds", "reports/press", "reports/vega.py", "templates/documents", "static/css/print.css", "locale")


def versions(fonts: dict[str, str]) -> dict:
    """`fonts`: as `reports.press` names them."""
    from reports.press import pango_version  # WeasyPrint takes a second to load

    return {
        "portal": _fingerprint(),
        "engine": _version("weasyprint"),
        "text": pango_version(),
        "data": _version("duckdb"),
        "charts": _version("vl-convert-python"),
        "fonts": dict(sorted(fonts.items())),
    }


_version = cache(version)


@cache
def _fingerprint() -> str:
    """Of our own files: a version's number stays the same while one changes them."""
    found = sha256()
    for path in _files():
        found.update(f"{path.relative_to(settings.BASE_DIR)}\n".encode() + path.read_bytes())
    return found.hexdigest()


def _files() -> Iterator[Path]:
    for name in _OURS:
        place = settings.BASE_DIR / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in files if path.is_file() and path.suffix not in (".pyc", ".mo"))
