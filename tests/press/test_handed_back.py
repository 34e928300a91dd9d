"""Tables in CSS that the press does not know: WeasyPrint sets them in parts, and they look like its one table.

The parts are small here, so that there are many.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as c
import pytest

from reports.press.long_table import Row, learning, tables
from reports.press.long_table.galley import Compositor
from tests.press.long_table_reference import differences, document, press, reference, table
from tests.press.tagged import rows_of
from tests.press.test_long_table import HEADINGS, numbered, printed, structure, texts
from tests.press.test_long_table_exact import QUIET, SEPARATE, TOLERANCE, rows
from tests.press.test_verdict import judge
from tests.thorough import some

EXACT = 0.0001  # the parts change nothing
FRAME = SEPARATE + "table { border: 2pt solid #333; padding: 3pt; background: #ffe }"
DOTTED = QUIET + "table { border: 3pt double #333 } td { border: 1.5pt dotted #c33 !important }"
SPACED = FRAME.replace("border-spacing: 0", "border-spacing: 3px 2px")
BOOKMARKS = "tr.group th, tr.row td:first-child { bookmark-level: 2; bookmark-label: content(text) }"
STYLES = {
    "frame": FRAME,
    "spacing": SPACED,
    "lines that collapse": DOTTED + "th { border: 3pt solid }",
    "first and last row": DOTTED + "tr:first-child * { border-top: 3pt solid red !important }"
    "tr:last-child td { border-bottom: 4pt double !important }",
    "behind the rows": QUIET
    + "tbody { background: #9c9 } tbody tr { background: linear-gradient(to right, #c66, transparent) }",
    "right to left": FRAME + "table { direction: rtl } td { border-right: 2pt solid red }",
    "every third": QUIET + "tr:nth-child(3n) td { background: #fdd; font-weight: bold }",
    "neighbours": FRAME + "h1 + section > table td { color: #060 } tr:not([style]) + tr > * { background: #999 }",
    "corners": SEPARATE + "td { border: 1pt solid; border-radius: 4pt; box-shadow: 2px 2px 3px #999 }",
    "contents": QUIET + "td { position: relative; opacity: .7 } td:nth-child(2)::before { content: '» ' }"
    "td:first-child::after { content: '•'; position: absolute; right: 0; top: 0 }",
    "new pages": FRAME + "tr.group:nth-child(n + 30) { break-before: page }",
}


@pytest.fixture(autouse=True)
def _in_small_parts(monkeypatch):
    monkeypatch.setattr(learning, "SHORT", 0)
    monkeypatch.setattr(Compositor, "full", 50)


@pytest.mark.parametrize("style", some(STYLES))
def test_pages_match_weasyprints_one_table(tmp_path, style):
    before = "<div><style>.num { font-style: italic }</style></div><h1>Head</h1><section>"
    html = document(table(HEADINGS), css=STYLES[style], before=before, after="</section><p>After")
    made = {"r": rows(45)}
    pdf, facts = press(html, tmp_path, made)
    assert facts.handed_back
    assert facts.rows_printed == {"r": len(made["r"])}
    assert max(differences(pdf, reference(html, made))) <= EXACT


@pytest.mark.parametrize("style", [FRAME, DOTTED, SPACED], ids=["frame", "dotted", "spaced"])
@pytest.mark.parametrize("count", [11, 12, 25, 26])
def test_the_last_page_matches_however_full_it_is(tmp_path, style, count):
    html = document(table(HEADINGS), css=style, before="<h1>Head</h1>", after="<p>After")
    made = {"r": rows(count)[:-1]}
    pdf, _ = press(html, tmp_path, made)
    assert max(differences(pdf, reference(html, made))) <= EXACT


def test_left_and_right_pages_may_differ_and_many_are_alike(tmp_path):
    sides = "@page :left { margin: 20mm 5mm 10mm 20mm } @page :right { margin: 10mm 20mm 10mm 5mm }"
    lines = "<p style='margin: 0'>x</p>" * 20 + "<h2>Head</h2>"
    html = document(table(HEADINGS), css=DOTTED + sides, before=lines, after="<p>After")
    made = {"r": rows(90)}
    pdf, facts = press(html, tmp_path, made)
    assert facts.pages > 7
    assert max(differences(pdf, reference(html, made))) <= EXACT


def test_a_foot_and_two_rows_of_a_head_are_on_every_page(tmp_path):
    both = "<thead><tr><th colspan=2>Both<th>One</tr>"
    foot = "<tfoot><tr><td>Foot</td><td></td><td class=num>1</td></tr></tfoot></table>"
    css = QUIET + "tr.total td { border-bottom: 4pt solid }"
    html = document(table(HEADINGS).replace("<thead>", both).replace("</table>", foot), css=css)
    made = {"r": [*numbered(80), Row(("", "Total", "9"), "total")]}
    pdf, _ = press(html, tmp_path, made)
    assert max(differences(pdf, reference(html, made))) <= EXACT
    assert all("Both" in page and "Foot" in page for page in texts(pdf))


def test_columns_keep_their_style(tmp_path):
    columns = "<colgroup><col style='background: #fcc'><col span=2 class=rest></colgroup><thead>"
    html = document(table(HEADINGS).replace("<thead>", columns), css=QUIET + ".rest { background: #ccf }")
    pdf, facts = press(html, tmp_path, {"r": numbered(30)})
    assert "column" in facts.handed_back["r"]
    page = pypdfium2.PdfDocument(pdf)[0].render().to_pil().convert("RGB")
    assert {(255, 204, 204), (204, 204, 255)} <= {colour for _, colour in page.getcolors(100_000)}


def test_what_is_around_it_is_right_and_other_tables_are_pressed(tmp_path):
    before = "<h1>Start</h1><p><a href=#z class=to>see</a></p>"
    css = QUIET + ".odd { border: 2pt solid } .to::after { content: ' page ' target-counter(attr(href), page) }"
    odd = table(HEADINGS, "odd").replace("<table", "<table class=odd style='border-collapse: separate'")
    html = document(
        f"{table(HEADINGS, 'one')}<h1>Odd</h1>{odd}<h1>Two</h1>{table(HEADINGS, 'two')}",
        css=css + "tr.group th { bookmark-level: 2; bookmark-label: content(text) }",
        before=before,
        after="<h1 id=z>End</h1>",
    )
    grouped = [Row(("Group one",), "group"), *numbered(150), Row(("Group two",), "group"), *numbered(20)]
    made = {"one": numbered(60), "odd": grouped, "two": numbered(70)}
    pdf, facts = press(html, tmp_path, made)
    assert list(facts.handed_back) == ["odd"]
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE
    pages = texts(pdf)
    assert all(f"{number} of {facts.pages}" in page for number, page in enumerate(pages, 1))
    outline = {item.get_title(): item.get_dest().get_index() for item in pypdfium2.PdfDocument(pdf).get_toc()}
    where = {title: next(n for n, page in enumerate(pages) if title in page) for title in outline}
    assert list(outline) == ["Start", "Odd", "Group one", "Group two", "Two", "End"]
    assert outline == where
    assert f"page {where['End'] + 1}" in pages[0]


@pytest.mark.parametrize("style", [FRAME, DOTTED, SPACED], ids=["frame", "dotted", "spaced"])
def test_a_row_that_is_taller_than_a_page_is_cut_and_complete(tmp_path, style):
    words = [f"word{i}." for i in range(300)]
    tall = Row(("tall", " ".join(words), "1.00"))
    group, total = Row(("Group",), "group"), Row(("Total", "", "9"), "total")
    made = [tall, *numbered(5), Row(("huge", "x" * 2000, "1")), *numbered(30), group, tall, total]
    html = document(table(HEADINGS), css=style + BOOKMARKS, before="<h1>Head</h1>")
    pdf, facts = press(html, tmp_path, {"r": made}, tagged=True)
    pages = texts(pdf)
    found = " ".join(pages)
    assert [f"word{n}." for n in re.findall(r"word(\d+)\.", found)] == words * 2
    assert found.count("x") == 2000
    assert printed(pdf) == [*range(5), *range(30)]
    assert facts.rows_printed == {"r": len(made)}
    assert all("Amount" in page for page in pages[1:])
    titles = [item.get_title() for item in pypdfium2.PdfDocument(pdf).get_toc()]
    assert titles == ["Head", *(row.cells[0] for row in made if row.role in ("row", "group"))]


def test_it_is_tagged_and_keeps_the_rules(tmp_path):
    caption = "<caption>Caption</caption><thead>"
    html = document(table(HEADINGS).replace("<thead>", caption), css=FRAME, before="<h1>One</h1>", after="<p>After")
    made = [Row(("Group",), "group"), *numbered(300), Row(("", "Total", "9"), "total")]
    pdf, facts = press(html, tmp_path, {"r": made}, tagged=True)
    first, *_, last = structure(pdf)
    assert [kid[0] for kid in first[0][1:]] == ["H1", "Table"]
    assert [kid[0] for kid in first[0][2][1:]] == ["Caption", "THead", "TBody"]
    assert [kid[0] for kid in last[0][1:]] == ["Table", "P"]
    found = rows_of(pdf)
    assert found["THead"] == [[("TH", "Column", heading) for heading in HEADINGS]] * facts.pages
    assert found["TBody"][0] == [("TH", "Row", "Group")]
    assert [[cell.text for cell in row] for row in found["TBody"]] == [list(row.cells) for row in made]
    assert judge(tmp_path / "press.pdf", "ua-1")["broken"] == []


def test_links_in_the_head_would_break_a_rule_and_are_none(tmp_path):
    head = table(HEADINGS).replace("Name<", "<a href='#end'>Name</a><")
    html = document(head, css=FRAME, before="<p><a href=#end>see</a>", after="<h1 id=end>End</h1>")
    pdf, _ = press(html, tmp_path, {"r": numbered(100)}, tagged=True)
    assert judge(tmp_path / "press.pdf", "ua-1")["broken"] == []
    assert len(list(links(pdf))) == 1


def links(pdf: bytes) -> Iterator:
    for page in pypdfium2.PdfDocument(pdf):
        start, link = c.c_int(), c.FPDF_LINK()
        while c.FPDFLink_Enumerate(page, start, link):
            yield link


def test_rows_that_count_are_set_in_one_piece(tmp_path, monkeypatch):
    css = QUIET + "tbody tr { counter-increment: r } td:first-child::before { content: counter(r) '. ' }"
    html = document(table(HEADINGS), css=css)
    pdf, facts = press(html, tmp_path, {"r": numbered(60)})
    assert "59. row58." in " ".join(texts(pdf))
    assert facts.rows_printed == {"r": 60}
    monkeypatch.setattr(tables, "MOST_WHOLE", 59)
    with pytest.raises(
        RuntimeError, match="'r' has to be set in one piece, and has more than 59 rows: rows that count"
    ):
        press(html, tmp_path, {"r": numbered(60)})


@pytest.mark.parametrize(
    "css",
    ["transform: rotate(3deg)", "opacity: .5", "columns: 2", "columns: 40mm"],
    ids=["turned", "pale", "two", "wide"],
)
@pytest.mark.parametrize("count", [14, 60])
def test_a_table_in_a_box_that_is_not_plain_is_set_in_one_piece(tmp_path, css, count):
    html = document(table(HEADINGS), css=f"{QUIET} section {{ {css} }}", before="<section>", after="</section><p>After")
    made = {"r": numbered(count)}
    pdf, facts = press(html, tmp_path, made)
    assert facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= EXACT


@pytest.mark.parametrize("count", [14, 60])
def test_a_head_that_leaves_no_room_on_later_pages_is_set_in_parts(tmp_path, count):
    sizes = "@page { size: 100mm 30mm; margin: 5mm } @page :first { size: 100mm 60mm } thead th { height: 30mm }"
    html, made = document(table(HEADINGS), css=sizes), {"r": numbered(count)}
    pdf, facts = press(html, tmp_path, made)
    assert facts.handed_back == {"r": "a head that leaves no room for a row"}
    assert max(differences(pdf, reference(html, made))) <= EXACT


@pytest.mark.parametrize(
    ("css", "before"),
    [
        ("tr:nth-child(7) { display: none }", ""),
        ("table { display: none }", ""),
        ("", "<div style='position: absolute'>"),
    ],
)
def test_rows_that_nobody_would_see_fail_the_document(tmp_path, css, before):
    html = document(table(HEADINGS), css=FRAME + css, before=before)
    with pytest.raises(RuntimeError, match="rows of 'r' are not to be seen"):
        press(html, tmp_path, {"r": numbered(60)})


def test_progress_is_told_while_rows_are_laid_out(tmp_path):
    told = []
    html = document(table(HEADINGS), css=FRAME)
    _, facts = press(html, tmp_path, {"r": numbered(250)}, progress=lambda *pages: told.append(pages))
    assert told[-1] == (facts.pages, facts.pages)
    assert all(before[0] <= after[0] for before, after in pairwise(told))
    assert len([done for done, _ in told if done < facts.pages / 2]) > 3


_PEAK = """
import resource, sys
from pathlib import Path
from reports.press.long_table import Row
from reports.press.long_table.galley import Compositor
from tests.press.long_table_reference import document, press, table
Compositor.full = 500
rows = [Row((f"row{i}.", "x")) for i in range(int(sys.argv[1]))]
html = document(table(["A", "B"]), css="td { border: 1pt dotted }")
_, facts = press(html, Path(sys.argv[2]), {"r": rows}, tagged=True)
assert facts.handed_back
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_memory_does_not_grow_with_the_rows(tmp_path):
    """WeasyPrint's one table takes 40 MB for each 1,000 rows of two cells."""

    def peak(rows: int) -> float:
        command = [sys.executable, "-c", _PEAK, str(rows), str(tmp_path)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    assert peak(1600) - peak(400) < 15
