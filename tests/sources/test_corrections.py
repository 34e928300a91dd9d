from datetime import date, datetime
from decimal import Decimal

import pytest


@pytest.fixture
def corrected(read):
    """corrected(type, values) -> the column's values under this type."""

    def corrected(kind: str, *values: str, delimiter: str = ";"):
        snapshot = read("it;row\n" + "".join(f"{value};{n}\n" for n, value in enumerate(values)), types={"it": kind})
        assert snapshot.types["it"] == kind
        return snapshot.column("it")

    return corrected


def test_text_restores_the_characters_except_for_the_spaces_around_them(read):
    content = "a;b;c\n 1.50 ;01/02/2025;sim\n2;03/04/2025;não\n"
    assert read(content).types == {"a": "decimal", "b": "date", "c": "boolean"}
    told = read(content, types={"a": "text", "b": "text", "c": "text"})
    assert told.rows == [("1.50", "01/02/2025", "sim"), ("2", "03/04/2025", "não")]


def test_integers_may_lose_their_zeros_and_points(corrected):
    assert corrected("integer", "007", "+12", "") == [7, 12, None]
    assert corrected("integer", "1.234", "12.345") == [1234, 12345]
    assert corrected("integer", "1,234", "12,345") == [1234, 12345]
    assert corrected("integer", "5.0", "7.00") == [5, 7]


def test_decimals_may_lose_currency_signs_and_brackets(corrected):
    assert corrected("decimal", "R$ 1.234,56", "-R$ 5,00", "") == [Decimal("1234.56"), Decimal("-5.00"), None]
    assert corrected("decimal", "$1,234.50", "($5.25)") == [Decimal("1234.50"), Decimal("-5.25")]
    assert corrected("decimal", "1.234,56 €", "0012,5 €") == [Decimal("1234.56"), Decimal("12.50")]


def test_a_decimal_that_could_be_thousands_is_a_decimal_when_told_so(corrected):
    assert corrected("decimal", "1,234", "12,345") == [Decimal("1.234"), Decimal("12.345")]
    assert corrected("decimal", "1.234", "12.345") == [Decimal("1.234"), Decimal("12.345")]


def test_whole_numbers_may_be_decimals(corrected):
    assert corrected("decimal", "1", "1234567") == [Decimal(1), Decimal(1234567)]


def test_floating_point_numbers_may_be_decimals(corrected):
    assert corrected("decimal", "1.5e-07", "2") == [1.5e-07, 2.0]


def test_dates_may_be_short_or_lose_their_time(corrected):
    assert corrected("date", "31/12/25", "1/2/2025") == [date(2025, 12, 31), date(2025, 2, 1)]
    assert corrected("date", "12/31/25", "1/2/25") == [date(2025, 12, 31), date(2025, 1, 2)]
    assert corrected("date", "20251231", "20250201") == [date(2025, 12, 31), date(2025, 2, 1)]
    assert corrected("date", "2025-12-31T23:59:00", "2025-02-01") == [date(2025, 12, 31), date(2025, 2, 1)]
    assert corrected("date", "31/12/2025 23:59", "1/2/2025 10:00") == [date(2025, 12, 31), date(2025, 2, 1)]


def test_a_date_without_marks_has_eight_digits(problem):
    assert problem("it\n20251231\n2025111\n", types={"it": "date"}).params["value"] == "2025111"


def test_a_moment_becomes_the_date_of_the_portal(read):
    content = "it,row\n2025-01-01T00:30:00Z,1\n2025-01-01 00:30,2\n"
    snapshot = read(content, types={"it": "date"}, time_zone="America/Sao_Paulo")
    assert snapshot.column("it") == [date(2024, 12, 31), date(2025, 1, 1)]


def test_times_may_be_dates(corrected):
    assert corrected("datetime", "31/12/2025", "1/2/2025") == [datetime(2025, 12, 31), datetime(2025, 2, 1)]


def test_booleans_may_be_letters_and_digits(corrected):
    assert corrected("boolean", "1", "0", "") == [True, False, None]
    assert corrected("boolean", "S", "n", "Sim") == [True, False, True]


@pytest.mark.parametrize("kind", ["integer", "decimal", "date", "datetime", "boolean"])
def test_a_column_of_nothing_can_have_any_type(corrected, kind):
    assert corrected(kind, "", " ") == [None, None]


@pytest.mark.parametrize(
    ("kind", "values", "row", "value"),
    [
        ("integer", ["1", "2", "2.5"], 4, "2.5"),
        ("integer", ["1", "99999999999999999999"], 3, "99999999999999999999"),
        ("decimal", ["1,5", "x", "2,5"], 3, "x"),
        ("date", ["31/12/2025", "12/31/2025", "30/12/2025"], 3, "12/31/2025"),
        ("date", ["2025-02-30"], 2, "2025-02-30"),
        ("datetime", ["2025-02-01 10:00", "soon"], 3, "soon"),
        ("boolean", ["sim", "talvez"], 3, "talvez"),
    ],
)
def test_a_value_that_does_not_fit_is_named(problem, kind, values, row, value):
    error = problem("n;it\n" + "".join(f"x;{text}\n" for text in values), types={"it": kind})
    assert (error.code, error.params) == (f"not_{kind}", {"column": "it", "row": row, "value": value})


def test_a_long_value_that_does_not_fit_is_cut(problem):
    assert len(problem("it\n" + "x" * 5000 + "\n", types={"it": "date"}).params["value"]) == 80


def test_corrections_of_columns_that_are_gone_do_not_matter(read):
    assert read("a;b\n1;2\n", types={"c": "date"}).rows == [(1, 2)]


def test_a_corrected_column_is_known_by_its_name_in_the_snapshot(read):
    assert read("a;a\n1;2\n", types={"a (2)": "text"}).rows == [(1, "2")]
