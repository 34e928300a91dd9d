"""From a snapshot to a PDF, read back."""

import ctypes
import hashlib
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from reports import sandbox
from reports.pipeline import write_pdf
from reports.press.long_table import tables
from reports.problems import Problem
from tests.kinds.making import LIMITS, SALES, document, made, pages_of, pdf, quiet, snapshot, spec_for

LONG = 'SELECT i + 1 AS "No", \'Customer \' || (i + 1) AS "Customer", (i * 1.5)::DECIMAL(18,2) AS "Total" FROM range({}) AS numbers(i)'  # noqa: E501


@pytest.fixture(scope="module")
def long_listing(tmp_path_factory) -> tuple[dict, Path]:
    folder = tmp_path_factory.mktemp("long")
    parquet = snapshot(folder, LONG.format(120))
    return pdf(spec_for(parquet, "listing", {"totals": "Total"}, title="All customers"), parquet, folder)


@pytest.fixture(scope="module")
def summary(tmp_path_factory) -> tuple[dict, Path]:
    folder = tmp_path_factory.mktemp("summary")
    parquet = snapshot(folder, SALES)
    options = {
        "measure": "Total",
        "measures": "Total",
        "breakdowns": "Region",
        "rankings": "Seller",
        "interval": "month",
    }
    return pdf(spec_for(parquet, "summary", options, language="pt-br", title="Vendas"), parquet, folder)


def test_every_row_is_printed_once_and_in_order(long_listing):
    printed = re.findall(r"(\d+) Customer (\d+)", " ".join(pages_of(long_listing[1])))
    assert printed == [(str(number), str(number)) for number in range(1, 121)]


def test_the_total_is_that_of_all_rows(long_listing):
    assert "Total 10,710.00" in pages_of(long_listing[1])[-1]


def test_every_page_has_its_number_and_the_table_its_header(long_listing):
    pages = pages_of(long_listing[1])
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "No Customer Total" in text


def test_the_running_header_begins_on_the_second_page(long_listing):
    first, second, *_ = pages_of(long_listing[1])
    assert first.count("All customers") == second.count("All customers") == 1
    assert "Made for Ana Souza" in first


def test_the_facts_are_those_of_the_file(long_listing):
    facts, folder = long_listing
    content = (folder / "report.pdf").read_bytes()
    assert (facts["pages"], facts["bytes"]) == (len(pages_of(folder)), len(content))
    assert facts["sha256"] == facts["content_sha256"] == hashlib.sha256(content).hexdigest()


def test_the_same_report_is_the_same_pdf(tmp_path):
    found = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        parquet = snapshot(folder, SALES)
        found.append(pdf(spec_for(parquet, "listing", {"group": "Region"}), parquet, folder)[0])
    assert found[0] == found[1]


def test_metadata_say_what_it_is(long_listing):
    file = pypdfium2.PdfDocument(long_listing[1] / "report.pdf")
    metadata = file.get_metadata_dict()
    assert (metadata["Title"], metadata["Author"]) == ("All customers", "Ana Souza")
    assert metadata["CreationDate"] == "D:20260301143000+00'00"


def test_groups_have_headings_and_subtotals(tmp_path):
    options = {"columns": "No,Region,Total", "group": "Region", "totals": "Total", "sort": "-Total"}
    text = made(tmp_path, SALES, "listing", options)
    assert "Region: North · 2 rows 7 10.50 5 2.25 Total for North 12.75" in text
    assert "Region: South · 2 rows 3 1,234.56 9 -4.00 Total for South 1,230.56" in text
    assert "Region: none · 1 row 1 – Total for none – Total 1,243.31" in text


def test_numbers_and_dates_are_those_of_the_language(tmp_path):
    text = made(tmp_path, SALES, "listing", {"columns": "Total,Day", "totals": "Total"}, language="pt-br")
    assert "1.234,56 01/02/2025" in text
    assert "1.243,31" in text


def test_nothing_left_says_so(tmp_path):
    text = made(tmp_path, SALES, "listing", {"filters": "Total > 99999", "group": "Region", "totals": "Total"})
    assert "No row passes the filters." in text
    assert "Only rows where Total is more than 99,999" in text


def test_a_preview_has_a_picture_of_its_first_page(tmp_path):
    parquet = snapshot(tmp_path, LONG.format(9))
    _, folder = pdf(spec_for(parquet, "listing", sample=3), parquet, tmp_path)
    text = " ".join(pages_of(folder))
    assert "Customer 3" in text
    assert "Customer 4" not in text
    with Image.open(folder / "preview.png") as picture:
        assert picture.width == 1000
        assert len(picture.convert("L").getcolors()) > 10


def test_thirty_columns_fit_and_lose_nothing(tmp_path):
    columns = ", ".join(f"{number}{number} AS c{number}" for number in range(10, 40))
    text = made(tmp_path, f"SELECT {columns}", "listing")
    assert " ".join(f"{number * 101:,}" for number in range(10, 40)) in text


def test_one_row_of_one_column(tmp_path):
    assert "Name Ana Complete: 1 row gathered, 1 printed." in made(tmp_path, "SELECT 'Ana' AS \"Name\"", "listing")


def test_a_long_table_can_be_cut_short(tmp_path):
    """By whoever cancels the report: the work is stopped between two pages, and nothing is left running."""
    parquet = snapshot(tmp_path, LONG.format(20_001))
    spec = spec_for(parquet, "listing")
    document(spec, parquet, tmp_path)
    seen = []

    def cancelled_at_the_first_page(progress: sandbox.Progress) -> bool:
        seen.append((progress.done, progress.total))
        return not progress.done

    with pytest.raises(sandbox.Stopped):
        sandbox.run(
            lambda progress: write_pdf.write_pdf(spec, tmp_path / "rendered", tmp_path, progress),
            **{**LIMITS, "on_tick": cancelled_at_the_first_page},
            tick=0.05,
        )
    done, total = seen[-1]
    assert 0 < done < total
    assert not (tmp_path / "report.pdf").exists()


def test_a_long_text_goes_on_over_pages(tmp_path):
    query = "SELECT string_agg('word' || i, ' ') AS a, repeat('x', 900) AS b FROM range(2500) AS numbers(i)"
    text = made(tmp_path, query, "listing", {"columns": "a"})
    assert [int(number) for number in re.findall(r"word(\d+)", text)] == list(range(2500))


def test_a_word_without_end_is_broken_not_cut(tmp_path):
    text = made(tmp_path, "SELECT repeat('x', 1500) AS a, 'end' AS b", "listing")
    assert text.count("x") == 1500


def links_of(page: pypdfium2.PdfPage) -> Iterator[int]:
    """The pages that the links of a page lead to."""
    position, link = ctypes.c_int(0), pypdfium2.raw.FPDF_LINK()
    while pypdfium2.raw.FPDFLink_Enumerate(page, position, link):
        yield pypdfium2.raw.FPDFDest_GetDestPageIndex(page.pdf, pypdfium2.raw.FPDFLink_GetDest(page.pdf, link))


def test_a_summary_leads_to_its_sections(summary):
    facts, folder = summary
    file = pypdfium2.PdfDocument(folder / "report.pdf")
    bookmarks = [(item.get_title(), item.get_dest().get_index()) for item in file.get_toc()]
    assert len(bookmarks) == 4
    first = pages_of(folder)[0]
    for title, page in bookmarks:
        assert f"{title} {page + 1}" in first
    assert set(links_of(file[0])) == {page for _title, page in bookmarks}
    assert facts["pages"] == len(file)


def test_a_summary_prints_its_figures(summary):
    text = " ".join(pages_of(summary[1]))
    assert "1.243,31" in text
    assert "310,83" in text  # the average
    assert "fevereiro de 2025" in text  # the highest month
    assert re.search(r"South 2 1\.230,56 99%", text)
    assert re.search(r" 1 0,00 0%", text)  # the row without a region


def test_key_figures_go_on_on_the_next_page(tmp_path):
    names = [f"c{number}" for number in range(10, 60)]
    columns = ", ".join(f"{name.removeprefix('c')}000::BIGINT AS {name}" for name in names)
    parquet = snapshot(tmp_path, f"SELECT {columns}")
    _, folder = pdf(spec_for(parquet, "summary", {"measures": names}), parquet, tmp_path)
    figures = [re.findall(r"Sum of (c\d\d) (\d\d),000", text) for text in pages_of(folder)]
    assert figures[0]
    assert figures[1]
    assert list(chain(*figures)) == [(name, name.removeprefix("c")) for name in names]


def test_charts_carry_the_months_of_the_language(summary):
    assert "fev." in " ".join(pages_of(summary[1]))


def test_a_summary_of_nothing_says_so(tmp_path):
    assert "No row passes the filters." in made(tmp_path, SALES, "summary", {"filters": "Total > 99999"})


def test_a_heading_is_never_alone_at_the_foot_nor_a_sum_at_the_head(tmp_path):
    sizes = "SELECT i AS g, unnest(range(1 + i * 5 % 7)) AS n FROM range(60) AS numbers(i)"
    parquet = snapshot(tmp_path, f"SELECT 'g' || lpad(g::VARCHAR, 2, '0') AS \"G\", n FROM ({sizes})")
    spec = spec_for(parquet, "listing", {"group": "G", "totals": "n"})
    pages = pages_of(pdf(spec, parquet, tmp_path)[1])
    assert len(pages) > 8
    for text in pages:
        rows = f" {text}".partition(" n ")[2].partition("Sales Sales 2025")[0].partition(" 1 Mar 2026")[0].strip()
        assert not rows.startswith("Total for")
        assert not re.search(r"rows?$", rows) or rows.endswith("237 rows")


def test_a_style_that_lets_a_table_have_few_rows_is_a_problem_in_words(tmp_path, monkeypatch):
    parquet = snapshot(tmp_path, LONG.format(60))
    spec = spec_for(parquet, "listing", {})
    html, folder = document(spec, parquet, tmp_path), tmp_path / "rendered"
    (folder / "document.html").write_text(html.replace("</style>", ".rows tr { counter-increment: rows }</style>", 1))
    monkeypatch.setattr(tables, "MOST_WHOLE", 59)
    with pytest.raises(Problem, match="up to 59 rows, and this one has 60"):
        write_pdf.write_pdf(spec, folder, tmp_path, quiet)
