"""The colours of a document, written as `#24409a`, and whether they can be read on paper."""

import re

PAPER = "#ffffff"
ACCENT, SECOND = "#24409a", "#b4c0e6"
# The second colour that a group begins with: the usual one is too pale to be chosen by a person.
SECOND_OF_GROUPS = "#7c8bc4"
# The least contrast of small text, and of what is only seen (WCAG 2.2, 1.4.3 and 1.4.11).
OF_TEXT, OF_SHAPES = 4.5, 3.0
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def contrast(one: str, other: str = PAPER) -> float:
    """From 1 (the same) to 21 (black and white), as WCAG 2 defines it."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def darkened(colour: str, least: float) -> str:
    """The colour itself, or the lightest of its shades that has this contrast on paper."""
    parts = _parts(colour)
    for strength in range(100, -1, -1):
        shade = "#" + "".join(f"{part * strength // 100:02x}" for part in parts)
        if contrast(shade) >= least:
            return shade
    return "#000000"


def is_colour(text: str) -> bool:
    return bool(_COLOUR.fullmatch(text))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
