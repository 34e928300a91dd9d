"""What was printed, added up exactly from its texts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.kinds.formats import MISSING, Formats
from reports.kinds.tally import Printed, Tally

FORMATS = {language: Formats(language, "UTC") for language in ("en", "pt-br")}


def printed(formats: Formats, values: list, decimals: int = 2) -> Printed:
    """What a tally knows of a column of these values."""
    tally, cell = Tally({1: decimals}, formats), formats.cell("decimal", decimals)
    for value in values:
        tally.add(["other", cell(value), "other"])
    assert tally.rows == len(values)
    return tally.printed[1]


@pytest.mark.parametrize("formats", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, "0"),
        (-1234567, "-1234567"),
        (Decimal("-1234567.895"), "-1234567.90"),
        (Decimal("0.001"), "0.001"),
        (1.23e-07, "1.23e-07"),
        (-5e-324, "-4.94e-324"),
        (1.5e21, "1.5e+21"),
        (-1.7976931348623157e308, "-1.79769e+308"),
        (Decimal("123456789e60"), "1.23457e+68"),
        (Decimal("1" * 38), "1" * 38),
    ],
)
def test_whatever_is_printed_is_understood(formats, value, read):
    assert printed(formats, [value]) == Printed(filled=1, finite=1, sum=Decimal(read))


@pytest.mark.parametrize("formats", FORMATS.values(), ids=FORMATS)
@given(st.lists(st.one_of(st.none(), st.decimals(-(10**24), 10**24, places=2))))
def test_the_sum_is_that_of_the_values(formats, values):
    known = [value for value in values if value is not None]
    found = printed(formats, values)
    assert (found.filled, found.finite) == (len(known), len(known))
    assert Fraction(found.sum) == sum(map(Fraction, known))


def test_no_digit_is_lost_in_a_sum():
    found = printed(FORMATS["en"], [1e300, 1e-300, Decimal("0.01"), -1e300])
    assert Fraction(found.sum) == Fraction(1, 10**300) + Fraction(1, 100)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_no_finite_number_is_filled_in_and_not_added(value):
    assert printed(FORMATS["pt-br"], [1, value, None, 2]) == Printed(filled=3, finite=2, sum=Decimal(3))


def test_a_text_that_is_no_number_is_refused():
    tally = Tally({0: 2}, FORMATS["en"])
    for text in ("many", "", "12 apples"):
        with pytest.raises(ArithmeticError):
            tally.add([text])


def test_a_number_of_another_language_is_refused():
    with pytest.raises(ArithmeticError):
        Tally({0: 2}, FORMATS["en"]).add(["1.234.567,89"])


@pytest.mark.parametrize(
    ("values", "words"),
    [([], MISSING), ([None], MISSING), ([1, None], "1,00"), ([-1234, 0.5], "-1.233,50"), ([1, float("nan")], MISSING)],
)
def test_a_sum_is_printed_as_that_of_a_column(values, words):
    tally, cell = Tally({0: 2}, FORMATS["pt-br"]), FORMATS["pt-br"].cell("decimal", 2)
    for value in values:
        tally.add([cell(value)])
    assert tally.in_words(0) == words
