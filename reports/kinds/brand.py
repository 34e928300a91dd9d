"""What a document looks like on behalf of a group: its mark, its colours, its type, and what every page says."""

import re
from dataclasses import dataclass

from reports.colours import ACCENT, SECOND
from reports.kinds.looks import COLOURS

# What no name of a family needs, and might end the text that it stands in.
_UNSAFE = re.compile(r"[^\w .+-]")


@dataclass(frozen=True)
class Brand:
    """accent: of titles and rules; second: of what stands beside it in charts.  face: the name of a font's family;
    empty: the usual one.  header, footer: a line at the top right and at the foot of every page.
    logo: the folder with `logo.svg` or `logo.png`; `name` says in words what it shows.
    """

    name: str = ""
    accent: str = ACCENT
    second: str = SECOND
    face: str = ""
    header: str = ""
    footer: str = ""
    logo: str = ""

    @property
    def type(self) -> str:
        """A CSS value of `font-family`; empty: that of the style sheet."""
        return f'"{_UNSAFE.sub("", self.face)}", "Inter", "DejaVu Sans", sans-serif' if self.face else ""


NO_BRAND = Brand()


def tones_of(brand: Brand) -> dict[str, str]:
    """The colours of cells; what is accented has the brand's accent."""
    return {**COLOURS, "accent": brand.accent}
