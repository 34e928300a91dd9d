"""A drawing that somebody brought, made anew of nothing but what shows shapes.

What could act, load or hide something is refused, with the name of what was found; what is only of use to the program
that drew it is left out.
"""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat

from reports.problems import Problem

MOST_ELEMENTS, MOST_DEPTH = 5_000, 60
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_ELEMENTS = {
    *("svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("linearGradient", "radialGradient", "stop", "clipPath"),
}
# They say something to programs and to people who cannot see the drawing: its place in the document does that.
_LEFT_OUT = {"metadata", "title", "desc"}
_PAINT = {
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "opacity"),
    *("stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "clip-path", "clip-rule"),
    *("stop-color", "stop-opacity", "display", "visibility", "color"),
}
_ATTRIBUTES = _PAINT | {
    *("id", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"),
    *("d", "points", "transform", "preserveAspectRatio", "gradientUnits", "gradientTransform", "spreadMethod"),
    *("offset", "clipPathUnits", "pathLength"),
}
_ADDRESS = re.compile(r"url\s*\(\s*['\"]?\s*([^)'\"]*)", re.IGNORECASE)
_SIZE = re.compile(r"\s*([0-9.]+)\s*(?:px|pt|mm|cm|in)?\s*")


def cleaned(data: bytes) -> bytes:
    """The drawing as an `<svg>` with a `viewBox`.  Raises Problem."""
    root = _parsed(data)
    if root.tag != "svg":
        raise Problem("logo_not_a_picture")
    _refuse_multiplication(root)
    box = root.get("viewBox") or _box_of(root)
    root.attrib.pop("x", None)
    root.attrib.pop("y", None)
    root.attrib |= {"viewBox": box}
    _, _, width, height = _numbers(box)
    # The style sheet of the documents says how large it is; these say in which proportion.
    root.attrib |= {"width": f"{width:g}", "height": f"{height:g}", "xmlns": _SVG}
    return tostring(root)


@dataclass
class _Reader:
    """What the parser tells, as a tree of elements without name spaces."""

    tree: TreeBuilder = field(default_factory=TreeBuilder)
    depth: int = 0
    count: int = 0
    skipped: int = 0  # how deep it is in what is left out
    any: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > MOST_DEPTH or self.count > MOST_ELEMENTS:
            raise Problem("logo_svg_large", elements=MOST_ELEMENTS, depth=MOST_DEPTH)
        space, _, tag = name.rpartition(" ")
        if self.skipped or (self.any and (space not in ("", _SVG) or tag in _LEFT_OUT)):
            self.skipped += 1
            return
        self.any = True
        if tag not in _ELEMENTS:
            raise Problem("logo_svg_element", element=tag[:40])
        self.tree.start(tag, _attributes(attributes))

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.skipped:
            self.skipped -= 1
        else:
            self.tree.end(name.rpartition(" ")[2])


def _parsed(data: bytes) -> Element:
    reader, parser = _Reader(), expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.EntityDeclHandler = _refuse_entities
    parser.ExternalEntityRefHandler = _refuse_entities
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise Problem("logo_damaged") from None
    return reader.tree.close()


def _refuse_entities(*_told):
    raise Problem("logo_svg_entities")


def _attributes(told: dict[str, str]) -> dict[str, str]:
    kept = {}
    for name, value in told.items():
        space, _, short = name.rpartition(" ")
        if short.lower().startswith("on"):
            raise Problem("logo_svg_element", element=short[:40])
        if short == "href" and space in ("", _XLINK):
            kept["href"] = _inside(value)
        elif short == "style" and not space:
            kept |= _painted(value)
        elif short in _ATTRIBUTES and not space:
            kept[short] = _without_addresses(value)
    return kept


def _painted(style: str) -> dict[str, str]:
    """The declarations of a style attribute as attributes."""
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): _without_addresses(value.strip()) for name, _, value in pairs if name.strip() in _PAINT}


def _inside(address: str) -> str:
    if not address.strip().startswith("#"):
        raise Problem("logo_svg_reference", address=address.strip()[:60])
    return address.strip()


def _without_addresses(value: str) -> str:
    for address in _ADDRESS.findall(value):
        _inside(address)
    return value


def _refuse_multiplication(root: Element) -> None:
    """A `use` of what has a `use` in it may draw billions of shapes with a few elements; so may a clip that is clipped
    in turn."""
    used = any(found.tag == "use" for shape in root.iter() if shape.get("id") for found in shape.iter())
    clips = (found for clip in root.iter("clipPath") for found in clip.iter())
    if used or any(map(_ADDRESS.search, (value for found in clips for value in found.attrib.values()))):
        raise Problem("logo_svg_large", elements=MOST_ELEMENTS, depth=MOST_DEPTH)


def _box_of(root: Element) -> str:
    sizes = [_SIZE.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if not all(sizes):
        raise Problem("logo_svg_size")
    return f"0 0 {sizes[0][1]} {sizes[1][1]}"


def _numbers(box: str) -> list[float]:
    try:
        numbers = [float(part) for part in box.replace(",", " ").split()]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(0 < size < 1e6 for size in numbers[2:]):
        raise Problem("logo_svg_size")
    return numbers
