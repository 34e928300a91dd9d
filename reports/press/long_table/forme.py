"""The forme: what the document's CSS makes of each kind of row, learned from a specimen that WeasyPrint lays out."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from tinycss2.color5 import parse_color
from weasyprint.draw.color import get_color
from weasyprint.text.line_break import _font_style_cache_key

from .known_css import SIDES, Unknown, check_around, check_edges, check_row, check_table, text_of
from .layout import Layout, tables_of, way_to
from .specimen import columns_of
from .type_case import TypeCase

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
    """All that the rows of one table look like, as far as the press knows it."""

    kinds: dict[int, Kind]
    across: dict[tuple[int | None, int | None], list[Edge]]  # lines between rows of two kinds, where borders collapse
    collapses: bool
    spacing: tuple[float, float]
    available: float  # width for the table, CSS pixels
    fills: bool  # whether the CSS gives the table a width, or its content does
    decoration: float  # borders and padding of the table itself, left and right together
    fixed: list[float | None]  # widths that the CSS gives to columns
    heads: list[tuple[TypeCase, str, float]]  # of each column: style, text and padding of its heading
    inks: dict[str, Any]  # of the tones that cells may have
    unknown: str = ""  # CSS that the press does not know: it can measure such a table, and WeasyPrint has to set it

    @cached_property
    def columns(self) -> int:
        return len(self.heads)

    def across_width(self, above: int | None, below: int | None, cell: Cell) -> float:
        """Half the width of the line between two rows: that much of it is inside the cell."""
        edges = self.across.get((above, below))
        return max(width for width, _ in edges[cell.column : cell.column + cell.span]) / 2 if edges else 0


def learn(layout: Layout, table: Element, rows: list[Element], order: list[int], fonts: dict, missing: set) -> Forme:
    """Read the forme from a laid out specimen. Raises Unknown when not even its columns can be measured."""
    found = [item for page in layout.boxes for item in tables_of(page, table)]
    if not found or not any(group.is_header for group in found[0][0].children):
        raise Unknown("the table, or its head, is not displayed")
    box, _, parent = found[0]
    for page in layout.boxes:
        check_around(way_to(page, box)[:-1])
    header = box.children[0]
    heads = header.children[-1].children
    if sum(head.colspan for head in heads) != len(heads) or any(head.rowspan != 1 for head in heads):
        raise Unknown("the last row of the head does not have one cell for each column")
    by_element = {row.element: row for part, *_ in found for group in part.children for row in group.children}
    if any(element not in by_element or len(by_element[element].children) != len(element) for element in rows):
        raise Unknown("a row or a cell that is not displayed")
    cases: dict[str, TypeCase] = {}

    def case(style) -> TypeCase:
        key = f"{_font_style_cache_key(style, include_size=True)}{[style[name] for name in _TEXT]}"
        if key not in cases:
            cases[key] = TypeCase(style, layout.context, fonts, missing)
        return cases[key]

    width, collapses = box.style["width"], box.style["border_collapse"] == "collapse"
    decoration = box.border_left_width + box.border_right_width + box.padding_left + box.padding_right
    specimens = [by_element[element] for element in rows]
    kinds = [_kind(row, case, collapses) for row in specimens]
    across = _lines(box, kinds, order) if collapses else {}
    return Forme(
        dict(zip(reversed(order), reversed(kinds), strict=True)),
        across,
        collapses,
        (0, 0) if collapses else box.style["border_spacing"],
        box.border_width() if width != "auto" else parent.width,
        width != "auto",
        0 if collapses else decoration,
        _fixed(box, len(heads)),
        [(case(head.style), text_of(head), _sides(head)) for head in heads],
        {name: _same(parse_color(colour)) for name, colour in columns_of(table).tones.items()},
        _unknown(box, specimens, kinds, order),
    )


def _lines(box, kinds: list["Kind"], order: list[int]) -> dict:
    """The lines between the specimens, where borders collapse."""
    vertical, horizontal = box.collapsed_border_grid
    skipped = len(box.children[0].children)
    for kind, borders in zip(kinds, vertical[skipped:], strict=False):
        kind.along = [_edge(border) for border in borders]
    pairs = zip([None, *order], [*order, None], strict=True)
    return {pair: [_edge(border) for border in line] for pair, line in zip(pairs, horizontal[skipped:], strict=False)}


def _unknown(box, specimens: list, kinds: list["Kind"], order: list[int]) -> str:
    """What there is in the CSS of a table that the press does not know."""
    collapses = box.style["border_collapse"] == "collapse"
    try:
        check_table(box)
        for row in specimens:
            check_row(row, collapses)
        if collapses:
            skipped = len(box.children[0].children)
            for grid in box.collapsed_border_grid:
                check_edges(grid[skipped:])
        looks = {}
        for key, kind in zip(order, kinds, strict=True):
            if looks.setdefault(key, _look(kind)) != _look(kind):
                raise Unknown("the style of a row depends on more than its role and whether its number is odd")
    except Unknown as reason:
        return str(reason)
    return ""


_TEXT = ("white_space", "text_transform", "overflow_wrap", "word_break", "hyphens", "letter_spacing", "word_spacing")
_TEXT += ("font_kerning", "direction")


def _kind(row, case, collapses: bool) -> Kind:
    level = row.children[0].style["bookmark_level"] if len(row.children) == 1 else "none"
    cells = [_cell(cell, case, collapses) for cell in row.children]
    return Kind(_colour(row), cells, None if level == "none" else level)


def _cell(cell, case, collapses: bool) -> Cell:
    style = cell.style
    align = style["text_align_all"]
    edges = [(getattr(cell, f"border_{side}_width"), _same(get_color(style, f"border_{side}_color"))) for side in SIDES]
    vertical = style["vertical_align"]
    return Cell(
        cell.grid_x,
        cell.colspan,
        case(style),
        style,
        # As the CSS has it: layout changes the padding of a cell to align it.
        tuple(getattr(style[f"padding_{side}"], "value", 0) for side in SIDES),
        tuple((0, None) if collapses else edge for edge in edges),
        cell.border_left_width + cell.padding_left,
        cell.border_right_width + cell.padding_right,
        {"left": "start", "right": "end"}.get(align, align),
        vertical if vertical in ("top", "middle", "bottom") else "baseline",
        _colour(cell),
        _same(style["color"]),
        cell.element_tag == "th",
    )


def _look(kind: Kind) -> list:
    cells = [
        (c.case, c.padding, c.borders, c.left, c.right, c.align, c.vertical, c.background, c.ink) for c in kind.cells
    ]
    return [kind.background, kind.along, cells]


_COLOURS: dict = {}


def _same(colour):
    """One object for each colour."""
    if len(_COLOURS) > 1000:
        _COLOURS.clear()
    return _COLOURS.setdefault((colour.space, *colour.coordinates, colour.alpha), colour) if colour.alpha else None


def _colour(box):
    return _same(get_color(box.style, "background_color"))


def _edge(border) -> Edge:
    _, (_, width, colour) = border
    return width, _same(colour)


def _sides(cell) -> float:
    return cell.padding_left + cell.padding_right + cell.border_left_width + cell.border_right_width


def _fixed(box, count: int) -> list[float | None]:
    columns = [column for group in box.column_groups for column in group.children]
    widths = [None if column.style["width"] == "auto" else column.width for column in columns]
    return widths if len(widths) == count else [None] * count
