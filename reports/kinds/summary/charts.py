"""Charts as inline SVG: Vega-Lite draws them, in the colours and the type of the document.

All words and numbers come from the caller.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from reports import vega
from reports.kinds.brand import NO_BRAND, Brand
from reports.kinds.document import ASSETS

# In CSS pixels: the text column of a page, and what the labels of bars may take of it.
WIDTH, LABEL_WIDTH = 657, 280
BAR_PITCH, BAR_HEIGHT = 25, 13
SERIES_HEIGHT = 190
# The size of the words in a chart, and of those along its axes.
SIZE, SMALL = 12, 11
# Up to so many points are columns, more are a line; so many of them are labelled.
MOST_COLUMNS, MOST_LABELS = 36, 12
# About so many steps are on the axis of values, whose numbers have at most so many decimals.
STEPS, MOST_DECIMALS = 4, 6
# What is smaller is drawn as nothing: its steps could not be told apart.
SMALLEST_SPAN = 1e-300

INK, SOFT, LINE, GREY = "#1a1c25", "#666a78", "#dedbd3", "#d4d2cc"
FONT = "Inter, DejaVu Sans, sans-serif"

_CONFIG = {
    # Vega describes its parts in English; the title says it all.
    "aria": False,
    # Vega measures each text, for a millisecond in our font; here the widths are known, and any font will do.
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": SMALL, "labelColor": SOFT, "domain": False, "ticks": False, "grid": False, "title": None},
    "text": {"fontSize": SIZE, "color": INK},
}
# Most of Vega's SVG shows nothing, and the press reads it character by character.
_UNSEEN = re.compile(r'<path class="(?:background|foreground)"[^>]*/>')
_TAG = re.compile(r"<[^>]*>")
_NEEDLESS = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|font-family)="[^"]*"| opacity="1"|(?<=\.\d\d)\d+')


@dataclass(frozen=True)
class Mark:
    """One bar, column or point: `value` gives its length, `words` are printed beside it (of points: the highest).

    `year` stands below the first label of each year; `is_rest` is what was put together.
    """

    label: str
    value: float
    words: str
    year: str = ""
    is_rest: bool = False


def bars(marks: list[Mark], *, alt: str, brand: Brand = NO_BRAND) -> str:
    """Horizontal bars: the first in the accent colour, the others in the second, the rest grey."""
    colours = [GREY if mark.is_rest else brand.second if place else brand.accent for place, mark in enumerate(marks)]
    labels = [_shortened(mark.label, brand) for mark in marks]
    values = [
        {
            "place": place,
            "label": label,
            "value": mark.value,
            # The words stand on the right of the bar, also of one that points to the left.
            "tip": max(0.0, mark.value),
            "words": mark.words,
            "colour": colour,
        }
        for place, (mark, label, colour) in enumerate(zip(marks, labels, colours, strict=True))
    ]
    y = {"field": "place", "type": "ordinal", "axis": None}
    start = _width(labels, SIZE, brand) + 14
    end = max(start + 60, WIDTH - _width([mark.words for mark in marks], SIZE, brand) - 7)
    scale = {"range": [start, end], "nice": False}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": scale, "stack": None}
    beside = {"type": "text", "align": "left", "baseline": "middle"}
    layers = [
        {"mark": beside, "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "label"}}},
        {
            "mark": {"type": "bar", "height": BAR_HEIGHT, "cornerRadiusEnd": 1.5},
            "encoding": {"y": y, "x": x, "color": {"field": "colour", "type": "nominal", "scale": None}},
        },
        {"mark": {**beside, "dx": 7}, "encoding": {"y": y, "x": {**x, "field": "tip"}, "text": {"field": "words"}}},
    ]
    return _svg(values, layers, height=BAR_PITCH * len(marks), alt=alt, brand=brand)


def over_time(marks: list[Mark], *, alt: str, number: Callable[[float, int], str], brand: Brand = NO_BRAND) -> str:
    """Columns, or a line when there are many.  The highest is named.

    `number(value, decimals)` writes a value of the axis.
    """
    peak = max(range(len(marks)), key=lambda place: marks[place].value)
    step = -(-len(marks) // MOST_LABELS)
    values = [
        {"place": f"{place:04}\n{label}", "value": mark.value, "peak": place == peak, "words": mark.words}
        for place, (mark, label) in enumerate(zip(marks, _labels(marks, step), strict=True))
    ]
    columns = len(marks) <= MOST_COLUMNS
    axis = {
        "values": [value["place"] for value in values[::step]],
        # What stands before the first line break only keeps equal labels apart.
        "labelExpr": "slice(split(datum.label, '\\n'), 1)",
        "labelAngle": 0,
        "labelPadding": 8,
        "labelOverlap": False,
    }
    scale = {"type": "band", "padding": 0.25} if columns else {"type": "point", "padding": 0.3}
    x = {"field": "place", "type": "ordinal", "axis": axis, "scale": scale}
    bottom, top = _span([mark.value for mark in marks])
    y = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [bottom, top]}, "stack": None}
    edge = "left" if peak < len(marks) / 6 else "right" if peak > len(marks) * 5 / 6 else "center"
    # A white copy below keeps the words clear of the lines.
    words = [
        {
            "transform": [{"filter": "datum.peak"}],
            "mark": {"type": "text", "baseline": "bottom", "dy": -5, "align": edge, "fontWeight": 600, **paint},
            "encoding": {"x": x, "y": y, "text": {"field": "words"}},
        }
        for paint in ({"color": "white", "stroke": "white", "strokeWidth": 5}, {"color": brand.accent})
    ]
    lines = _lines(bottom, top, number)
    drawn = (_columns if columns else _line)(x, y, brand)
    margins = {
        "left": _width([line["words"] for line in lines], SMALL, brand) + 8,
        "top": 6,
        "bottom": 8 + (SMALL + 1) * (2 if any(mark.year for mark in marks) else 1),
    }
    return _svg(values, [*_axis(lines, y), *drawn, *words], height=SERIES_HEIGHT, alt=alt, brand=brand, **margins)


def _labels(marks: list[Mark], step: int) -> list[str]:
    labels, year = [mark.label for mark in marks], ""
    for place in range(0, len(marks), step):
        if marks[place].year != year:
            year = marks[place].year
            labels[place] += f"\n{year}"
    return labels


def _span(values: list[float]) -> tuple[float, float]:
    """The ends of the axis, with room for words above the highest value."""
    bottom, top = min(0.0, *values), max(0.0, *values)
    span = top - bottom
    return (bottom, top + 0.15 * span) if span > SMALLEST_SPAN else (0.0, 1.0)


def _lines(bottom: float, top: float, number: Callable[[float, int], str]) -> list[dict]:
    """Round values of the axis, evenly apart: 1, 2 or 5 times a power of ten."""
    span = Decimal(top - bottom) / STEPS
    power = Decimal(1).scaleb(span.adjusted())
    step = min((factor * power for factor in (1, 2, 5, 10)), key=lambda step: abs((step / span).ln()))
    values = [float(place * step) for place in range(math.ceil(Decimal(bottom) / step), int(Decimal(top) / step) + 1)]
    decimals = min(MOST_DECIMALS, max(0, -step.adjusted()))
    return [{"value": value, "words": number(value, decimals)} for value in values]


def _axis(lines: list[dict], y: dict) -> list[dict]:
    data = {"values": lines}
    text = {"type": "text", "align": "right", "baseline": "middle", "fontSize": SMALL, "color": SOFT}
    return [
        {"data": data, "mark": {"type": "rule", "color": LINE, "strokeWidth": 0.6}, "encoding": {"y": y}},
        {"data": data, "mark": text, "encoding": {"y": y, "x": {"value": -8}, "text": {"field": "words"}}},
    ]


def _columns(x: dict, y: dict, brand: Brand) -> list[dict]:
    colour = {"condition": {"test": "datum.peak", "value": brand.accent}, "value": brand.second}
    return [{"mark": {"type": "bar", "cornerRadiusEnd": 1.5}, "encoding": {"x": x, "y": y, "color": colour}}]


def _line(x: dict, y: dict, brand: Brand) -> list[dict]:
    both = {"x": x, "y": y}
    return [
        {"mark": {"type": "area", "color": brand.second, "opacity": 0.35}, "encoding": both},
        {"mark": {"type": "line", "color": brand.accent, "strokeWidth": 1.5}, "encoding": both},
        {
            "transform": [{"filter": "datum.peak"}],
            "mark": {"type": "point", "filled": True, "color": brand.accent, "size": 36, "opacity": 1},
            "encoding": both,
        },
    ]


def _shortened(label: str, brand: Brand) -> str:
    """What there is room for beside a bar."""
    if _width([label], SIZE, brand) <= LABEL_WIDTH:
        return label
    kept = label[: LABEL_WIDTH // 2]  # no letter is narrower than two pixels
    while _width([f"{kept}…"], SIZE, brand) > LABEL_WIDTH:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _width(texts: list[str], size: float, brand: Brand) -> float:
    """Of the widest, in CSS pixels."""
    from reports import press  # WeasyPrint takes a second to load, and the web server has no use for it

    return press.widths_of([texts], assets=ASSETS, face=brand.type)[0] * size


def _svg(
    values: list[dict],
    layers: list[dict],
    *,
    height: int,
    alt: str,
    brand: Brand,
    left: float = 0,
    top: int = 0,
    bottom: int = 0,
) -> str:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "padding": {"left": left, "top": top, "right": 0, "bottom": bottom},
        "width": WIDTH - left,
        "height": height - top - bottom,
        "autosize": "none",
        "data": {"values": values},
        "layer": layers,
        "config": _CONFIG,
    }
    drawing = _UNSEEN.sub("", vega.draw(spec))
    start, _, rest = _TAG.sub(lambda tag: _NEEDLESS.sub("", tag[0]), drawing).partition(">")
    font = brand.type.replace('"', "'") or FONT
    return f'{start} role="img" font-family="{font}"><title>{escape(alt)}</title>{rest}'
