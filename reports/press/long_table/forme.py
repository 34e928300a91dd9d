"""The forme: what the document's CSS makes of each kind of row, learned from a specimen that WeasyPrint lays out."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.text.line_break import _font_style_cache_key

from .known_css import Unknown, check, check_table
from .layout import Layout, tables_of
from .type_case import TypeCase

SIDES = ("top", "right", "bottom", "left")
Edge = tuple[float, Any]  # width in CSS pixels, colour


@dataclass(eq=False)
class Cell:
    """The style of one cell. Lengths are in CSS pixels."""

    column: int
    span: int
    case: TypeCase
    style: Any
    padding: tuple[float, float, float, float]
    borders: tuple[Edge, Edge, Edge, Edge]  # empty edges where borders collapse: see Forme.across and Forme.along
    left: float  # from the cell's edge to its text: border and padding
    right: float
    align: str  # start, center or end
    vertical: str  # top, middle, bottom or baseline
    background: Any
    ink: Any
    heads: bool = False  # a heading for the rows that follow
    wraps: bool = False


@dataclass
class Kind:
    """The style of one kind of row."""

    background: Any
    cells: list[Cell]
    bookmark: int | None = None  # the level, for headings of groups
    along: list[Edge] = field(default_factory=list)  # vertical lines between cells, where borders collapse


@dataclass
class Forme:
    """All that the rows of one table look like."""

    kinds: dict[int, Kind]
    across: dict[tuple[int | None, int | None], list[Edge]]  # lines between rows of two kinds, where borders collapse
    collapses: bool
    spacing: tuple[float, float]
    available: float  # width for the table, CSS pixels
    fills: bool  # whether the CSS gives the table a width, or its content does
    decoration: float  # borders and padding of the table itself, left and right together
    fixed: list[float | None]  # widths that the CSS gives to columns
    heads: list[tuple[TypeCase, str, float]]  # of each column: style, text and padding of its heading

    @cached_property
    def columns(self) -> int:
        return len(self.heads)

    def across_width(self, above: int | None, below: int | None, cell: Cell) -> float:
        """Half the width of the line between two rows: that much of it is inside the cell."""
        edges = self.across.get((above, below))
        return max(width for width, _ in edges[cell.column : cell.column + cell.span]) / 2 if edges else 0


def learn(layout: Layout, table: Element, rows: list[Element], order: list[int], fonts: dict, missing: set) -> Forme:
    """Read the forme from a laid out specimen. Raises Unknown."""
    found = [item for page in layout.boxes for item in tables_of(page, table)]
    if not found:
        raise Unknown("the table is not displayed")
    box, parent = found[0]
    check_table(box)
    by_element = {
        row.element: row for part, _ in found for group in part.children for row in group.children if row.element
    }
    cases: dict[str, TypeCase] = {}

    def case(style) -> TypeCase:
        key = f"{_font_style_cache_key(style, include_size=True)}{[style[name] for name in _TEXT]}"
        if key not in cases:
            cases[key] = TypeCase(style, layout.context, fonts, missing)
        return cases[key]

    collapses = box.style["border_collapse"] == "collapse"
    vertical, horizontal = box.collapsed_border_grid if collapses else ([], [])
    header = box.children[0]
    skipped = len(header.children)
    kinds: dict[int, Kind] = {}
    across: dict = {}
    for number, (key, element) in enumerate(zip(order, rows, strict=True)):
        kind = _kind(by_element[element], case, collapses)
        if collapses:
            kind.along = [_edge(border) for border in vertical[skipped + number]]
            above = order[number - 1] if number else None
            across[above, key] = [_edge(border) for border in horizontal[skipped + number]]
        if key in kinds and _look(kinds[key]) != _look(kind):
            raise Unknown("the style of a row depends on more than its role and whether its number is odd")
        kinds.setdefault(key, kind)
    if collapses and order:
        across[order[-1], None] = [_edge(border) for border in horizontal[skipped + len(order)]]
    width = box.style["width"]
    decoration = box.border_left_width + box.border_right_width + box.padding_left + box.padding_right
    heads = header.children[-1].children
    if sum(head.colspan for head in heads) != len(heads) or any(head.rowspan != 1 for head in heads):
        raise Unknown("the last row of the head does not have one cell for each column")
    return Forme(
        kinds,
        across,
        collapses,
        (0, 0) if collapses else box.style["border_spacing"],
        box.border_width() if width != "auto" else parent.width,
        width != "auto",
        0 if collapses else decoration,
        _fixed(box, len(heads)),
        [(case(head.style), _text_of(head), _sides(head)) for head in heads],
    )


_TEXT = ("white_space", "text_transform", "overflow_wrap", "word_break", "hyphens", "letter_spacing", "word_spacing")
_TEXT += ("font_kerning", "direction")


def _kind(row, case, collapses: bool) -> Kind:
    check(row)
    if row.style["height"] != "auto":
        raise Unknown("a row of a given height")
    level = row.children[0].style["bookmark_level"] if len(row.children) == 1 else "none"
    cells = [_cell(cell, case, collapses) for cell in row.children]
    return Kind(_colour(row), cells, None if level == "none" else level)


def _cell(cell, case, collapses: bool) -> Cell:
    check(cell)
    style = cell.style
    if _text_of(cell) != "x" and style["text_transform"] == "none":
        raise Unknown("a cell with content of its own")
    align = style["text_align_all"]
    align = {"left": "start", "right": "end"}.get(align, align)
    indent = style["text_indent"]
    if align == "justify" or style["height"] != "auto" or getattr(indent, "value", indent) or cell.rowspan != 1:
        raise Unknown("justified or indented text, or a cell of a given height")
    if any(
        getattr(style[f"border_{a}_{b}_radius"][0], "value", 0) for a in ("top", "bottom") for b in ("left", "right")
    ):
        raise Unknown("round corners")
    edges = [(getattr(cell, f"border_{side}_width"), _same(get_color(style, f"border_{side}_color"))) for side in SIDES]
    for side, (width, _) in zip(SIDES, edges, strict=True):
        if not collapses and width and style[f"border_{side}_style"] != "solid":
            raise Unknown("a border that is not solid")
    vertical = style["vertical_align"]
    return Cell(
        cell.grid_x,
        cell.colspan,
        case(style),
        style,
        tuple(_padding(style, side) for side in SIDES),
        tuple((0, None) if collapses else edge for edge in edges),
        cell.border_left_width + cell.padding_left,
        cell.border_right_width + cell.padding_right,
        align,
        vertical if vertical in ("top", "middle", "bottom") else "baseline",
        _colour(cell),
        _same(style["color"]),
        cell.element_tag == "th",
    )


def _padding(style, side: str) -> float:
    """As the CSS has it: layout changes the padding of a cell to align it."""
    padding = style[f"padding_{side}"]
    if getattr(padding, "unit", None) != "px":
        raise Unknown("padding relative to the table's width")
    return padding.value


def _look(kind: Kind) -> list:
    cells = [
        (c.case, c.padding, c.borders, c.left, c.right, c.align, c.vertical, c.background, c.ink) for c in kind.cells
    ]
    return [kind.background, kind.along, cells]


_CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")
_COLOURS: dict = {}


def _same(colour):
    """One object for each colour."""
    if len(_COLOURS) > 1000:
        _COLOURS.clear()
    return _COLOURS.setdefault((colour.space, *colour.coordinates, colour.alpha), colour) if colour.alpha else None


def _colour(box):
    return _same(get_color(box.style, "background_color"))


def _edge(border) -> Edge:
    _, (style, width, colour) = border
    if width and colour.alpha and style not in ("solid", "none", "hidden"):
        raise Unknown("a border that is not solid")
    return width, _same(colour)


def _text_of(cell) -> str:
    texts, pending = [], [cell]
    while pending:
        box = pending.pop(0)
        if isinstance(box, boxes.TextBox):
            texts.append(box.text)
        pending = [*getattr(box, "children", ()), *pending]
    return " ".join(texts)


def _sides(cell) -> float:
    return cell.padding_left + cell.padding_right + cell.border_left_width + cell.border_right_width


def _fixed(box, count: int) -> list[float | None]:
    columns = [column for group in box.column_groups for column in group.children]
    widths = [None if column.style["width"] == "auto" else column.width for column in columns]
    return widths if len(widths) == count else [None] * count
