"""How wide texts are in the type of the documents, without laying them out."""

from collections.abc import Iterable

from weasyprint.text.line_break import create_layout, line_size

# What nearly every text of a Western language is made of: measured once, before the processes that print are forked.
COMMON = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x100)))) + "–—‘’“”…•·€−∞\ufffd"
# A document in which a letter has the type that texts are measured in: it is large, for the sake of exactness.
LETTER = "<!doctype html><style>{style}</style><p class='measured {weight}'>x"


class Measure:
    """Knows how wide each character is in a style of WeasyPrint's."""

    def __init__(self, style):
        self._style, self._advances = style, {}

    def widths_of(self, texts: Iterable[list[str]]) -> list[float]:
        """The width of the widest line of each list of texts, in units of the font size; kerning is left out."""
        lines = [[line for text in some for line in text.splitlines()] for some in texts]
        for character in {character for some in lines for line in some for character in line} - self._advances.keys():
            self._advances[character] = self._measured(character)
        advance = self._advances.__getitem__
        return [max((sum(map(advance, line)) for line in some), default=0.0) for some in lines]

    def _measured(self, character: str) -> float:
        layout = create_layout(character, self._style, None, None, 0)
        line, _ = layout.get_first_line()
        return line_size(line, self._style)[0] / self._style["font_size"]
