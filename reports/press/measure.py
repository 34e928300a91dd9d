"""How wide texts are in the type of the documents, without laying them out."""

from collections.abc import Callable, Iterable
from itertools import pairwise

# What nearly every text of a Western language is made of: measured once, before the processes that print are forked.
COMMON = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x100)))) + "–—‘’“”…•·€−∞\ufffd"
# The type that `.measured` is set in, in points: large, for the sake of exactness.
SIZE = 100
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;"})

# Bold or not, face -> character -> advance, in units of the font size.
_advances: dict[tuple[bool, str], dict[str, float]] = {}


def widths_of(texts: Iterable[list[str]], bold: bool, face: str, anchors_of: Callable[[str], dict]) -> list[float]:
    """The width of the widest line of each list of texts; kerning is left out.

    `anchors_of(html)` lays a line out and gives the position, in CSS pixels, of every id in it.
    """
    lines = [[line for text in some for line in text.splitlines()] for some in texts]
    known = _advances.setdefault((bold, face), {})
    unknown = sorted({character for some in lines for line in some for character in line} - known.keys())
    if unknown:
        known |= _measured(unknown, bold, anchors_of)
    return [max((sum(map(known.__getitem__, line)) for line in some), default=0.0) for some in lines]


def _measured(characters: list[str], bold: bool, anchors_of: Callable[[str], dict]) -> dict[str, float]:
    """Each character in a span of its own: the next span begins where it ends."""
    spans = "".join(f"<span id=c{i}>{text.translate(_HTML)}</span>" for i, text in enumerate(characters))
    anchors = anchors_of(f"<p class='measured {'bold' if bold else ''}'>{spans}<span id=end>.</span>")
    starts = [anchors[name][0] for name in (*(f"c{i}" for i in range(len(characters))), "end")]
    widths = ((after - start) * 0.75 / SIZE for start, after in pairwise(starts))
    return dict(zip(characters, widths, strict=True))
