"""Selectors that know more of a row than its role, whether its number is odd, and what is beside it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.press.long_table import Row, learning, tables
from reports.press.long_table.galley import Compositor
from tests.press.long_table_reference import differences, document, press, reference, table
from tests.press.test_handed_back import EXACT
from tests.press.test_long_table import HEADINGS, numbered
from tests.press.test_long_table_exact import QUIET, TOLERANCE
from tests.thorough import some

LOOK = "{ background: #fc6; border-top: 3pt solid #c33; font-weight: bold; padding: 3pt }"
KNOWN = """
tr:nth-child(even) td, tr:nth-child(2n + 1) > td, tr:nth-child(2n) td + td, tr:nth-child(n) td, tr + tr td,
.row + .total td, tr:not(.row) td, :is(.group, .total) > *, td:first-child, td:nth-child(2n + 2):last-child,
td:nth-of-type(3),
.none:nth-child(4n + 1) td, p:nth-child(7), td:not(:first-child), thead th:first-child,
tbody:first-of-type td
"""
IN_PARTS = """
tr:nth-child(4n + 1) td, tr:nth-child(3n), .row:nth-child(5n + 2) .num, tbody :nth-child(6n) td, tr:first-child td,
tr:last-child td, tr:not(:nth-child(10n)) td, :is(p, tr:nth-child(4n + 3)) > td, :where(tr):nth-child(4n) td,
tr:nth-child(4n) + tr td, tr:nth-child(odd):nth-child(4n + 1) td, tr:first-child + tr td, td:empty, :first-child,
thead tr:first-child th
"""
WHOLE = """
tr:nth-child(7n) td, tr:nth-child(9) td, tr:nth-child(n + 30) td, tr:nth-child(-n + 3) td, tr:nth-child(2n + 7) td,
tr:nth-last-child(2) td, tr:nth-last-child(3n) td, tr:nth-of-type(4n + 1) td, tr:nth-last-of-type(2) td,
tr:first-of-type td, tr:last-of-type td, tr + tr + tr td, .group ~ tr td, tr ~ tr td, tr:has(td.num) td,
tr:has(+ .total) td, table:has(.total) th, tr:nth-child(2 of .row) td, :not(tr:nth-child(11)) > td, :nth-child(8)
"""


def each(selectors: str) -> list[str]:
    parts, depth = [""], 0
    for character in selectors.strip():
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [" ".join(part.split()) for part in parts]


@pytest.fixture(autouse=True)
def _in_small_parts(monkeypatch):
    monkeypatch.setattr(learning, "SHORT", 0)
    monkeypatch.setattr(Compositor, "full", 50)


def rows(count: int) -> list[Row]:
    """Some of them have an empty cell; there are few of the other roles."""
    made = [Row((f"{i}", "word" if i % 5 else "", f"{i * 3.5:,.2f}")) for i in range(count)]
    return [Row(("Group",), "group"), *made, Row(("Sum", "", "9"), "total")]


def looks(tmp_path, selector: str, made: list[Row], most: float):
    html = document(table(HEADINGS), css=f"{QUIET} {selector} {LOOK}", before="<h1>Head</h1>", after="<p>After")
    pdf, facts = press(html, tmp_path, {"r": made})
    assert facts.rows_printed == {"r": len(made)}
    assert max(differences(pdf, reference(html, {"r": made}))) <= most
    return facts.handed_back


@pytest.mark.parametrize("selector", some(each(KNOWN)))
def test_what_the_specimens_show_is_not_handed_back(tmp_path, selector):
    made = [Row(("Group",), "group"), *numbered(39)]
    assert not looks(tmp_path, selector, made, TOLERANCE) or "+" in selector


@pytest.mark.parametrize("selector", some(each(IN_PARTS)))
def test_what_parts_show_is_set_in_parts(tmp_path, monkeypatch, selector):
    monkeypatch.setattr(tables, "MOST_WHOLE", 0)
    assert "a selector that asks" in looks(tmp_path, selector, rows(45), EXACT)["r"]


@pytest.mark.parametrize("selector", some(each(WHOLE)))
def test_what_only_the_table_shows_is_set_in_one_piece(tmp_path, monkeypatch, selector):
    assert "a selector that" in looks(tmp_path, selector, rows(45), EXACT)["r"]
    monkeypatch.setattr(tables, "MOST_WHOLE", 0)
    with pytest.raises(RuntimeError, match="has to be set in one piece"):
        looks(tmp_path, selector, rows(45), EXACT)


nth = st.builds("{}n + {}".format, st.integers(-3, 12), st.integers(0, 12)).map(lambda nth: nth.replace("+ -", "- "))
place = st.builds(
    ":{}({})".format, st.sampled_from(["nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"]), nth
) | st.sampled_from([":first-child", ":last-child", ":first-of-type", ":only-child", ":empty", ".row", ".group", ""])
compound = st.builds("{}{}{}".format, st.sampled_from(["tr", ":is(tr, th)", ":not(td)"]), place, place)
selector = st.builds("{}{}{}{}".format, compound, st.sampled_from([" + ", " ~ ", " > "]), compound, st.just(" > *"))


@given(selector | compound.map("{} > td".format), st.integers(12, 30))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_selector_it_looks_as_weasyprint_sets_it(tmp_path, selector, count):
    looks(tmp_path, selector, rows(count), TOLERANCE)
