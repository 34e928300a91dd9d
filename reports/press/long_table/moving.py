"""A table that ends on the page where it begins: the layout that it was learned from is the one it is printed in.

A layout takes a third of the time of a small document. When the columns of the specimens are those that the press
chose, all that is not yet right is the height of the rows, and where that puts what follows them on the page.
"""

from itertools import pairwise
from math import inf

from weasyprint.css.properties import ZERO_PIXELS
from weasyprint.formatting_structure import boxes
from weasyprint.layout.background import layout_box_backgrounds

from .layout import Layout, way_to
from .stands import stands_of
from .tables import LongTable

_NEAR = 1e-6  # CSS pixels


def move(layout: Layout, tables: list[LongTable]) -> bool:
    """Make room in a layout for the rows of the only long table, if it has but one page, all of it in plain flow.

    Returns whether the table stands in it now.
    """
    if len(layout.boxes) != 1 or len(tables) != 1 or not tables[0].parts:
        return False
    (page,), (table,) = layout.boxes, tables
    stands = stands_of(layout, table.element)
    way = way_to(page.children[0], stands[0].box)
    if not (_is_plain(page, way) and _has_columns(stands[0].box, table.widths)):
        return False
    way.append(next(group for group in way[-1].children if group.element is table.element.find("tbody")))
    last = way[-1].children[-1]
    down = table.parts[0].height - (last.position_y + last.height - stands[0].y)
    following = [box for parent, child in pairwise(way) for box in _after(parent, child)]
    foot = page.content_box_y() + page.height
    if max(map(_bottom, [way[0], *(inner for box in following for inner in box.descendants())])) + down > foot:
        return False
    for box in following:
        box.translate(dy=down)
        layout_box_backgrounds(page, box, layout.context.get_image_from_uri)
    for box in way:
        box.height += down
        if box.background:
            layout_box_backgrounds(page, box, layout.context.get_image_from_uri, layout_children=False)
    table.stands = stands[:1]
    return True


def _is_plain(page, way: list) -> bool:
    """Whether nothing on the page has a place but in the flow, and all around the table is as tall as its content."""
    return (
        all(isinstance(box, boxes.MarginBox) for box in page.children[1:])
        and all(_flows(box) for box in page.children[0].descendants(placeholders=True))
        and all(type(box) is boxes.BlockBox and _is_free(box.style) for box in way[:-1])
    )


def _flows(box) -> bool:
    return isinstance(box, boxes.Box) and box.style["float"] == "none" and box.style["position"] == "static"


def _is_free(style) -> bool:
    least, most = style["min_height"], style["max_height"]
    return style["height"] == "auto" and least in ("auto", ZERO_PIXELS) and most.value == inf


def _has_columns(box, widths: list[float]) -> bool:
    return all(abs(has - wanted) < _NEAR for has, wanted in zip(box.column_widths, widths, strict=True))


def _after(parent, child) -> list:
    return parent.children[list(parent.children).index(child) + 1 :]


def _bottom(box) -> float:
    return box.position_y + box.margin_height()
