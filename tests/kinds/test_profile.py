"""What a profile finds in data, and says of it."""

from pathlib import Path

import pytest

from reports.kinds.formats import Formats
from reports.kinds.profile import frequent
from reports.kinds.profile.findings import findings
from reports.kinds.profile.remarks import remarks
from reports.kinds.profile.words import Profiled
from reports.pipeline import gather
from tests.kinds.making import SALES, document, facts_in, gathered, pages_of, pdf, quiet, snapshot, spec_for

ENGLISH = Formats("en", "UTC")


def facts_of(folder: Path, query: str, options: dict | None = None, **asked) -> dict:
    parquet = snapshot(folder, query)
    return facts_in(gathered(spec_for(parquet, "profile", options, **asked), parquet, folder)[1])


def column_of(folder: Path, values: str) -> dict:
    """The facts of the one column of a query that selects it."""
    return facts_of(folder, values)["columns"][0]


def remarks_of(facts: dict, rows: int) -> list[str]:
    return list(remarks(Profiled(facts, rows, ENGLISH)))


def test_numbers_have_ends_and_quarters_that_are_values(tmp_path):
    found = column_of(tmp_path, "SELECT unnest([1.5, 2.5, NULL, 10.0, 3.5, 2.5])::DECIMAL(9,1) AS n")
    assert (found["filled"], found["distinct"]) == (5, 4)
    assert (found["least"], found["quartiles"], found["greatest"]) == ("1.5", ["2.5", "2.5", "3.5"], "10.0")
    assert found["top"][0] == ["2.5", 2]


def test_every_value_is_in_one_part_of_the_histogram_and_no_missing_one(tmp_path):
    numbers = column_of(tmp_path, "SELECT CASE WHEN n % 3 > 0 THEN n * n END AS n FROM range(1000) t(n)")
    assert len(numbers["bins"]["counts"]) == 20
    assert sum(numbers["bins"]["counts"]) == numbers["filled"] == 666
    assert numbers["bins"]["counts"][0] > 4 * numbers["bins"]["counts"][-1]


@pytest.mark.parametrize(
    "values", ["unnest([3, 3, 5, NULL])", "unnest([DATE '2025-01-03', DATE '2025-01-03', DATE '2025-01-05', NULL])"]
)
def test_a_few_whole_numbers_or_days_have_a_part_each(tmp_path, values):
    assert column_of(tmp_path, f"SELECT {values} AS n")["bins"]["counts"] == [2, 0, 1]


@pytest.mark.parametrize(("filled", "words"), [(0, "400 (100%)"), (1, "399 (>99%)"), (399, "1 (0.3%)"), (400, "0")])
def test_nearly_all_is_not_all(tmp_path, filled, words):
    facts = column_of(tmp_path, f"SELECT CASE WHEN n < {filled} THEN n END AS n FROM range(400) t(n)")
    assert Profiled(facts, 400, ENGLISH).missing_in_words() == words


def test_values_at_the_ends_of_what_numbers_hold_have_a_histogram(tmp_path):
    found = column_of(tmp_path, "SELECT unnest([1.7e308, -1.7e308, 5e-324, 0])::DOUBLE AS n")
    assert sum(found["bins"]["counts"]) == 4


def test_rows_that_repeat_an_earlier_one_are_counted_in_the_chosen_columns(tmp_path):
    query = "SELECT * FROM (VALUES (1, 'a'), (2, 'a'), (1, 'a'), (3, NULL), (4, NULL)) AS v(n, t)"
    parquet = snapshot(tmp_path, query)
    assert facts_in(gathered(spec_for(parquet, "profile"), parquet, tmp_path)[1])["repeated"] == 1
    (tmp_path / "t").mkdir()
    assert facts_of(tmp_path / "t", query, {"columns": ["t"]})["repeated"] == 3


def test_filters_hold_for_all_facts(tmp_path):
    facts = facts_of(tmp_path, SALES, {"columns": "Total", "filters": "Region = North"})
    assert (facts["rows"], facts["columns"][0]["greatest"]) == (2, "10.50")


@pytest.mark.parametrize(
    ("odd", "others", "code"),
    [
        ("'n/a'", "(1000 + n)::VARCHAR", "not_number"),
        ("'soon'", "strftime(DATE '2025-01-01' + n::INTEGER, '%Y-%m-%d')", "not_date"),
        ("'1310100'", "lpad(n::VARCHAR, 5, '0') || '-100'", "other_shape"),
    ],
)
def test_a_text_that_nearly_all_others_are_unlike_does_not_fit(tmp_path, odd, others, code):
    found = column_of(tmp_path, f"SELECT CASE WHEN n = 7 THEN {odd} ELSE {others} END AS t FROM range(50) t(n)")
    (misfit,) = found["misfits"]
    assert (misfit["code"], misfit["rows"], misfit["examples"]) == (code, 1, [odd.strip("'")])
    assert any(f"“{odd.strip(chr(39))}”" in remark for remark in remarks_of(found, 50))


def test_names_of_many_kinds_and_mixed_columns_have_no_misfits(tmp_path):
    query = "SELECT unnest(['Ana', 'B 2', '7', '2025-01-01', 'Caio', 'D-1', 'E', 'F', 'G', 'H', 'I']) AS t"
    assert column_of(tmp_path, query)["misfits"] == []


def test_what_nobody_sees_at_the_end_of_a_text_is_told(tmp_path):
    found = column_of(tmp_path, "SELECT unnest(['Ana', 'Bia' || chr(8203), '\"Caio']) AS t")
    assert [(misfit["code"], misfit["rows"]) for misfit in found["misfits"]] == [("odd_ends", 2)]


def test_texts_that_differ_in_capitals_accents_or_spaces_are_one_value_written_in_several_ways(tmp_path):
    found = column_of(tmp_path, "SELECT unnest(['São Paulo', 'SAO PAULO', 'Sao  Paulo', 'Recife', 'Recife']) AS t")
    assert found["variants"] == {"groups": 1, "examples": [["SAO PAULO", "Sao  Paulo", "São Paulo"]]}


def test_far_numbers_are_beyond_one_and_a_half_times_the_middle_half(tmp_path):
    found = column_of(tmp_path, "SELECT CASE WHEN n = 0 THEN 1000 ELSE n END AS n FROM range(100) t(n)")
    assert found["quartiles"] == [25, 50, 75]
    assert found["outliers"] == {"below": "-50.0", "above": "150.0", "rows": 1}


@pytest.mark.parametrize(
    ("days", "rhythm", "missing"),
    [
        ("DATE '2025-01-01' + n::INTEGER + CASE WHEN n > 20 THEN 3 ELSE 0 END", "day", 3),
        ("DATE '2025-01-06' + (n // 5 * 7 + n % 5 + CASE WHEN n > 24 THEN 7 ELSE 0 END)::INTEGER", "working_day", 5),
        ("DATE '2025-01-06' + (n * 7 + CASE WHEN n > 10 THEN 7 ELSE 0 END)::INTEGER", "week", 1),
        ("DATE '2020-01-31' - 30 + INTERVAL (n + CASE WHEN n > 10 THEN 2 ELSE 0 END) MONTH", "month", 2),
    ],
)
def test_gaps_are_counted_in_the_rhythm_of_the_dates(tmp_path, days, rhythm, missing):
    found = column_of(tmp_path, f"SELECT CAST({days} AS DATE) AS d FROM range(40) t(n)")
    assert (found["gaps"]["rhythm"], found["gaps"]["missing"]) == (rhythm, missing)
    assert found["gaps"]["gaps"][0][2] == missing


def test_scattered_dates_have_no_gaps(tmp_path):
    query = "SELECT DATE '2025-01-01' + (n * n)::INTEGER AS d FROM range(40) t(n)"
    assert column_of(tmp_path, query)["gaps"] is None


def test_only_correlations_that_can_hardly_be_chance_are_told(tmp_path):
    query = """
        SELECT n, n * 2 + n % 3 AS double, hash(n) % 1000 AS noise, 5 AS same,
            CASE WHEN n < 5 THEN n END AS few FROM range(200) t(n)
    """
    found = facts_of(tmp_path, query.replace("hash(n) % 1000", "CAST(hash(n) % 1000 AS BIGINT)"))["correlations"]
    assert found["pairs"] == 6
    assert [(pair["one"], pair["other"], pair["rows"]) for pair in found["strong"]] == [("n", "double", 200)]
    assert found["strong"][0]["r"] > 0.99


def test_many_rows_of_many_values_are_estimated_and_said_to_be(tmp_path, monkeypatch):
    query = "SELECT n AS n, 'x' || n AS t, n % 5 AS few FROM range(10_000) t(n)"
    monkeypatch.setattr(frequent, "MOST_COUNTED", 1000)
    monkeypatch.setattr(frequent, "MOST_SORTED", 2000)
    number, text, few = facts_of(tmp_path, query)["columns"]
    assert number["is_estimate"] and text["is_estimate"] and not few["is_estimate"]
    assert number["distinct"] == pytest.approx(10_000, rel=0.2)
    assert number["quartiles"] == pytest.approx([2500, 5000, 7500], abs=300)
    assert few["distinct"] == 5 and few["top"] == [[0, 2000], [1, 2000], [2, 2000], [3, 2000], [4, 2000]]
    profiled = Profiled(number, 10_000, ENGLISH)
    assert profiled.distinct_in_words().startswith("about ")
    assert "The quarters are those of about one row in 5." in remarks_of(number, 10_000)


def test_findings_are_plain_words_what_matters_most_first(tmp_path):
    facts = facts_of(tmp_path, "SELECT * FROM (VALUES (1, 'a', NULL), (2, NULL, NULL), (2, NULL, NULL)) AS v(n, t, u)")
    columns = [Profiled(found, 3, ENGLISH) for found in facts["columns"]]
    assert list(findings(facts, columns, ENGLISH)) == [
        "1 row repeats another one.",
        "1 column has no values: u.",
        "1 column has missing values: t (67%).",
        "1 column has one value only: t.",
    ]


def test_columns_that_were_not_compared_are_told(tmp_path):
    numbers = ", ".join(f"(hash(n + {place}) % 1000)::BIGINT AS c{place}" for place in range(22))
    facts = facts_of(tmp_path, f"SELECT {numbers} FROM range(50) t(n)")
    columns = [Profiled(found, 50, ENGLISH) for found in facts["columns"]]
    last = list(findings(facts, columns, ENGLISH))[-1]
    assert last == "2 columns of numbers were not compared with others: there are too many."


EDGES = {
    "one row": "SELECT 5 AS a, 'x' AS b, DATE '2025-01-01' AS c, true AS d",
    "all missing": "SELECT NULL::BIGINT AS a, NULL::VARCHAR AS b, NULL::DATE AS c, NULL::BOOLEAN AS d FROM range(50)",
    "all equal": "SELECT 5 AS a, 'x' AS b, TIMESTAMP '2025-01-01 10:00' AS c, 1.5::DOUBLE AS d FROM range(50)",
    "huge texts": "SELECT repeat('lorem ipsum ', 100_000) || n AS a FROM range(20) t(n)",
    "right to left": "SELECT ['مرحبا', 'שלום', 'naïve'][1 + n % 3] AS \"عمود (שם) <b>12\" FROM range(40) t(n)",
    "calendar": "SELECT unnest([DATE '0001-01-01', DATE '9999-12-31']) AS a",
}


@pytest.mark.parametrize("query", EDGES.values(), ids=EDGES)
def test_whatever_the_data_is_the_document_conforms(tmp_path, query):
    parquet = snapshot(tmp_path, query)
    facts, _folder = pdf(spec_for(parquet, "profile"), parquet, tmp_path)
    assert facts["verdict"]["conforms"], facts["verdict"]


def test_no_rows_are_said_to_be_none(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    html = document(spec_for(parquet, "profile", {"filters": "No > 100"}), parquet, tmp_path)
    assert "No row passes the filters." in html


def test_two_hundred_columns_have_a_block_each(tmp_path):
    numbers = ", ".join(f"n * {place} % 97 AS c{place}" for place in range(200))
    parquet = snapshot(tmp_path, f"SELECT {numbers} FROM range(100) t(n)")
    html = document(spec_for(parquet, "profile"), parquet, tmp_path)
    assert html.count('class="column whole"') == 200


def test_every_histogram_says_in_words_what_it_shows_and_looks_are_respected(tmp_path):
    query = "SELECT (n * n)::BIGINT AS n FROM range(100) t(n)"
    options = {"looks": "n: label=Squares; unit=m²"}
    parquet = snapshot(tmp_path, query)
    html = document(spec_for(parquet, "profile", options), parquet, tmp_path)
    title = html.split("<title>")[2].split("</title>")[0]
    assert title.startswith("How the values of Squares are spread. Most values,") and "m²" in title


def test_the_archive_has_the_facts_as_data(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    document(spec_for(parquet, "profile", {"standard": "a-3u"}), parquet, tmp_path)
    lines = (tmp_path / "rendered" / "data.csv").read_text().splitlines()
    assert {",,rows,,5", "Total,decimal,greatest,1234.56,", "Region,text,top,North,2"} <= set(lines)


def test_what_is_gathered_stands_on_the_pages(tmp_path):
    parquet = snapshot(tmp_path, SALES)
    pdf(spec_for(parquet, "profile"), parquet, tmp_path)
    text = " ".join(pages_of(tmp_path / "written"))
    assert "3 columns have missing values: Region (20%), Total (20%), Day (20%)." in text
    assert "the figures are those of 5 rows" in text


def test_a_profile_is_the_same_however_often_it_is_gathered(tmp_path):
    query = "SELECT hash(n)::VARCHAR AS t, (hash(n + 1) % 977)::BIGINT AS n FROM range(300_000) t(n)"
    parquet, found = snapshot(tmp_path, query), set()
    spec = spec_for(parquet, "profile")
    for name in "abc":
        (tmp_path / name).mkdir()
        gather.gather(spec, parquet, tmp_path / name, quiet)
        found.add((tmp_path / name / "facts.json").read_text())
    assert len(found) == 1
