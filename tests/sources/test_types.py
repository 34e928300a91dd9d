"""Which type a column gets. The rows come in one column, beside one that keeps blank values from being blank lines."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from reports.sources import types
from reports.sources.examine import examine


@pytest.fixture
def column(read):
    """column(values) -> (type, values), read from a file with semicolons."""

    def column(*values: str, delimiter: str = ";", others: dict[str, tuple] | None = None):
        names = ["it", *(others or {}), "row"]
        table = zip(values, *(others or {}).values(), map(str, range(len(values))), strict=True)
        quoted = ([f'"{cell}"' if delimiter in cell else cell for cell in row] for row in table)
        column.snapshot = read("\n".join(delimiter.join(row) for row in [names, *quoted]))
        return column.snapshot.types["it"], column.snapshot.column("it")

    return column


def test_whole_numbers_are_integers(column):
    assert column("0", "-17", "999999999999999999", "") == ("integer", [0, -17, 999999999999999999, None])


@pytest.mark.parametrize(
    "value",
    ["007", "00", "01310-100", "+5511912345678", "1234567890123456789", "-", "12A", "1e5", "1 2", "0x1F", "1_000", "½"],
)
def test_one_such_value_among_numbers_keeps_all_as_text(column, value):
    assert column("1", "22", value) == ("text", ["1", "22", value])


def test_the_last_row_of_many_decides(read):
    numbers = "\n".join(f"{n};{n}" for n in range(10_000))
    snapshot = read(f"a;b\n{numbers}\n007;7\n")
    assert snapshot.types == {"a": "text", "b": "integer"}
    assert snapshot.rows[-1] == ("007", 7)


def test_a_late_value_that_rules_out_all_readings_costs_no_more_passes(read, monkeypatch):
    passes = []
    monkeypatch.setattr(types, "examine", lambda *args: passes.append(args) or examine(*args))
    numbers = "\n".join(f"{n};{n}" for n in range(10_000))
    assert read(f"a;b\n{numbers}\n007;7\n").types == {"a": "text", "b": "integer"}
    # The corrections, of which there are none, and the whole numbers: 007 is no decimal either.
    assert len(passes) == 2


def test_spaces_around_numbers_do_not_matter_and_blanks_are_no_values(column):
    assert column("  5", "17 ", "   ") == ("integer", [5, 17, None])


def test_text_has_no_space_around_it(read):
    snapshot = read('a,b\n"  North ","x\n y\t"\n"North\u00a0"," \n"\n"\u3000"," "\n')
    assert snapshot.rows == [("North", "x\n y"), ("North", None)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (("1234.56", "-0.5"), ["1234.56", "-0.50"]),
        (("1,234.56", "1,234,567.8"), ["1234.56", "1234567.80"]),
        (("1.234,56", "-1.234.567,8"), ["1234.56", "-1234567.80"]),
        (("1 234,56", "12\u00a0345\u202f678,9"), ["1234.56", "12345678.90"]),
        (("0,5", "12,25"), ["0.50", "12.25"]),
        ((".5", "12.25"), ["0.50", "12.25"]),
    ],
)
def test_decimals_of_every_convention_are_exact(column, written, value):
    assert column(*written) == ("decimal", [Decimal(number) for number in value])


def test_decimals_keep_38_digits(column):
    number = "1234567890123456789012345678.1234567891"
    assert column(number, "0.5")[1][0] == Decimal(number)
    assert column(number + "1", "0.5") == ("text", [number + "1", "0.5"])


def test_thousands_without_decimals_are_integers_when_a_value_proves_them(column):
    assert column("1.234", "1.234.567", "12") == ("integer", [1234, 1234567, 12])
    assert column("1,234", "1,234,567") == ("integer", [1234, 1234567])


def test_points_before_three_digits_are_decimals_when_nothing_proves_thousands(column):
    assert column("1.234", "12.345") == ("decimal", [Decimal("1.234"), Decimal("12.345")])
    assert column.snapshot.notes == {"note_read_as_decimals": {"columns": "it"}}


def test_decimal_commas_elsewhere_in_the_file_prove_thousands(column):
    prices = {"price": ("1,50", "2,75")}
    assert column("1.234", "12.345", others=prices) == ("integer", [1234, 12345])
    assert not column.snapshot.notes


def test_decimal_points_elsewhere_in_the_file_prove_thousands(column):
    assert column("1,234", "12,345", others={"price": ("1.50", "2.75")}) == ("integer", [1234, 12345])


def test_columns_that_contradict_each_other_prove_nothing(column):
    both = {"price": ("1.50", "2.75"), "weight": ("1,5", "2,75")}
    assert column("1.234", "12.345", others=both)[0] == "decimal"


def test_a_comma_before_three_digits_depends_on_the_delimiter(column):
    assert column("1,234", "12,345") == ("decimal", [Decimal("1.234"), Decimal("12.345")])
    assert list(column.snapshot.notes) == ["note_read_as_decimals"]
    assert column("1,234", "12,345", delimiter=",") == ("integer", [1234, 12345])
    assert list(column.snapshot.notes) == ["note_read_as_thousands"]
    assert column("1,234", "12,345", delimiter="\t") == ("text", ["1,234", "12,345"])


def test_conventions_do_not_mix_in_a_column(column):
    assert column("1.234", "1,234")[0] == "text"
    assert column("1.5", "1,5")[0] == "text"


@pytest.mark.parametrize("value", ["1.23.456", "1.2345.678", "1234.567,8", "0.123,4", "R$ 5,00", "5%", "(5)", "5-"])
def test_what_is_nearly_a_number_is_text(column, value):
    assert column(value, "1") == ("text", [value, "1"])


def test_floating_point_numbers_are_decimals(column):
    assert column("1.5e-07", "2.5", "-1E+20") == ("decimal", [1.5e-07, 2.5, -1e20])


def test_floating_point_numbers_with_more_digits_than_fit_are_text(column):
    assert column("1.2345678901234567890123e-07", "1")[0] == "text"
    assert column("12345678901234567", "1e+20")[0] == "text"
    assert column("1e+999", "1")[0] == "text"
    assert column("0.30000000000000004", "1e+20") == ("decimal", [0.30000000000000004, 1e20])


@pytest.mark.parametrize(
    ("written", "first"),
    [
        (("2025-02-01", "2025-12-31"), date(2025, 2, 1)),
        (("2025/2/1", "2025/12/31"), date(2025, 2, 1)),
        (("01/02/2025", "31/12/2025"), date(2025, 2, 1)),
        (("1-2-2025", "31-12-2025"), date(2025, 2, 1)),
        (("1.2.2025", "31.12.2025"), date(2025, 2, 1)),
        (("01/02/2025", "12/31/2025"), date(2025, 1, 2)),
    ],
)
def test_dates_of_every_order(column, written, first):
    assert column(*written) == ("date", [first, date(2025, 12, 31)])
    assert not column.snapshot.notes


def test_ambiguous_dates_have_the_day_first_and_a_note_says_so(column):
    assert column("01/02/2025", "03/04/2025") == ("date", [date(2025, 2, 1), date(2025, 4, 3)])
    assert column.snapshot.notes == {"note_day_first": {"columns": "it"}}


def test_another_column_decides_about_ambiguous_dates(column):
    months = {"paid": ("12/31/2025", "1/5/2025 10:00")}
    assert column("01/02/2025", "03/04/2025", others=months)[0] == "date"
    proof = {"paid": ("12/31/2025", "1/5/2025")}
    assert column("01/02/2025", "03/04/2025", others=proof)[1] == [date(2025, 1, 2), date(2025, 3, 4)]
    assert not column.snapshot.notes


@pytest.mark.parametrize("value", ["31/02/2025", "2025-02-29", "00/01/2025", "31/12/25", "2025-13-01", "13/13/2025"])
def test_what_is_no_date_is_text(column, value):
    assert column(value, "2025-01-01")[0] == "text"
    assert column(value)[0] == "text"


def test_orders_of_dates_do_not_mix_in_a_column(column):
    assert column("31/12/2025", "12/31/2025")[0] == "text"


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-01 15:04:05",
        "2025-02-01T15:04:05",
        "2025/02/01 15:04:05.000000",
        "2025-02-01T15:04:05.0000000",
        "01/02/2025 15:04:05",
        "1.2.2025 15:04:05",
        "01/02/2025 03:04:05 PM",
    ],
)
def test_times_of_every_order(column, value):
    kind, (moment,) = column(value)
    assert (kind, moment) == ("datetime", datetime(2025, 2, 1, 15, 4, 5))
    assert column.snapshot.physical["it"] == "TIMESTAMP"


def test_dates_among_times_are_midnight(column):
    assert column("2025-02-01", "2025-02-01 10:00")[1][0] == datetime(2025, 2, 1)


def test_times_with_a_zone_become_those_of_the_portal(read, column):
    kind, moments = column("2025-02-01T10:00:00Z", "2025-02-01 10:00:00.5-03:00", "2025-02-01T10:00+0530")
    assert (kind, moments) == (
        "datetime",
        [datetime(2025, 2, 1, 10), datetime(2025, 2, 1, 13, 0, 0, 500_000), datetime(2025, 2, 1, 4, 30)],
    )
    assert column.snapshot.notes == {"note_times_converted": {"columns": "it"}}
    local = read("a,b\n2025-01-01T00:30:00Z,2025-01-01 00:30\n", time_zone="America/Sao_Paulo")
    assert local.rows == [(datetime(2024, 12, 31, 21, 30), datetime(2025, 1, 1, 0, 30))]


def test_times_with_and_without_a_zone_do_not_mix(column):
    assert column("2025-02-01T10:00:00Z", "2025-02-01T10:00:00")[0] == "text"


@pytest.mark.parametrize("value", ["2025-02-01 24:00", "2025-02-01 10:60", "2025-02-01 10:00:00.1234567", "10:00"])
def test_what_is_no_time_is_text(column, value):
    assert column(value)[0] == "text"


@pytest.mark.parametrize(
    "words", [("true", "FALSE"), ("Yes", "no"), ("sim", "não"), ("SIM", "NÃO"), ("Sim", "nao"), ("VERDADEIRO", "falso")]
)
def test_booleans_of_two_languages(column, words):
    assert column(*words, "") == ("boolean", [True, False, None])


def test_words_of_different_pairs_are_text(column):
    assert column("yes", "false")[0] == "text"


def test_a_column_of_one_word_that_may_be_a_name_is_text(column):
    assert column("NO", "NO")[0] == "text"
    assert column("true", "true")[0] == "boolean"


def test_zeros_and_ones_are_integers(column):
    assert column("0", "1") == ("integer", [0, 1])


def test_a_column_of_nothing_is_text(column):
    assert column("", " ") == ("text", [None, None])


def test_values_that_begin_late_count(read):
    blanks = ";x\n" * 5000
    assert read("a;b\n" + blanks + "5;y\n").types["a"] == "integer"
    assert read("a;b\n" + blanks + "05;y\n").types["a"] == "text"
