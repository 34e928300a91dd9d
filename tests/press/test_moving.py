"""A table that ends on the page where it begins is printed in the layout that it was learned from: it looks as if the
document had been laid out anew."""

import pytest

from reports.press.long_table import placing
from tests.press.long_table_reference import differences, document, press, reference, table
from tests.press.test_long_table import numbered
from tests.press.test_long_table_exact import QUIET, SEPARATE, TOLERANCE, rows

HEADINGS = ["Name", "Words", "#Amount"]
FIXED = "@page { size: A5 } table { table-layout: fixed; width: 84mm }"
TABLE = table(HEADINGS).replace("<thead>", "<colgroup><col style='width: 28mm' span=3></colgroup><thead>")
ROWS = {"r": numbered(14)}
ALL_ROLES = {"r": rows(12)}
PLAIN = {
    "text": ("", "", "<p id=end>After, <a href='#end'>a link</a> and <em>a word</em>"),
    "collapsed": (QUIET, "<h1>Head</h1>", "<h2>After</h2>"),
    "separate": (SEPARATE, "<h1>Head</h1>", "<h2>After</h2>"),
    "spacing": ("table { border-spacing: 3px 2px }", "", "<p>After"),
    "caption": ("caption { caption-side: bottom }", "", "<p>After"),
    "backgrounds": (
        "html { background: #eef } body { background: linear-gradient(#fff, #ddd); border: 1pt solid }"
        "section { background: linear-gradient(red, blue); padding: 2mm; border-radius: 5% }"
        "p { background: repeating-linear-gradient(#ccc 0, #fff 3mm); border: 1pt dotted }",
        "<section>",
        "<p>In it</section><p>After",
    ),
    "boxes": (
        "div { display: flex; gap: 2mm } dl { columns: 2 } b { display: inline-block; padding: 1mm; background: #9c9 }",
        "<div><p>One<p>Two</div>",
        "<div><p>One<p>Two</div><dl><dt>a<dd>b<dt>c<dd>d</dl><p><b>Block</b><table><tr><td>x<td>y</table>",
    ),
}
ELSEWHERE = {
    "a float": ("h1 { float: right; height: 60mm; width: 5mm }", "<h1>H</h1>", "<p>After"),
    "at the foot": ("h1 { position: absolute; bottom: 0 }", "<h1>Head</h1>", "<p>After"),
    "below": ("p { position: relative; top: 3mm }", "", "<p>After"),
    "a mark beside the text": ("", "", "<ul><li>After</ul>"),
    "a note": ("i { float: footnote }", "<p>Text<i>note</i>", "<p>After"),
    "a tall frame": ("section { min-height: 100mm }", "<section>", "</section><p>After"),
    "a given height": ("section { height: 40mm }", "<section>", "</section><p>After"),
    "a box in a line": ("section { display: inline-block }", "<section>", "</section><p>After"),
    "columns that share": ("col { width: auto !important }", "", ""),
    "more than the page holds": ("", "", "<p>After" * 20),
    "a page of its own": ("p { break-before: page }", "", "<p>After"),
}


@pytest.fixture
def moved(monkeypatch) -> list[bool]:
    """What was said of each table: whether it stands."""
    said = []

    def move(*arguments) -> bool:
        said.append(placing_move(*arguments))
        return said[-1]

    placing_move = placing.move
    monkeypatch.setattr(placing, "move", move)
    return said


@pytest.mark.parametrize("made", [ROWS, ALL_ROLES], ids=["rows", "all roles"])
@pytest.mark.parametrize("around", PLAIN)
def test_what_follows_is_moved(tmp_path, monkeypatch, moved, around, made):
    css, before, after = PLAIN[around]
    caption = "<caption>Below</caption>" if around == "caption" else ""
    html = document(TABLE.replace("<thead>", f"{caption}<thead>"), css + FIXED, before, after)
    pdf, facts = press(html, tmp_path, made, tagged=True)
    assert moved == [True]
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE
    monkeypatch.setattr(placing, "move", lambda *arguments: False)
    anew, _ = press(html, tmp_path, made, tagged=True)
    assert anew == pdf or made is ALL_ROLES  # a stand-in has the lines of the first row, above and below


@pytest.mark.parametrize("around", ELSEWHERE)
def test_a_page_that_is_not_plain_is_laid_out_anew(tmp_path, moved, around):
    css, before, after = ELSEWHERE[around]
    html = document(TABLE, css + FIXED, before, after)
    pdf, _ = press(html, tmp_path, ROWS)
    assert moved == [False]
    assert max(differences(pdf, reference(html, ROWS))) <= TOLERANCE


@pytest.mark.parametrize("lines", range(8))
def test_the_page_may_be_full_to_the_last_line(tmp_path, moved, lines):
    after = "<p style='margin: 0'>After</p>" * lines
    html = document(TABLE, QUIET + FIXED, "<h1>Head</h1>", after)
    made = {"r": numbered(28)}
    pdf, facts = press(html, tmp_path, made)
    assert moved == [facts.pages == 1]
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE
