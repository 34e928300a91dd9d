"""The languages that the portal speaks: English, in which it is written, and each that has a folder in `locale/`."""

from pathlib import Path

from babel import Locale
from django.utils.translation import to_language


def spoken(folder: Path) -> list[tuple[str, str]]:
    """Code and own name of each, such as ("pt-br", "Português (Brasil)"), as Django's LANGUAGES has them."""
    translated = sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.po"))
    return [("en", "English"), *((to_language(name), _own_name(name)) for name in translated)]


def _own_name(locale: str) -> str:
    name = Locale.parse(locale).get_display_name()
    return name[0].upper() + name[1:]
