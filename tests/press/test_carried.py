"""Lines that are carried over page breaks: two at every break, with the sum of what was printed before it."""

import re
from decimal import Decimal
from itertools import chain

import pypdfium2
import pytest

from reports.press.long_table import Row, breaking, learning, tables
from reports.press.long_table.rows import KEYS
from tests.press.long_table_reference import Running, document, press, table
from tests.press.structure import find, structure

HEADINGS = ["Row", "Name", "#Amount"]


@pytest.fixture(autouse=True)
def _press_every_table(monkeypatch):
    monkeypatch.setattr(learning, "SHORT", 0)


def lines_of(pdf: bytes) -> list[list[str]]:
    """The lines of text on each page, without the page's number."""
    pages = [page.get_textpage().get_text_bounded().splitlines() for page in pypdfium2.PdfDocument(pdf)]
    return [[line for line in page if line.strip() and not re.fullmatch(r"\d+ of \d+", line)] for page in pages]


def text_of(pdf: bytes) -> str:
    return "\n".join(chain.from_iterable(lines_of(pdf)))


def amount_of(line: str) -> Decimal:
    return Decimal(line.split()[-1].replace(",", ""))


def check_sums(pages: list[list[str]]) -> None:
    """Every page but the last ends with the sum of all rows so far, every page but the first begins with it."""
    printed = Decimal(0)
    for number, lines in enumerate(pages):
        body = lines[1:]
        if number:
            assert body[0].startswith("Brought ")
            assert amount_of(body[0]) == printed
        printed += sum(amount_of(line) for line in body if line.startswith("row"))
        if number < len(pages) - 1:
            assert body[-1].startswith("Carried ")
            assert amount_of(body[-1]) == printed
    lines = [line for page in pages for line in page if line.startswith(("Carried", "Brought"))]
    assert len(lines) == 2 * (len(pages) - 1)


def numbered(count: int, name: str = "name") -> list[Row]:
    return [Row((f"row{i}.", f"{name} {i % 7}", f"{i * 3.5 - 40:,.2f}")) for i in range(count)]


def grouped(count: int) -> list[Row]:
    rows = []
    for i in range(count):
        rows += [Row((f"Group {i}.",), "group"), *numbered(1 + i % 4)]
        rows.append(Row((f"sum{i}.", "", "4"), "subtotal"))
    return [*rows, Row(("all", "", "4"), "total")]


def wrapped(count: int) -> list[Row]:
    return [Row((f"row{i}.", "some words that go on " * (1 + i % 5), f"{i:,.2f}")) for i in range(count)]


@pytest.mark.parametrize("count", [1, 20, 60, 400])
def test_every_break_has_the_sum_of_the_rows_before(tmp_path, count):
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": numbered(count)}, tallies={"r": Running()})
    pages = lines_of(pdf)
    assert len(pages) == facts.pages == {1: 1, 20: 1, 60: 3, 400: 18}[count]
    assert facts.rows_printed == {"r": count}
    check_sums(pages)


@pytest.mark.parametrize("css", ["", "table { border-collapse: collapse } td { border: 1pt solid }"])
def test_rows_of_many_lines_have_them_too(tmp_path, css):
    pdf, _ = press(document(table(HEADINGS), css=css), tmp_path, {"r": wrapped(80)}, tallies={"r": Running()})
    pages = [[line for line in page if line.startswith(("row", "Carried", "Brought"))] for page in lines_of(pdf)]
    sums = [[line for line in page if not line.startswith("row")] for page in pages]
    assert [len(page) for page in sums] == [1, *[2] * (len(pages) - 2), 1]
    assert len(pages) > 5


def test_a_group_heading_never_stands_alone_above_a_line(tmp_path):
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": grouped(120)}, tallies={"r": Running()})
    pages = lines_of(pdf)
    assert facts.pages > 10
    check_sums(pages)
    for number, lines in enumerate(pages):
        assert not lines[-1 if number == facts.pages - 1 else -2].startswith("Group")
        assert not lines[2].startswith("sum")


def test_a_row_that_is_cut_is_carried_once_it_is_whole(tmp_path):
    rows = [*numbered(3), Row(("row long", "word " * 900, "1,000.00")), *numbered(3)]
    tally = Running()
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": rows}, tallies={"r": tally})
    whole = amount_of(rows[0].cells[2]) * 3 + Decimal("10.50")  # of the first three rows
    sums = [amount_of(foot.cells[2]) for _, foot, _ in tally.breaks]
    assert len(sums) == facts.pages - 1 > 4
    assert sums == [whole] * len(sums) or sums == [whole] * (len(sums) - 1) + [whole + 1000]
    assert text_of(pdf).count("word") == 900
    assert facts.rows_printed == {"r": len(rows)}


def test_the_last_page_is_not_broken_to_make_room_for_a_line(tmp_path):
    """As many rows fit on a single page as without a tally."""

    def pages(count: int, **options) -> int:
        return press(document(table(HEADINGS)), tmp_path, {"r": numbered(count)}, **options)[1].pages

    most = next(count for count in range(10, 60) if pages(count + 1) == 2)
    assert pages(most, tallies={"r": Running()}) == 1
    assert pages(most + 1, tallies={"r": Running()}) == 2


def test_a_page_is_as_full_as_it_can_be(tmp_path):
    """The lines take the place of as many rows."""

    def rows_on_pages(**options) -> list[int]:
        pdf, _ = press(document(table(HEADINGS)), tmp_path, {"r": numbered(200)}, **options)
        return [sum(line.startswith("row") for line in page) for page in lines_of(pdf)]

    (first, second, *_), (full, fuller, *_) = rows_on_pages(tallies={"r": Running()}), rows_on_pages()
    assert (first, second) == (full - 1, fuller - 2)


def test_stripes_go_on_as_if_there_were_no_lines(tmp_path):
    css = "tr:nth-child(even) td { background: #f00 } tr.carried td { background: none }"

    def stripes(**options) -> dict[str, bool]:
        """Which rows are red."""
        pdf, _ = press(document(table(HEADINGS), css=css), tmp_path, {"r": numbered(120)}, **options)
        found = {}
        for page in pypdfium2.PdfDocument(pdf):
            image, texts, height = page.render(scale=2).to_pil().convert("RGB"), page.get_textpage(), page.get_height()
            search = texts.search("row", match_case=True)
            while place := search.get_next():
                left, bottom, _, top = texts.get_charbox(place[0])
                colour = image.getpixel((int(left * 2) - 2, int((height - (top + bottom) / 2) * 2)))
                found[texts.get_text_range(place[0], 6).split(".")[0]] = colour[1] < 128
        return found

    plain = stripes()
    assert len(plain) == 120
    assert set(plain.values()) == {True, False}
    assert stripes(tallies={"r": Running()}) == plain


@pytest.mark.parametrize("lines", range(18, 27))
def test_a_table_low_on_the_page_has_a_row_above_its_first_line(tmp_path, lines):
    before = "<p style='margin: 0'>above</p>" * lines + "<h2>Head</h2>"
    rows = [Row(("Group",), "group"), *numbered(60)]
    pdf, facts = press(document(table(HEADINGS), before=before), tmp_path, {"r": rows}, tallies={"r": Running()})
    assert not facts.handed_back
    pages = [[line for line in page if line not in ("above", "Head")] for page in lines_of(pdf)]
    check_sums([page for page in pages if page])
    for page in pages:
        assert not page or sum(line.startswith("row") for line in page) > 0


def test_several_tables_carry_their_own_sums(tmp_path):
    html = document("<p>before</p>".join(table(HEADINGS, name) for name in ("one", "two", "three")))
    rows = {"one": numbered(90, "first"), "two": numbered(70, "second"), "three": grouped(30)}
    tallies = {"one": Running(), "three": Running()}
    pdf, facts = press(html, tmp_path, rows, tallies=tallies)
    assert facts.rows_printed == {name: len(some) for name, some in rows.items()}
    text = text_of(pdf)
    for name, tally in tallies.items():
        assert tally.told == sum(row.role == "row" for row in rows[name])
        for told, foot, head in tally.breaks:
            before = [row for row in rows[name] if row.role == "row"][:told]
            assert amount_of(foot.cells[2]) == sum(amount_of(row.cells[2]) for row in before)
            assert f"Carried {foot.cells[2]}" in text
            assert f"Brought {head.cells[2]}" in text
    assert text.count("Carried") == text.count("Brought") == sum(len(tally.breaks) for tally in tallies.values())


@pytest.mark.parametrize("label", [0, 2])
def test_lines_are_tagged_as_rows_with_a_heading(tmp_path, label):
    rows = [Row(("Group",), "group"), *numbered(120)]
    html = document(table(HEADINGS, label=label))
    pdf, facts = press(html, tmp_path, {"r": rows}, tagged=True, tallies={"r": Running(label=label)})
    trees = structure(pdf)
    assert len(trees) == facts.pages == 6
    tables = [found for tree in trees for part in tree for found in find(part, "Table")]
    assert len(tables) == facts.pages
    trs = [find(one, "TR")[1:] for one in tables]
    assert sum(map(len, trs)) == len(rows) + 2 * (facts.pages - 1)
    line = ["TH", "TD"] if label else ["TD"] * 3
    assert all([cell[0] for cell in page[-1][1:]] == line for page in trs[:-1])
    assert all([cell[0] for cell in page[0][1:]] == line for page in trs[1:])


def test_lines_never_wrap_and_columns_have_room_for_them(tmp_path):
    class Long(Running):
        def _line(self, label: str, amount: str = "") -> list[str]:
            return [f"{label} to the next page", "9,999,999,999,999.99"]

    rows = {"r": [Row((f"row{i}.", "x", "1")) for i in range(100)]}
    html = document(table(HEADINGS, label=2), css=".num { text-align: right }")
    pdf, _ = press(html, tmp_path, rows, tallies={"r": Long(label=2)})
    for page in pypdfium2.PdfDocument(pdf):
        texts = page.get_textpage()
        head = texts.get_charbox(texts.search("Amount").get_next()[0] + 5)
        for wanted in ("Carried", "Brought"):
            if place := texts.search(wanted).get_next():
                line = f"{wanted} to the next page 9,999,999,999,999.99"
                assert texts.get_text_range(place[0], len(line)) == line
                boxes = [texts.get_charbox(place[0] + index) for index in range(len(line))]
                assert boxes[line.index(" 9") - 1][2] < boxes[line.index("9")][0]
                assert boxes[-1][2] == pytest.approx(head[2], abs=1)


def test_rows_are_measured_with_the_lines_beside_them():
    """Borders that collapse are as wide as the wider one: a row is higher beside a line than among rows."""
    row, lines = (KEYS.index(("row", 0)), (4.0, 5.0, 5.0, 6.0)), {0: 2.0}
    parts = breaking.parts([row] * 4, 10, (10, 10), breaking.Between(0, lines, lines))
    assert [(part.rows, part.height) for part in parts] == [(1, 7), (1, 10), (1, 10), (1, 7)]


def test_what_a_line_says_cannot_break_it(tmp_path):
    class Odd(Running):
        def _line(self, label: str, amount: str = "") -> list[str]:
            return [f"{label}\n<b>\x00</b> 😀 e\u0301", "", ""]

    pdf, _ = press(document(table(HEADINGS)), tmp_path, {"r": numbered(60)}, tallies={"r": Odd()})
    assert "Carried <b>\ufffd</b>" in text_of(pdf)


def test_a_page_without_room_for_lines_is_handed_back(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_WHOLE", 39)  # and set in parts
    css = "@page { size: 100mm 34mm } td { padding: 0 }"
    pdf, facts = press(document(table(HEADINGS), css=css), tmp_path, {"r": numbered(40)}, tallies={"r": Running()})
    assert facts.handed_back == {"r": "carried lines leave no room for a row"}
    assert facts.rows_printed == {"r": 40}
    assert not any("Carried" in line for page in lines_of(pdf) for line in page)


def test_short_tables_have_no_lines(tmp_path, monkeypatch):
    monkeypatch.undo()
    tally = Running()
    html = document(table(HEADINGS), css="td { padding: 6mm }")
    pdf, facts = press(html, tmp_path, {"r": numbered(learning.SHORT)}, tallies={"r": tally})
    assert facts.pages == 2
    assert tally.told == learning.SHORT
    assert not any("Carried" in line for page in lines_of(pdf) for line in page)


def test_a_tally_that_carries_nothing_changes_nothing(tmp_path):
    class Silent:
        def add(self, cells) -> None:
            pass

    html = document(table(HEADINGS))
    plain, _ = press(html, tmp_path, {"r": grouped(60)}, tagged=True)
    told, _ = press(html, tmp_path, {"r": grouped(60)}, tagged=True, tallies={"r": Silent()})
    assert plain == told
