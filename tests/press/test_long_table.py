"""A document with long tables: every row once, in order, numbered and placed right."""

import re

import pypdfium2
import pytest
import weasyprint.layout.page
from weasyprint import HTML

from reports.press.long_table import Row, learning, write_pdf
from reports.press.long_table.layout import Source
from tests.press.long_table_reference import document, press, table
from tests.press.structure import find, structure


@pytest.fixture(autouse=True)
def _press_every_table(monkeypatch):
    monkeypatch.setattr(learning, "SHORT", 0)


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def numbered(count: int) -> list[Row]:
    return [Row((f"row{i}.", f"name {i % 7}", f"{i * 3.5:,.2f}")) for i in range(count)]


HEADINGS = ["Row", "Name", "#Amount"]


def printed(pdf: bytes) -> list[int]:
    return [int(number) for number in re.findall(r"row(\d+)\.", " ".join(texts(pdf)))]


@pytest.mark.parametrize("count", [1, 2, 27, 28, 60, 150, 400])
def test_every_row_is_printed_once_and_in_order(tmp_path, count):
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": numbered(count)})
    assert printed(pdf) == list(range(count))
    assert facts.rows_printed == {"r": count}
    assert facts.pages == len(pypdfium2.PdfDocument(pdf))
    assert not facts.missing
    assert not facts.handed_back


def test_no_rows_leave_the_head_alone(tmp_path):
    pdf, facts = press(document(table(HEADINGS), after="<p>After"), tmp_path, {"r": []})
    (page,) = texts(pdf)
    assert page.index("Amount") < page.index("After")
    assert facts.rows_printed == {"r": 0}


def test_a_short_table_is_an_ordinary_one(tmp_path, monkeypatch):
    monkeypatch.undo()
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": numbered(learning.SHORT)})
    assert printed(pdf) == list(range(learning.SHORT))
    assert facts.rows_printed == {"r": learning.SHORT}
    assert not facts.handed_back


def test_a_table_that_ends_where_it_begins_is_laid_out_twice(tmp_path, monkeypatch):
    laid_out = []
    lay_out = Source.lay_out

    def counting(*arguments):
        laid_out.append(arguments)
        return lay_out(*arguments)

    monkeypatch.setattr(Source, "lay_out", counting)
    pdf, facts = press(document(table(HEADINGS), after="<p>After"), tmp_path, {"r": numbered(20)})
    assert printed(pdf) == list(range(20))
    assert facts.pages == 1
    assert len(laid_out) == 2


def test_a_table_that_is_pushed_from_where_it_would_have_ended_is_complete(tmp_path):
    html = document(table(HEADINGS, "one") + table(HEADINGS, "two"), after="<p>After")
    pdf, facts = press(html, tmp_path, {"one": numbered(22), "two": numbered(24)})
    assert printed(pdf) == [*range(22), *range(24)]
    assert facts.pages == 2
    assert not facts.handed_back


def test_every_page_has_the_head_and_its_number(tmp_path):
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": numbered(400)})
    for number, page in enumerate(texts(pdf), start=1):
        assert "Amount" in page
        assert f"{number} of {facts.pages}" in page


def test_what_is_around_tables_flows_and_is_numbered_right(tmp_path):
    before = "<h1 id=a>Start</h1><p><a href=#z class=to>see</a></p>"
    between = "<h1 id=m>Between</h1>"
    after = "<h1 id=z>End</h1><p id=last>end of it"
    css = ".to::after { content: ' page ' target-counter(attr(href), page) }"
    html = document(table(HEADINGS, "one") + between + table(HEADINGS, "two"), css=css, before=before, after=after)
    pdf, facts = press(html, tmp_path, {"one": numbered(230), "two": numbered(333)})
    pages = texts(pdf)
    where = {word: next(n for n, page in enumerate(pages, 1) if word in page) for word in ("Between", "End")}
    assert f"page {where['End']}" in pages[0]
    assert where["End"] == facts.pages
    outline = {item.get_title(): item.get_dest().get_index() + 1 for item in pypdfium2.PdfDocument(pdf).get_toc()}
    assert outline == {"Start": 1, **where}
    assert printed(pdf) == [*range(230), *range(333)]
    assert all(f"{number} of {facts.pages}" in page for number, page in enumerate(pages, 1))


def test_left_and_right_pages_take_turns(tmp_path):
    css = "@page :left { @top-left { content: 'even' } } @page :right { @top-left { content: 'odd' } }"
    pdf, _ = press(document(table(HEADINGS), css=css), tmp_path, {"r": numbered(300)})
    for number, page in enumerate(texts(pdf), start=1):
        assert ("odd" in page) == bool(number % 2)
        assert ("even" in page) == (not number % 2)


def test_a_group_heading_never_stands_alone_at_the_foot(tmp_path):
    rows = []
    for i in range(120):
        rows += [Row((f"Group {i}.",), "group"), *(Row((f"row{i}.", "x", "1")) for _ in range(1 + i % 4))]
        rows.append(Row(("", f"sum{i}.", "4"), "subtotal"))
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": rows})
    assert facts.rows_printed == {"r": len(rows)}
    for page in texts(pdf):
        lines = [line for line in page.splitlines() if line.strip() and " of " not in line]
        assert not lines[-1].startswith("Group")
        assert "sum" not in lines[1]


def test_a_row_that_is_taller_than_a_page_is_cut_and_complete(tmp_path):
    words = [f"word{i}." for i in range(1500)]
    rows = [*numbered(5), Row(("long", " ".join(words), "1.00")), Row(("huge", "x" * 10_000, "1.00")), *numbered(5)]
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": rows})
    found = " ".join(texts(pdf))
    assert [f"word{n}." for n in re.findall(r"word(\d+)\.", found)] == words
    assert found.count("x") == 10_000
    assert facts.rows_printed == {"r": len(rows)}
    assert printed(pdf) == [*range(5), *range(5)]


def test_characters_that_are_not_plain_text(tmp_path):
    odd = [
        "a\tb",
        "a\nb",
        "soft\u00adhyphen",
        "\x00nul\x1b",
        "zero\u200bwidth",
        "",
        "n\u00a0b",
        "  two  ",
        "\ud800",
        "😀",
        "e\u0301",
    ]
    rows = [Row((f"row{i}.", text, "1")) for i, text in enumerate(odd)]
    pdf, facts = press(document(table(HEADINGS)), tmp_path, {"r": rows})
    found = " ".join(" ".join(texts(pdf)).split())
    assert printed(pdf) == list(range(len(odd)))
    assert "row0. a b 1 row1. a b 1" in found
    assert "\ufffdnul\ufffd" in found
    assert facts.rows_printed == {"r": len(odd)}


def test_a_character_that_no_font_has_is_reported(tmp_path):
    _, facts = press(document(table(HEADINGS)), tmp_path, {"r": [Row(("a", "\u0378 \u0379", "1")), *numbered(200)]})
    assert facts.missing == {"\u0378", "\u0379"}


@pytest.mark.parametrize("columns", [1, 60])
def test_few_and_many_columns(tmp_path, columns):
    html = document(table([f"h{i}" for i in range(columns)]), css="table { font-size: 2pt } th, td { padding: 0 }")
    rows = [Row(tuple(f"r{r}c{c}." for c in range(columns))) for r in range(50)]
    pdf, facts = press(html, tmp_path, {"r": rows})
    assert facts.rows_printed == {"r": 50}
    found = "".join("".join(texts(pdf)).split())
    assert all(found.count(f"r{r}c{c}.") for r in (0, 49) for c in (0, columns - 1))


def test_numbers_do_not_wrap_and_columns_fit_the_page(tmp_path):
    rows = [Row((f"row{i}.", "some words that go on and on " * 4, "1 234 567.89")) for i in range(30)]
    pdf, _ = press(document(table(HEADINGS)), tmp_path, {"r": rows})
    assert " ".join(texts(pdf)).count("1 234 567.89") == 30
    for page in pypdfium2.PdfDocument(pdf):
        for item in page.get_objects():
            left, _, right, _ = item.get_bounds()
            assert left >= 0
            assert right <= page.get_width()


def test_the_same_rows_make_the_same_file(tmp_path):
    html = document(table(HEADINGS), before="<h1>One</h1>")
    one, _ = press(html, tmp_path, {"r": numbered(100)})
    two, _ = press(html, tmp_path, {"r": numbered(100)})
    assert one == two


def test_a_table_in_css_that_the_press_does_not_know_is_handed_back(tmp_path):
    css = "td { border: 1pt dotted red }"
    pdf, facts = press(document(table(HEADINGS), css=css), tmp_path, {"r": numbered(60)})
    assert list(facts.handed_back) == ["r"]
    assert printed(pdf) == list(range(60))
    assert facts.rows_printed == {"r": 60}


def test_a_row_with_too_few_cells_is_refused(tmp_path):
    with pytest.raises(ValueError, match="row 2"):
        press(document(table(HEADINGS)), tmp_path, {"r": [Row(("a", "b", "c")), Row(("a", "b"))]})


def test_progress_ends_at_the_last_page(tmp_path):
    seen = []
    facts = write_pdf(
        HTML(string=document(table(HEADINGS))),
        tmp_path / "a.pdf",
        rows={"r": lambda: iter(numbered(300))},
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (facts.pages, facts.pages)
    assert seen == sorted(seen)


def test_a_cell_cannot_become_markup(tmp_path):
    rows = [Row(("row0.", "<b>bold</b> <a href='http://x'>&amp;", "1"))]
    pdf, _ = press(document(table(HEADINGS)), tmp_path, {"r": rows})
    assert "<b>bold</b>" in " ".join("".join(texts(pdf)).split())
    assert not list(pypdfium2.PdfDocument(pdf)[0].get_objects(filter=[5]))


def test_rows_are_tagged_one_table_per_page(tmp_path):
    rows = [Row(("Group",), "group"), *numbered(300), Row(("", "Total", "9"), "total")]
    html = document(table(HEADINGS), before="<h1>One</h1>", after="<p>After")
    pdf, facts = press(html, tmp_path, {"r": rows}, tagged=True)
    trees = structure(pdf)
    assert len(trees) == facts.pages
    cells = []
    for tree in trees:
        (one,) = [found for part in tree for found in find(part, "Table")]
        heads = find(next(iter(find(one, "THead"))), "TH")
        assert len(heads) == 3
        cells += find(one, "TR")[1:]
    assert len(cells) == len(rows)
    assert [len(row) - 1 for row in cells] == [1, *([3] * 301)]
    assert [cell[0] for cell in cells[0][1:]] == ["TH"]


def test_a_number_of_pages_in_the_text_is_right(tmp_path):
    css = ".n::after { content: 'all ' counter(pages) '.' }"
    html = document(table(HEADINGS), css=css, before="<p class=n>", after="<p class=n>")
    pdf, facts = press(html, tmp_path, {"r": numbered(300)})
    pages = texts(pdf)
    assert f"all {facts.pages}." in pages[0]
    assert f"all {facts.pages}." in pages[-1]


@pytest.mark.parametrize("page", ["attr(href)", "attr(href url)"])
def test_only_pages_that_say_where_others_are_are_laid_out_twice(tmp_path, monkeypatch, page):
    laid_out = []
    make_page = weasyprint.layout.page.make_page

    def counting(context, root, kind, resume_at, number, state):
        laid_out.append(number)
        return make_page(context, root, kind, resume_at, number, state)

    monkeypatch.setattr(weasyprint.layout.page, "make_page", counting)
    before = "<p><a href=#two>two</a><p><a href=#three>three</a>"
    sections = "<h1 id=two style='break-before: page'>2</h1><h1 id=three style='break-before: page'>3</h1>"
    css = f"a::after {{ content: ' is on ' target-counter({page}, page) }}"
    pdf, _ = press(document(sections, css=css, before=before), tmp_path, {})
    assert "two is on 2\r\nthree is on 3\r\n1 of 3" in texts(pdf)[0]
    assert sorted(laid_out) == [1, 1, 2, 3]


def test_contents_that_move_what_they_name_are_right(tmp_path):
    """The numbers of pages make each line of them wrap, so that they need a page more."""
    names = [f"part{number}" for number in range(60)]
    lines = "".join(f"<p><a href=#{name}>{name}</a>" for name in names)
    parts = "".join(f"<h1 id={name} style='break-before: page'>The {name}</h1>" for name in names)
    css = (
        "p { margin: 0; width: 12mm; hyphens: none } "
        "a::after { content: ' page: ' target-counter(attr(href), page); white-space: pre-wrap }"
    )
    pdf, _ = press(document(parts, css=css, before=lines), tmp_path, {})
    pages = texts(pdf)
    where = {name: next(n for n, page in enumerate(pages, 1) if f"The {name}\r" in page) for name in names}
    said = dict(re.findall(r"(part\d+)\s+page:\s+(\d+)", " ".join(pages)))
    assert said == {name: str(page) for name, page in where.items()}
