"""Numbers are read back from print as they were printed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.kinds.formats import MISSING, Formats
from reports.kinds.tally import Tally

LANGUAGES = ("en", "pt-br")
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=4)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=decimals)
def test_a_decimal_is_read_back(language, value):
    formats = Formats(language, "UTC")
    assert formats.value(formats.number(value, 4)) == value


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.floats())
def test_whatever_is_printed_of_a_float_can_be_read(language, value):
    formats = Formats(language, "UTC")
    read = formats.value(formats.number(value, 3))
    assert read.is_nan() == (value != value)
    assert read.is_infinite() == (abs(value) == float("inf"))
    if read.is_finite():
        assert abs(float(read) - value) <= max(0.0005, abs(value) * 1e-5)


def test_values_and_their_sum_are_counted_by_column():
    tally = Tally([1, 3], Formats("pt-br", "UTC"))
    tally.add(["a", "1.234,56", "9", "-7"])
    tally.add(["b", MISSING, "9", "0,1"])
    tally.add(["c", "∞", "9", "0,2"])
    assert tally.rows == 3
    assert (tally.sums[1].filled, tally.sums[1].total) == (2, Decimal("1234.56"))
    assert (tally.sums[3].filled, tally.sums[3].total) == (3, Decimal("-6.7"))


def test_sums_are_exact_whatever_the_size_of_the_numbers():
    tally = Tally([0], Formats("en", "UTC"))
    for text in ("100,000,000,000,000,000,000,000,000,000.01", "0.02", "-100,000,000,000,000,000,000,000,000,000.00"):
        tally.add([text])
    assert tally.sums[0].total == Decimal("0.03")
