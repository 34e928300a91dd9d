"""Charts as inline SVG: Vega-Lite draws them, in the colours, the type and the language of the document.

All words and all labels of categories and times come from the caller; only the axis of values is numbered here.
"""

from dataclasses import dataclass
from html import escape

from babel import Locale

# In CSS pixels: the text column of a page, what the labels of bars may take of it, and a generous character.
WIDTH, LABEL_WIDTH, CHARACTER = 657, 280, 7
BAR_PITCH, BAR_HEIGHT = 25, 13
SERIES_HEIGHT = 190
# Up to so many points are columns, more are a line; so many of them are labelled.
MOST_COLUMNS, MOST_LABELS = 36, 12

INK, SOFT, LINE = "#1a1c25", "#666a78", "#dedbd3"
ACCENT, PALE, GREY = "#24409a", "#b4c0e6", "#d4d2cc"

_CONFIG = {
    # Vega describes its parts in English; the title says it all.
    "aria": False,
    "font": "Inter, DejaVu Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 11, "labelColor": SOFT, "domain": False, "ticks": False, "grid": False, "title": None},
    "text": {"fontSize": 12, "color": INK},
}


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


def bars(marks: list[Mark], *, alt: str, locale: Locale) -> str:
    """Horizontal bars: the first in the accent colour, the others pale, the rest grey."""
    colours = [GREY if mark.is_rest else PALE if place else ACCENT for place, mark in enumerate(marks)]
    values = [
        {
            "place": place,
            "label": mark.label,
            "value": mark.value,
            # The words stand on the right of the bar, also of one that points to the left.
            "tip": max(0.0, mark.value),
            "words": mark.words,
            "colour": colour,
        }
        for place, (mark, colour) in enumerate(zip(marks, colours, strict=True))
    ]
    y = {"field": "place", "type": "ordinal", "axis": None}
    start = min(LABEL_WIDTH, CHARACTER * max(len(mark.label) for mark in marks)) + 10
    end = max(start + 60, WIDTH - CHARACTER * max(len(mark.words) for mark in marks) - 7)
    scale = {"range": [start, end], "nice": False}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": scale}
    beside = {"type": "text", "align": "left", "baseline": "middle"}
    layers = [
        {
            "mark": {**beside, "limit": LABEL_WIDTH},
            "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "label"}},
        },
        {
            "mark": {"type": "bar", "height": BAR_HEIGHT, "cornerRadiusEnd": 1.5},
            "encoding": {"y": y, "x": x, "color": {"field": "colour", "type": "nominal", "scale": None}},
        },
        {"mark": {**beside, "dx": 7}, "encoding": {"y": y, "x": {**x, "field": "tip"}, "text": {"field": "words"}}},
    ]
    return _svg(values, layers, height=BAR_PITCH * len(marks), alt=alt, locale=locale)


def over_time(marks: list[Mark], *, alt: str, locale: Locale) -> str:
    """Columns, or a line when there are many.  The highest is named."""
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
    y = _value_axis([mark.value for mark in marks])
    edge = "left" if peak < len(marks) / 6 else "right" if peak > len(marks) * 5 / 6 else "center"
    # A white copy below keeps the words clear of the lines.
    words = [
        {
            "transform": [{"filter": "datum.peak"}],
            "mark": {"type": "text", "baseline": "bottom", "dy": -5, "align": edge, "fontWeight": 600, **paint},
            "encoding": {"x": x, "y": y, "text": {"field": "words"}},
        }
        for paint in ({"color": "white", "stroke": "white", "strokeWidth": 5}, {"color": ACCENT})
    ]
    drawn = _columns(x, y) if columns else _line(x, y)
    return _svg(values, [*drawn, *words], height=SERIES_HEIGHT, alt=alt, locale=locale)


def _labels(marks: list[Mark], step: int) -> list[str]:
    labels, year = [mark.label for mark in marks], ""
    for place in range(0, len(marks), step):
        if marks[place].year != year:
            year = marks[place].year
            labels[place] += f"\n{year}"
    return labels


def _columns(x: dict, y: dict) -> list[dict]:
    colour = {"condition": {"test": "datum.peak", "value": ACCENT}, "value": PALE}
    return [{"mark": {"type": "bar", "cornerRadiusEnd": 1.5}, "encoding": {"x": x, "y": y, "color": colour}}]


def _line(x: dict, y: dict) -> list[dict]:
    both = {"x": x, "y": y}
    return [
        {"mark": {"type": "area", "color": PALE, "opacity": 0.35}, "encoding": both},
        {"mark": {"type": "line", "color": ACCENT, "strokeWidth": 1.5}, "encoding": both},
        {
            "transform": [{"filter": "datum.peak"}],
            "mark": {"type": "point", "filled": True, "color": ACCENT, "size": 36, "opacity": 1},
            "encoding": both,
        },
    ]


def _value_axis(values: list[float]) -> dict:
    bottom, top = min(0.0, *values), max(0.0, *values)
    axis = {
        "tickCount": 4,
        "grid": True,
        "gridColor": LINE,
        "gridWidth": 0.6,
        "labelPadding": 8,
        "format": ",.0f" if max(map(abs, values)) >= 8 else ",.2~f",
    }
    # Room for the words above the highest.
    scale = {"domainMax": top + 0.15 * (top - bottom) or 1, "nice": False}
    return {"field": "value", "type": "quantitative", "axis": axis, "scale": scale}


def _svg(values: list[dict], layers: list[dict], *, height: int, alt: str, locale: Locale) -> str:
    # Once V8 has run in a process, it hangs in every fork of it: only a process that forks no more may come here.
    import vl_convert

    symbols = locale.number_symbols["latn"]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "padding": 0,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": values},
        "layer": layers,
        "config": _CONFIG,
    }
    numbers = {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", ""],
        "minus": "-",
    }
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[], format_locale=numbers)
    start, _, drawing = svg.partition(">")
    return f'{start} role="img"><title>{escape(alt)}</title>{drawing}'
