"""What the press knows of CSS: everything else is handed back to WeasyPrint."""

from weasyprint.draw.color import get_color


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
}


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


def check(box) -> None:
    """Raise Unknown if a box has anything but backgrounds and borders."""
    for name, values in _PLAIN.items():
        if box.style[name] not in values:
            raise Unknown(f"{name.replace('_', '-')}: {box.style[name]}")
    if any(kind != "none" for kind, *_ in box.style["background_image"]) or box.style["box_shadow"]:
        raise Unknown("a picture or a shadow")
