"""What is to be printed, in the form that each contender wants.  Knows no Django, which the peers do not load."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = re.compile(r'<th scope="col"(?: class="(\w)")?>([^<]*)')
_WIDTH = re.compile(r'<col style="width: ([\d.]+)pt">')


@dataclass(frozen=True)
class Work:
    """A document of so many orders: a kind of report and its options; or, where `is_file`, the file of these orders."""

    rows: int
    kind: str = "listing"
    options: dict = field(default_factory=dict)
    is_file: bool = False

    @property
    def name(self) -> str:
        return f"file-{self.rows}" if self.is_file else f"{self.kind}-{self.rows}"


@dataclass(frozen=True)
class Column:
    """`width` is in points; `css_class` is `n` for numbers, `d` for dates, empty for texts."""

    heading: str
    css_class: str
    width: float


@dataclass(frozen=True)
class Files:
    """The files of a Work, in a folder of their own."""

    work: Work
    folder: Path

    @property
    def csv(self) -> Path:
        """The file as a person would bring it."""
        return self.folder / "orders.csv"

    @property
    def snapshot(self) -> Path:
        return self.folder / "data.parquet"

    @property
    def rendered(self) -> Path:
        """What the step `render` makes."""
        return self.folder / "rendered"

    @property
    def plain(self) -> Path:
        """The document with all rows in it, without the style sheet that all documents have."""
        return self.folder / "plain.html"

    @property
    def styled(self) -> Path:
        """The same with the style sheet."""
        return self.folder / "styled.html"

    def document(self) -> str:
        return (self.rendered / "document.html").read_text()

    def rows(self) -> list[list[str]]:
        """The rows of a listing in words."""
        with (self.rendered / "rows.jsonl").open() as file:
            return [cells for _role, *cells in map(json.loads, file)]

    def columns(self) -> list[Column]:
        """The columns of a listing."""
        html = self.document()
        heads, widths = _HEAD.findall(html), _WIDTH.findall(html)
        return [Column(name, kind, float(width)) for (kind, name), width in zip(heads, widths, strict=True)]
