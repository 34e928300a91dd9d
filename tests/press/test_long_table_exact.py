"""The press against WeasyPrint's own table of the same rows, at the same column widths: the pages look the same.

Tolerance: at 100 dpi, at most 5 pixels in 1,000 of a page differ by more than a quarter of black to white. What is left
is how the edge of a line, or of a letter a hundredth of a pixel away, is smoothed.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.press.long_table import Row, learning
from tests.press.long_table_reference import Running, differences, document, press, reference, table
from tests.thorough import some

TOLERANCE = 0.005
QUIET = """
table { border-collapse: collapse; width: 100% } th, td { padding: 2pt 4pt; text-align: left }
th { border-bottom: 1pt solid #333; vertical-align: bottom } td { border-bottom: .25pt solid #ccc }
tr:nth-child(even) td { background: #eef2f6 } .num { text-align: right }
tr.group th { padding-top: 6pt; border-bottom: .5pt solid } tr.total td { border-top: 1pt solid }
"""
SEPARATE = QUIET.replace("border-collapse: collapse", "border-spacing: 0")
STYLES = {
    "quiet lines": QUIET,
    "separate": SEPARATE,
    "spacing": QUIET.replace("border-collapse: collapse", "border-spacing: 3px 2px"),
    "cages": QUIET + "td, th { border: .75pt solid #888 !important }",
    "separate cages": SEPARATE + "td, th { border: .75pt solid #888 !important }",
    "leading": QUIET + "td { line-height: 1.6; vertical-align: top }",
    "baseline": QUIET + "tr { vertical-align: baseline } td.num { font-size: 12pt }",
    "centre": QUIET + "td { vertical-align: bottom } td:nth-child(2) { text-align: center; color: #a00 }",
    "lines kept": QUIET + "td { white-space: pre-line }",
    "capitals": QUIET + "td { text-transform: uppercase; letter-spacing: .05em }",
    "kerning": QUIET + "td { font-kerning: normal }",
    "bare": "",
}
CARRIED = """
tr.carried :is(td, th) { border-top: 2pt solid #36a; border-bottom: 3pt solid #a63; color: #666; font-size: 7pt }
"""
HEADINGS = ["Name", "Words", "#Amount"]


@pytest.fixture(autouse=True)
def _press_every_table(monkeypatch):
    monkeypatch.setattr(learning, "SHORT", 0)


def rows(count: int) -> list[Row]:
    made = []
    for i in range(count):
        if i % 9 == 0:
            made.append(Row((f"Group {i}",), "group"))
        words = f"word {i}, " * (1 + i % 5 * (i % 3 == 0)) + ("Весы" if i % 4 else "e\u0301 مرحبا\nshalom שלום")
        made.append(Row((f"Name {i}", words, f"{i * 1234.5:,.2f}")))
        if i % 9 == 8:
            made.append(Row(("Subtotal", "", f"{i:,.2f}"), "subtotal"))
    return [*made, Row(("Total", "", "1.00"), "total")]


@pytest.mark.parametrize("style", some(STYLES))
def test_pages_match_weasyprints_own(tmp_path, style):
    html = document(table(HEADINGS), css=STYLES[style], before="<h1>Head</h1>", after="<p>After")
    made = {"r": rows(45)}
    pdf, facts = press(html, tmp_path, made)
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


@pytest.mark.parametrize("style", ["quiet lines", "spacing", "baseline"])
def test_rows_of_one_line_match(tmp_path, style):
    html = document(table(HEADINGS), css=STYLES[style])
    made = {"r": [Row((f"Name {i}", f"W-{i % 7}", f"{i * 1234.5:,.2f}")) for i in range(60)]}
    pdf, facts = press(html, tmp_path, made)
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


@pytest.mark.parametrize("style", ["quiet lines", "lines kept"])
def test_one_line_end_among_rows_of_one_line(tmp_path, style):
    html = document(table(HEADINGS), css=STYLES[style])
    made = {"r": [Row((f"Name {i}", "W\nM" if i == 3 else "W", f"{i:,.2f}")) for i in range(60)]}
    pdf, facts = press(html, tmp_path, made)
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


def test_columns_are_as_wide_as_the_capitals_that_are_printed(tmp_path):
    made = [Row((f"Name {i}", "a few words", "1")) for i in range(60)]
    capitals = [Row(tuple(cell.upper() for cell in row.cells)) for row in made]
    pdf, _ = press(document(table(["a", "b", "#c"]), css="td { text-transform: uppercase }"), tmp_path, {"r": made})
    expected, _ = press(document(table(["a", "b", "#c"])), tmp_path, {"r": capitals})
    assert max(differences(pdf, expected)) <= TOLERANCE


@pytest.mark.parametrize("style", ["", "letter-spacing: .1em", "font-family: Inter"])
def test_page_numbers_stand_where_weasyprint_sets_them(tmp_path, style):
    large = (
        f"@page {{ margin: 30mm 5mm 10mm; @top-right {{ font-size: 44pt; {style}; content: 'p' counter(page) 'y' }} }}"
    )
    html = document(table(HEADINGS), css=QUIET + large)
    made = {"r": [Row((f"Name {i}", "W", f"{i:,.2f}")) for i in range(250)]}
    pdf, facts = press(html, tmp_path, made)
    assert facts.pages > 12
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


@pytest.mark.parametrize("style", ["quiet lines", "lines kept"])
@pytest.mark.parametrize("long", [False, True], ids=["one line", "lines"])
def test_cells_in_colours_of_their_own_match(tmp_path, style, long):
    toned = []
    for number, row in enumerate(rows(70)):
        cells = row.cells if long or row.role != "row" else (row.cells[0], f"word {number}", row.cells[2])
        tones = ("", "pale", "") if number % 3 else ("dark", "", "pale")
        toned.append(Row(cells, row.role, tones if row.role == "row" and number % 4 else ()))
    coloured = table(HEADINGS).replace("<table", "<table data-tones='dark #222222,pale #dddddd'")
    html = document(coloured, STYLES[style])
    pdf, facts = press(html, tmp_path, {"r": toned})
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, {"r": toned}))) < TOLERANCE
    plain = press(html, tmp_path, {"r": [Row(row.cells, row.role) for row in toned]})[0]
    assert max(differences(pdf, plain)) > TOLERANCE


@pytest.mark.parametrize("lines", [24, 26, 28, 30])
def test_a_table_low_on_the_page_takes_its_heading_along(tmp_path, lines):
    before = "<p style='margin: 0'>x</p>" * lines + "<h2>Head</h2>"
    html = document(table(HEADINGS), css=QUIET, before=before, after="<p>After")
    made = {"r": rows(20)}
    pdf, facts = press(html, tmp_path, made)
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


def test_tables_that_follow_one_another_fill_their_pages(tmp_path):
    tables = "".join(f"<h1>Table {name}</h1>{table(HEADINGS, name)}" for name in ("one", "two", "three"))
    html = document(tables, css=QUIET)
    made = {"one": rows(40), "two": rows(31), "three": rows(40)}
    pdf, facts = press(html, tmp_path, made)
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


def test_left_and_right_pages_may_differ(tmp_path):
    sides = "@page :left { margin: 20mm 5mm 10mm 20mm } @page :right { margin: 10mm 20mm 10mm 5mm }"
    html = document(table(HEADINGS), css=QUIET + sides)
    made = {"r": rows(60)}
    pdf, facts = press(html, tmp_path, made)
    assert not facts.handed_back
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


SCRIPTS = {
    "thai": "สวัสดีชาวโลก กำลังทดสอบ ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    "devanagari": "नमस्ते दुनिया क्षत्रिय हिन्दी प्रयोग",
    "arabic": "مرحبا بالعالم هذا اختبار 123",
    "hebrew": "שלום עולם זה מבחן (12) abc",
    "cjk": "漢字かな交じり文、テスト。",
    "emoji": "😀 ok 👩‍👩‍👧 🇧🇷 ❤️",
    "marks": "é ǟ x̲",
    "greek and cyrillic": "Ελληνικά Кириллица",
}


@pytest.mark.parametrize("script", some(SCRIPTS))
def test_every_script_is_set_as_weasyprint_sets_it(tmp_path, script):
    html = document(table(HEADINGS), css=QUIET)
    made = {"r": [Row((f"Name {i}", SCRIPTS[script] * (1 + i % 3), f"{i:,.2f}")) for i in range(25)]}
    pdf, facts = press(html, tmp_path, made)
    assert not facts.handed_back
    assert not facts.missing
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


TEXT = st.text(st.sampled_from("abc WiI.,:;-/()'\"!?12345«»—é&€ \u00a0\u00adжΩ漢😀ש"), max_size=60)
CELLS = st.one_of(TEXT, st.decimals(places=2, allow_nan=False, allow_infinity=False).map(str))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12), st.sampled_from(["quiet lines", "separate", "cages"]))
def test_any_small_table_matches(tmp_path, cells, style):
    html = document(table(HEADINGS), css=STYLES[style])
    made = {"r": [Row(row) for row in cells]}
    pdf, facts = press(html, tmp_path, made)
    assert facts.rows_printed == {"r": len(cells)}
    assert max(differences(pdf, reference(html, made))) <= TOLERANCE


@pytest.mark.parametrize("style", some(STYLES))
def test_carried_lines_match_ordinary_rows(tmp_path, style):
    css = STYLES[style] + CARRIED
    html = document(table(HEADINGS), css=css, before="<h1>Head</h1>", after="<p>After")
    made, tally = {"r": rows(45)}, Running()
    pdf, facts = press(html, tmp_path, made, tallies={"r": tally})
    assert not facts.handed_back
    assert len(tally.breaks) >= 2
    assert max(differences(pdf, reference(html, made, {"r": tally}))) <= TOLERANCE


@pytest.mark.parametrize("style", ["quiet lines", "spacing", "cages"])
def test_carried_lines_among_rows_of_one_line_match(tmp_path, style):
    html = document(table(HEADINGS), css=STYLES[style] + CARRIED, after="<p>After")
    made, tally = {"r": [Row((f"Name {i}", f"W-{i % 7}", f"{i * 1234.5:,.2f}")) for i in range(70)]}, Running()
    pdf, facts = press(html, tmp_path, made, tallies={"r": tally})
    assert not facts.handed_back
    assert len(tally.breaks) >= 2
    assert max(differences(pdf, reference(html, made, {"r": tally}))) <= TOLERANCE


@pytest.mark.parametrize("lines", [20, 22, 26, 28])
def test_a_table_low_on_the_page_carries_from_there(tmp_path, lines):
    before = "<p style='margin: 0'>x</p>" * lines + "<h2>Head</h2>"
    sides = "@page :left { margin: 20mm 5mm 10mm 20mm } @page :right { margin: 10mm 20mm 10mm 5mm }"
    html = document(table(HEADINGS), css=QUIET + CARRIED + sides, before=before, after="<p>After")
    made, tally = {"r": rows(30)}, Running()
    pdf, facts = press(html, tmp_path, made, tallies={"r": tally})
    assert not facts.handed_back
    assert len(tally.breaks) >= 2
    assert max(differences(pdf, reference(html, made, {"r": tally}))) <= TOLERANCE


ROLES = st.sampled_from(["row"] * 5 + ["group", "subtotal"])
AMOUNTS = st.decimals(-9999, 9999, places=2).map("{:,}".format)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(ROLES, TEXT, TEXT, AMOUNTS), min_size=20, max_size=60),
    st.sampled_from(["quiet lines", "separate", "spacing", "cages"]),
)
def test_carried_lines_of_any_table_match(tmp_path, cells, style):
    html = document(table(HEADINGS), css=STYLES[style] + CARRIED)
    rows = [Row(("Group",) if role == "group" else texts, role) for role, *texts in cells]
    made, tally = {"r": rows}, Running()
    pdf, facts = press(html, tmp_path, made, tallies={"r": tally})
    assert facts.rows_printed == {"r": len(rows)}
    assert len(tally.breaks) == facts.pages - 1
    assert max(differences(pdf, reference(html, made, {"r": tally}))) <= TOLERANCE
