"""Totals that a listing carries over its pages, read back from the PDF."""

import re
from decimal import Decimal

import pypdfium2
import pytest

from reports.problems import Problem
from tests.kinds.making import facts_in, gathered, lines, pages_of, pdf, snapshot, spec_for

QUERY = """
    SELECT i + 1 AS "No", 'Customer ' || (i * 7919 % 1000) AS "Customer",
        CASE WHEN i % 17 = 3 THEN NULL ELSE (i * 151.25 - 20000)::DECIMAL(18,2) END AS "Total",
        (i % 13)::BIGINT AS "Items", 'R' || lpad((i // 40)::VARCHAR, 2, '0') AS "Region"
    FROM range(300) AS numbers(i)
"""
LABELS = {"en": ("Carried over", "Brought forward"), "pt-br": ("A transportar", "Transporte")}
NUMBER = r"(-?[\d.,]+|–)"


def value_of(text: str, language: str) -> Decimal:
    marks = {",": "", ".": "."} if language == "en" else {".": "", ",": "."}
    return Decimal(text.translate(str.maketrans(marks)).replace("–", "0"))


@pytest.mark.parametrize("group", ["", "Region"])
@pytest.mark.parametrize("language", LABELS)
def test_every_page_ends_with_the_totals_so_far_and_the_next_begins_with_them(tmp_path, language, group):
    parquet = snapshot(tmp_path, QUERY)
    spec = spec_for(parquet, "listing", {"totals": "Total,Items", "carry": "yes", "group": group}, language=language)
    pages = pages_of(pdf(spec, parquet, tmp_path)[1])
    assert len(pages) > 5
    total = items = Decimal(0)
    carried, brought = LABELS[language]
    for number, page in enumerate(pages):
        found = re.findall(f"{brought} {NUMBER} {NUMBER}", page)
        assert [[value_of(text, language) for text in sums] for sums in found] == ([[total, items]] if number else [])
        for row in re.findall(f"Customer \\d+ {NUMBER} {NUMBER}", page):
            total, items = (known + value_of(text, language) for known, text in zip((total, items), row, strict=True))
        found = re.findall(f"{carried} {NUMBER} {NUMBER}", page)
        is_last = number == len(pages) - 1
        assert [[value_of(text, language) for text in sums] for sums in found] == ([] if is_last else [[total, items]])
    assert facts_in(tmp_path / "gathered")["totals"] == {"Total": str(total), "Items": str(items)}


@pytest.mark.parametrize("options", [{"totals": "Total"}, {"carry": "yes"}, {"totals": "Total", "carry": "no"}])
def test_nothing_is_carried_unless_there_are_totals_and_somebody_wants_it(tmp_path, options):
    parquet = snapshot(tmp_path, QUERY)
    text = " ".join(pages_of(pdf(spec_for(parquet, "listing", options), parquet, tmp_path)[1]))
    assert "Carried" not in text and "Brought" not in text


def test_the_rows_themselves_are_the_same(tmp_path):
    """The lines are made while pages are set; how wide columns are is all that may change."""
    found = []
    for carry in ("yes", "no"):
        folder = tmp_path / carry
        folder.mkdir()
        parquet = snapshot(folder, QUERY)
        found.append(lines(spec_for(parquet, "listing", {"totals": "Total", "carry": carry}), parquet, folder))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ("Total,Customer", r"-497,685\.00 Carried over"),
        ("Customer,Total,No", r"Carried over -497,685\.00"),
        ("Total,Items", r"-497,685\.00 162"),
    ],
)
def test_the_label_stands_where_there_is_room(tmp_path, columns, line):
    parquet = snapshot(tmp_path, QUERY)
    totals = ",".join(name for name in columns.split(",") if name in ("Total", "Items"))
    spec = spec_for(parquet, "listing", {"columns": columns, "totals": totals, "carry": "yes"})
    first = pages_of(pdf(spec, parquet, tmp_path)[1])[0]
    assert re.search(line, first)


def edges_of(texts: pypdfium2.PdfTextPage, words: str) -> tuple[float, float]:
    """Where words begin and end on a page."""
    start, _ = texts.search(words).get_next()
    return texts.get_charbox(start)[0], texts.get_charbox(start + len(words) - 1)[2]


def test_sums_that_are_wider_than_every_value_have_room(tmp_path):
    long = "CASE i % 20 WHEN 0 THEN repeat('some words ', 9) ELSE 'word' END"  # they want all the room there is
    others = ", ".join(f"{long} AS {letter}" for letter in "bcdefgh")
    value = "(CASE WHEN i < 200 THEN 9 ELSE -9 END * 100000000000000)::DECIMAL(38,2)"
    parquet = snapshot(tmp_path, f"SELECT {value} AS a, {others} FROM range(400) AS n(i)")
    spec = spec_for(parquet, "listing", {"totals": "a", "carry": "yes"})
    _, folder = pdf(spec, parquet, tmp_path)
    widest = 0
    for page in list(pypdfium2.PdfDocument(folder / "report.pdf"))[:-1]:
        texts = page.get_textpage()
        amount = re.search(r"(\S+) Carried over", texts.get_text_bounded())[1]
        assert edges_of(texts, amount)[1] == pytest.approx(edges_of(texts, "900,000,000,000,000.00")[1], abs=1)
        widest = max(widest, len(amount))
    assert widest >= len("99,999,999,999,999,999.00")


def test_narrow_columns_make_room_for_the_label(tmp_path):
    others = ", ".join(f"'some words that fill column {letter}' AS {letter}" for letter in "bcdefgh")
    query = f"SELECT i AS n, 99999999999999 * i AS a, {others} FROM range(200) AS numbers(i)"
    parquet = snapshot(tmp_path, query)
    _, folder = pdf(spec_for(parquet, "listing", {"totals": "a", "carry": "yes"}), parquet, tmp_path)
    for page in list(pypdfium2.PdfDocument(folder / "report.pdf"))[1:]:
        texts = page.get_textpage()
        amount = re.search(r"Brought forward (\S+)", texts.get_text_bounded())[1]
        assert edges_of(texts, "Brought forward")[1] < edges_of(texts, amount)[0]


@pytest.mark.parametrize(
    "value",
    ["(-1) ** i * 1e9", "CASE i WHEN 7 THEN 'NaN' WHEN 8 THEN 'inf' ELSE i * 1e9 END"],
    ids=["signs", "endless"],
)
def test_partial_sums_count_among_the_widest(tmp_path, value):
    query = f"SELECT 'x' AS n, ({value})::DOUBLE AS v FROM range(100) AS numbers(i)"
    parquet = snapshot(tmp_path, query)
    gathered(spec_for(parquet, "listing", {"totals": "v", "carry": "yes"}), parquet, tmp_path)
    widest = facts_in(tmp_path / "gathered")["widest"]["v"]
    assert max(abs(Decimal(text)) for text in widest) >= 50_000_000_000


def test_too_many_columns_are_still_a_problem_in_words(tmp_path):
    numbers = ", ".join(f"i AS n{number}" for number in range(61))
    parquet = snapshot(tmp_path, f"SELECT {numbers}, 'x' AS label FROM range(40) AS numbers(i)")
    totals = ",".join(f"n{number}" for number in range(61))
    with pytest.raises(Problem, match="columns"):
        pdf(spec_for(parquet, "listing", {"totals": totals, "carry": "yes"}), parquet, tmp_path)


def test_a_column_of_nothing_carries_nothing(tmp_path):
    parquet = snapshot(tmp_path, 'SELECT i AS "No", NULL::DOUBLE AS "Total" FROM range(100) AS numbers(i)')
    spec = spec_for(parquet, "listing", {"totals": "Total", "carry": "yes"})
    assert "Carried over –" in pages_of(pdf(spec, parquet, tmp_path)[1])[0]
