"""What a tally is told: what was printed, once, in order, whoever set the table."""

import pytest

from reports.press.long_table import Row, learning
from tests.press.long_table_reference import document, press, table

HEADINGS = ["Row", "Name", "#Amount"]


class Told:
    """Keeps what it is told."""

    def __init__(self):
        self.rows: list[tuple[str, ...]] = []

    def add(self, cells) -> None:
        self.rows.append(tuple(cells))


def told(folder, html: str, rows: list[Row], **options) -> list[tuple[str, ...]]:
    tally = Told()
    _, facts = press(html, folder, {"r": rows}, tallies={"r": tally}, **options)
    assert facts.rows_printed == {"r": len(rows)}
    return tally.rows


def grouped(count: int, name: str = "name") -> list[Row]:
    rows = []
    for i in range(count):
        if i % 9 == 0:
            rows.append(Row((f"Group {i}",), "group"))
        rows.append(Row((f"row{i}", f"{name} {i}", f"{i * 3.5:,.2f}")))
        if i % 9 == 8:
            rows.append(Row(("", "sum", "1"), "subtotal"))
    return [*rows, Row(("", "all", "1"), "total")]


def ordinary(rows: list[Row]) -> list[tuple[str, ...]]:
    return [row.cells for row in rows if row.role == "row"]


@pytest.mark.parametrize("count", [0, 1, learning.SHORT, 31, 250])
@pytest.mark.parametrize("tagged", [False, True])
def test_every_row_is_told_once_and_in_order(tmp_path, count, tagged):
    rows = [Row((f"row{i}", "", "1")) for i in range(count)]
    assert told(tmp_path, document(table(HEADINGS)), rows, tagged=tagged) == ordinary(rows)


@pytest.mark.parametrize("css", ["", "td { border: 1pt dotted red }"], ids=["pressed", "handed back"])
@pytest.mark.parametrize("count", [20, 120], ids=["short", "long"])
def test_headings_and_sums_are_not_told(tmp_path, css, count):
    rows = grouped(count)
    assert told(tmp_path, document(table(HEADINGS), css=css), rows) == ordinary(rows)


def test_what_is_told_is_what_is_set(tmp_path):
    css = "td { text-transform: uppercase }"
    rows = [Row(("a  b\x00", "éß", "1")) for _ in range(40)]
    assert set(told(tmp_path, document(table(HEADINGS), css=css), rows)) == {("A B\ufffd", "ÉSS", "1")}


@pytest.mark.parametrize("count", [2, 60], ids=["short", "long"])
def test_what_the_css_adds_is_not_told(tmp_path, count):
    css = "td.num::before { content: '€ ' } td.num::after { content: ' *' }"
    rows = [Row((f"row{i}", "x", f"{i}.00")) for i in range(count)]
    assert told(tmp_path, document(table(HEADINGS), css=css), rows) == ordinary(rows)


@pytest.mark.parametrize("css", ["", "td { border: 1pt dotted red }"], ids=["pressed", "handed back"])
@pytest.mark.parametrize("count", [2, 60], ids=["short", "long"])
def test_a_row_that_is_cut_is_told_once(tmp_path, css, count):
    css += "table { table-layout: fixed; width: 100% }"
    number = "9" * 2500
    rows = [Row((f"row{i}", number if i == 1 else "x", "1.00")) for i in range(count)]
    assert told(tmp_path, document(table(HEADINGS), css=css), rows) == ordinary(rows)


def test_each_table_has_a_tally_of_its_own(tmp_path):
    html = document(table(HEADINGS, "one") + "<p>between</p>" + table(HEADINGS, "two") + table(HEADINGS, "three"))
    rows = {"one": grouped(70), "two": grouped(5, "other"), "three": grouped(90, "third")}
    tallies = {"one": Told(), "two": Told()}
    press(html, tmp_path, rows, tallies=tallies)
    assert {name: tally.rows for name, tally in tallies.items()} == {n: ordinary(rows[n]) for n in ("one", "two")}


def test_rows_that_are_not_displayed_are_not_printed(tmp_path):
    html = document(table(HEADINGS), css="table { display: none }")
    with pytest.raises(RuntimeError, match="0 of 5 rows of 'r' were printed"):
        press(html, tmp_path, {"r": [Row((f"row{i}", "", "1")) for i in range(5)]})
