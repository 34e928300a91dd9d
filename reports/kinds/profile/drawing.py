"""A small histogram as SVG: bars and nothing else, so that a page under a strict policy may show it, too."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Of one bar, the gap to the next one included, and of the highest bar.
PITCH, GAP, HEIGHT = 10, 1, 44
# What is there is seen, however little it is beside the highest bar.
LOWEST = 0.8


def histogram(counts: Sequence[int], *, alt: str, fill: str = "currentColor", peak: str = "") -> SafeString:
    """`alt` says in words what it shows; `peak` is the colour of the highest bar."""
    most = max(counts)
    heights = [max(LOWEST, HEIGHT * count / most) if count else 0 for count in counts]
    top = counts.index(most)
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        (
            (
                place * PITCH,
                _short(HEIGHT - height),
                PITCH - GAP,
                _short(height),
                peak if peak and place == top else fill,
            )
            for place, height in enumerate(heights)
            if height
        ),
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img">'
        "<title>{}</title>{}</svg>",
        len(counts) * PITCH - GAP,
        HEIGHT,
        alt,
        bars,
    )


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
