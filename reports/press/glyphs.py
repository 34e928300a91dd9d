"""Characters that no font of the machine has: which script they belong to, and which Debian package would help."""

import unicodedata as characters
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fontTools import unicodedata

# ISO 15924 code of a script -> the Debian package of a font that has it, where it is not Noto's main one.
_PACKAGES = {
    **dict.fromkeys(("Hani", "Hira", "Kana", "Hang", "Bopo"), "fonts-noto-cjk"),
    "Zsye": "fonts-noto-color-emoji",
}
_MAIN_PACKAGE = "fonts-noto-core"
# Characters that are shown as examples of a script.
MOST_SHOWN = 10


@dataclass(frozen=True)
class Missing:
    """script: its ISO 15924 code (`Zsye` for emoji, `Zsym` for symbols).  shown: the first characters; count: of how
    many."""

    script: str
    package: str
    shown: str
    count: int


def missing_by_script(missing: Iterable[str]) -> list[Missing]:
    """What to say of characters without a glyph, the script with the most of them first."""
    scripts = defaultdict(list)
    for character in sorted(missing):
        scripts[script_of(character)].append(character)
    return [
        Missing(script, _PACKAGES.get(script, _MAIN_PACKAGE), "".join(found[:MOST_SHOWN]), len(found))
        for script, found in sorted(scripts.items(), key=lambda item: -len(item[1]))
    ]


def script_of(character: str) -> str:
    """The ISO 15924 code of a character's script; what is common to all scripts is a symbol or an emoji."""
    script = unicodedata.script(character)
    if script not in ("Zyyy", "Zinh"):
        return script
    if 0x1F000 <= ord(character) <= 0x1FAFF:
        return "Zsye"
    return "Zmth" if characters.category(character) == "Sm" else "Zsym"
