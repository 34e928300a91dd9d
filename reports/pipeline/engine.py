"""What made a PDF: the versions of all that its bytes depend on."""

import tomllib
from importlib.metadata import version

from django.conf import settings

_PORTAL = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def versions(fonts: dict[str, str]) -> dict:
    """`fonts`: as `reports.press` names them."""
    from reports.press import pango_version  # WeasyPrint takes a second to load

    return {
        "portal": _PORTAL,
        "engine": version("weasyprint"),
        "text": pango_version(),
        "data": version("duckdb"),
        "charts": version("vl-convert-python"),
        "fonts": dict(sorted(fonts.items())),
    }
