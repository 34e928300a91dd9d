"""Data that is hard to print: it is printed faithfully, or refused with a reason. Few rows and many take other ways."""

import re

import pikepdf
import pytest

from reports.problems import Problem
from tests.kinds.making import made, pages_of, pdf, snapshot, spec_for

# WeasyPrint sets a table of few rows, the press one of many.
few_and_many = pytest.mark.parametrize("rows", [3, 60])


def listing(folder, columns: str, rows: int) -> str:
    """The text of a listing of `rows` rows, without any white space."""
    return "".join(made(folder, f"SELECT {columns} FROM range({rows}) AS n(i)", "listing").split())


@few_and_many
def test_cells_of_ten_thousand_characters(tmp_path, rows):
    words = "(SELECT string_agg('w' || j || '.', ' ') FROM range(1800) AS m(j))"
    text = listing(tmp_path, f'i AS "No", CASE WHEN i = 1 THEN {words} ELSE \'short\' END AS "Text"', rows)
    assert [int(found) for found in re.findall(r"w(\d+)\.", text)] == list(range(1800))


@few_and_many
def test_one_huge_word(tmp_path, rows):
    text = listing(tmp_path, "i AS \"No\", CASE WHEN i = 1 THEN repeat('q', 10000) ELSE 'x' END AS \"Word\"", rows)
    assert text.count("q") == 10_000


def test_two_hundred_columns_are_refused_with_the_number_that_fits(tmp_path):
    columns = ", ".join(f"i + {number} AS c{number}" for number in range(200))
    parquet = snapshot(tmp_path, f"SELECT {columns} FROM range(5) AS n(i)")
    with pytest.raises(Problem) as caught:
        pdf(spec_for(parquet, "listing"), parquet, tmp_path)
    assert caught.value.code == "too_many_columns"
    assert caught.value.params["asked"] == 200
    assert 20 < caught.value.params["fit"] < 60


@few_and_many
def test_nothing_but_empty_cells(tmp_path, rows):
    text = listing(tmp_path, 'NULL::VARCHAR AS "A", NULL::DECIMAL(9, 2) AS "B"', rows)
    assert text.count("–") == 2 * rows
    assert f"Complete:{rows}rowsgathered,{rows}printed." in text


@few_and_many
def test_control_characters_are_shown_as_what_they_are_not(tmp_path, rows):
    text = listing(tmp_path, "'a' || chr(7) || 'b' || chr(27) || 'c' || chr(127) || 'd' || i AS \"T\"", rows)
    assert all(f"a\ufffdb\ufffdc\ufffdd{i}" in text for i in range(rows))


@few_and_many
def test_nan_and_infinity(tmp_path, rows):
    text = listing(tmp_path, "['nan', 'inf', '-inf'][1 + i % 3]::DOUBLE AS \"F\"", rows)
    assert (text.count("NaN"), text.count("-∞"), text.count("∞")) == (rows // 3, rows // 3, 2 * rows // 3)
    assert "F0." in text  # the control total, of those that are finite


@few_and_many
def test_dates_before_1900_and_far_ahead(tmp_path, rows):
    dates = "[DATE '0001-01-01', DATE '1582-10-05', DATE '1899-12-31', DATE '9999-12-31'][1 + i % 4]"
    text = listing(tmp_path, f'{dates} AS "Day"', max(rows, 4))
    assert all(day in text for day in ("1Jan0001", "5Oct1582", "31Dec1899", "31Dec9999"))


@few_and_many
def test_negative_and_thirty_digit_decimals(tmp_path, rows):
    text = listing(tmp_path, '(-123456789012345678901234567890.12)::DECIMAL(38, 2) AS "D", -i AS "N"', rows)
    assert text.count("-123,456,789,012,345,678,901,234,567,890.12") == rows
    whole, cents = divmod(12345678901234567890123456789012 * rows, 100)
    assert f"D-{whole:,}.{cents:02}" in text


HOSTILE = (
    '<a href="http://127.0.0.1:9/">link</a>',
    '<img src="file:///etc/passwd">',
    "<script>alert(1)</script>",
    "</td></tr></table><h1>out</h1>",
    "&lt;b&gt; &amp; &#65;",
    "url(http://127.0.0.1:9/x) @import 'x'",
    "{{ spec.title }} {% now 'Y' %} %(rows)s",
    "]]>--><!--",
    "(paren\\) Tj ET",
)


@few_and_many
def test_no_cell_becomes_markup_a_link_or_a_fetch(tmp_path, rows):
    cells = ", ".join(
        f"[{', '.join(_quoted(text) for text in HOSTILE)}][1 + (i + {shift}) % {len(HOSTILE)}] AS c{shift}"
        for shift in range(3)
    )
    parquet = snapshot(tmp_path, f"SELECT {cells} FROM range({rows}) AS n(i)")
    _, folder = pdf(spec_for(parquet, "listing"), parquet, tmp_path)
    text = "".join("".join(pages_of(folder)).split())
    for shift, hostile in enumerate(HOSTILE[:rows]):
        assert text.count("".join(hostile.split())) >= 1, (shift, hostile)
    with pikepdf.open(folder / "report.pdf") as file:
        assert not any("/Annots" in page for page in file.pages)
        assert "/JavaScript" not in file.Root.get("/Names", {})


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
