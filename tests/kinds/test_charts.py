"""What stands in a chart, read from its SVG."""

import re
from html import unescape

import pytest

from reports import press, sandbox
from reports.kinds.document import ASSETS
from reports.kinds.formats import Formats
from reports.kinds.summary.charts import FONT, LABEL_WIDTH, SIZE, Mark, bars, over_time
from tests.kinds.making import LIMITS


def drawn(function, *arguments, **named) -> str:
    """Charts may only be drawn in a process of their own."""
    return sandbox.run(lambda progress: {"svg": function(*arguments, **named)}, **LIMITS)["svg"]


def series(values: list[float], language: str = "en") -> str:
    marks = [Mark(f"M{place}", value, "most", year="2025") for place, value in enumerate(values)]
    return drawn(over_time, marks, alt="", number=Formats(language, "UTC").number)


def words(svg: str, anchor: str = "start") -> list[str]:
    return [unescape(text) for text in re.findall(rf'<text text-anchor="{anchor}"[^>]*>([^<]*)<', svg)]


@pytest.mark.parametrize(
    ("values", "axis"),
    [
        ([0, 186], ["0", "50", "100", "150", "200"]),
        ([0, 0.6, 0.1], ["0.0", "0.2", "0.4", "0.6"]),
        ([-5, 3], ["-4", "-2", "0", "2", "4"]),
        ([-900, -100], ["-800", "-600", "-400", "-200", "0"]),
        ([0, 0], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ([1e300], ["0", "2e+299", "4e+299", "6e+299", "8e+299", "1e+300"]),
        ([3e-9], ["0.000000", "1e-09", "2e-09", "3e-09"]),
        ([5e-324], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_the_axis_has_round_values(values, axis):
    assert words(series(values), "end") == axis


def test_the_axis_is_numbered_in_the_language():
    assert words(series([2500.0], "pt-br"), "end") == ["0", "1.000", "2.000"]


def test_the_numbers_of_the_axis_begin_where_the_text_does():
    svg = series([250_000, 1_000_000])
    left = float(re.search(r'transform="translate\(([\d.]+),', svg)[1])
    (width,) = press.widths_of([words(svg, "end")], assets=ASSETS)
    assert left == pytest.approx(width * 11 + 8, abs=0.01)


def test_a_label_that_is_too_long_is_shortened():
    short, long = "North", "Wholesale of everything that nobody else in the whole country sells"
    first, second = words(drawn(bars, [Mark(short, 2, ""), Mark(long, 1, "")], alt=""))[:2]
    assert first == short
    assert second[-1] == "…"
    assert long.startswith(second[:-1])
    (width,) = press.widths_of([[second]], assets=ASSETS)
    assert LABEL_WIDTH - 12 < width * SIZE <= LABEL_WIDTH


def test_every_word_is_in_our_font():
    svg = drawn(bars, [Mark('a font-family="mine"', 1, "one")], alt="Alone")
    assert re.findall(r'<[^>]*font-family="([^"]*)"', svg) == [FONT]
    assert 'a font-family="mine"' in words(svg)


def test_a_bar_is_one_shape():
    svg = drawn(bars, [Mark("a", 3, "three"), Mark("b", -2, "two"), Mark("c", 1, "one", is_rest=True)], alt="")
    assert svg.count("clip") == 0
    assert len(re.findall(r'<path [^>]*fill="#', svg)) == 3
