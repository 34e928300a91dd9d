"""What the press knows of CSS: everything else is handed back to WeasyPrint."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes

_COUNTERS = {"counter()", "counters()", "string()", "element()", "target-counter()", "target-counters()"}
SIDES = ("top", "right", "bottom", "left")


class Unknown(Exception):
    """The table uses CSS that the press does not know: WeasyPrint sets it."""


_PLAIN = {  # properties of rows and cells that the press leaves alone, and the values it expects
    "opacity": {1},
    "position": {"static"},
    "float": {"none"},
    "visibility": {"visible"},
    "overflow": {"visible"},
    "text_decoration_line": {"none"},
    "direction": {"ltr"},
    "empty_cells": {"show"},
    "transform": {()},
    "column_count": {"auto"},
    "column_width": {"auto"},
}


def check_counts(context, elements: Iterable[Element]) -> None:
    """Raise Unknown if rows, whose elements these are, cannot be laid out without all those before."""
    inside, computed = set(elements), context.style_for.get_computed_styles()
    styles = {
        id(style): style
        for (element, pseudo), style in computed.items()
        if element in inside and pseudo in (None, "before", "after")
    }
    for style in styles.values():
        counts = style["counter_reset"] or style["counter_set"] or style["counter_increment"] not in ("auto", ())
        contents = [token for name in ("content", "bookmark_label") for token in style[name]]
        if counts or any(token[0] in _COUNTERS for token in contents) or style["string_set"] != "none":
            raise Unknown("rows that count, or that name what is in the margins")


def check_around(around) -> None:
    """Raise Unknown if a box around a table changes how its content is painted, or where it is broken."""
    for box in around:
        for name in ("opacity", "transform", "column_count", "column_width"):
            _expect(box, name)


def check_table(box) -> None:
    """Raise Unknown if there is more to a table than its rows."""
    groups = [child for child in box.children if child.children]
    if not groups or not groups[0].is_header or any(group.is_footer for group in groups):
        raise Unknown("a long table has a head, and no foot")
    check(box)
    for group in box.children[1:]:
        check(group)
        if get_color(group.style, "background_color").alpha:
            raise Unknown("a background behind all rows")
    for columns in box.column_groups:
        for column in (columns, *columns.children):
            if get_color(column.style, "background_color").alpha:
                raise Unknown("a background behind a column")
    decorated = get_color(box.style, "background_color").alpha or box.style["box_shadow"]
    if box.style["border_collapse"] == "separate":
        decorated = decorated or box.border_left_width or box.border_right_width
    if decorated:
        raise Unknown("a background or a frame around the table")


def check_row(row, collapses: bool) -> None:
    """Raise Unknown if a specimen of a row has more than plain cells of its text's height."""
    check(row)
    if row.style["height"] != "auto":
        raise Unknown("a row of a given height")
    for cell in row.children:
        check(cell)
        _check_text(cell)
        _check_frame(cell, collapses)


def check_edges(grid) -> None:
    """Raise Unknown if a line between cells, where borders collapse, is not a plain one."""
    for _, (style, width, colour) in (border for line in grid for border in line):
        if width and colour.alpha and style not in ("solid", "none", "hidden"):
            raise Unknown("a border that is not solid")


def _check_text(cell) -> None:
    style, indent = cell.style, cell.style["text_indent"]
    if text_of(cell) != "x" and style["text_transform"] == "none":
        raise Unknown("a cell with content of its own")
    height = style["height"] != "auto" or cell.rowspan != 1
    if style["text_align_all"] == "justify" or getattr(indent, "value", indent) or height:
        raise Unknown("justified or indented text, or a cell of a given height")


def _check_frame(cell, collapses: bool) -> None:
    style = cell.style
    corners = [style[f"border_{a}_{b}_radius"][0] for a in ("top", "bottom") for b in ("left", "right")]
    if any(getattr(corner, "value", 0) for corner in corners):
        raise Unknown("round corners")
    for side in SIDES:
        if not collapses and getattr(cell, f"border_{side}_width") and style[f"border_{side}_style"] != "solid":
            raise Unknown("a border that is not solid")
        if getattr(style[f"padding_{side}"], "unit", None) != "px":
            raise Unknown("padding relative to the table's width")


def text_of(cell) -> str:
    """The text of a laid out cell."""
    return " ".join(box.text for box in cell.descendants() if isinstance(box, boxes.TextBox))


def check(box) -> None:
    """Raise Unknown if a box has anything but backgrounds and borders."""
    for name in _PLAIN:
        _expect(box, name)
    if any(kind != "none" for kind, *_ in box.style["background_image"]) or box.style["box_shadow"]:
        raise Unknown("a picture or a shadow")


def _expect(box, name: str) -> None:
    if box.style[name] not in _PLAIN[name]:
        raise Unknown(f"{name.replace('_', '-')}: {box.style[name]}")
