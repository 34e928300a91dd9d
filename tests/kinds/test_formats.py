from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from reports.kinds.document import css_string
from reports.kinds.formats import Formats

ENGLISH, PORTUGUESE = Formats("en", "UTC"), Formats("pt-br", "America/Sao_Paulo")


@pytest.mark.parametrize(
    ("value", "decimals", "english", "portuguese"),
    [
        (1234567, 0, "1,234,567", "1.234.567"),
        (-9223372036854775807, 0, "-9,223,372,036,854,775,807", "-9.223.372.036.854.775.807"),
        (12, 2, "12.00", "12,00"),
        (Decimal("1234.50"), 2, "1,234.50", "1.234,50"),
        (Decimal("-1234.5"), 2, "-1,234.50", "-1.234,50"),
        (Decimal("2.675"), 2, "2.68", "2,68"),
        (Decimal("12345678901234567890123456789.01"), 2, None, "12.345.678.901.234.567.890.123.456.789,01"),
        (2.675, 2, "2.68", "2,68"),
        (0.0000001, 6, "1e-07", "1e-07"),
        (1.5e300, 6, "1.5e+300", "1,5e+300"),
        (-123456789e14, 0, "-1.23457e+22", "-1,23457e+22"),
        (123456789e12, 0, "123,456,789,000,000,000,000", "123.456.789.000.000.000.000"),
        (Decimal("4E-13"), 6, "4e-13", "4e-13"),
        (Decimal("-0.0012"), 2, "-0.0012", "-0,0012"),
        (Decimal("0.00"), 0, "0", "0"),
        # The sum of such numbers.
        (Decimal("1.5E+309") + Decimal("1E+290"), 6, "1.5e+309", "1,5e+309"),
        (float("nan"), 2, "NaN", "NaN"),
        (float("-inf"), 2, "-∞", "-∞"),
    ],
)
def test_numbers(value, decimals, english, portuguese):
    assert PORTUGUESE.number(value, decimals) == portuguese
    assert english is None or ENGLISH.number(value, decimals) == english
    assert PORTUGUESE.cell("decimal", decimals)(value) == portuguese


def test_dates():
    assert ENGLISH.date(date(2025, 12, 3)) == "3 Dec 2025"
    assert PORTUGUESE.date(date(2025, 12, 3)) == "03/12/2025"


def test_times_with_an_offset_are_those_of_the_zone():
    moment = datetime(2025, 1, 1, 1, 30, tzinfo=UTC)
    assert ENGLISH.moment(moment) == "1 Jan 2025 01:30"
    assert PORTUGUESE.moment(moment) == "31/12/2024 22:30"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2025, 1, 1, 0, 30), "01/01/2025 00:30"),
        (datetime(1, 1, 1), "01/01/0001 00:00"),
        (datetime(9999, 12, 31, 23, 59), "31/12/9999 23:59"),
    ],
)
def test_times_of_a_column_are_printed_as_they_are(moment, words):
    assert PORTUGUESE.moment(moment) == words


@pytest.mark.parametrize(
    ("share", "words"), [("0.405", "41%"), ("0", "0%"), ("0.0042", "0.4%"), ("0.0001", "<0.1%"), ("1", "100%")]
)
def test_small_shares_keep_a_decimal(share, words):
    assert ENGLISH.percent(Decimal(share)) == words


def test_missing_values_are_dashes_and_empty_texts_are_empty():
    assert [ENGLISH.cell(kind)(None) for kind in ("text", "integer", "date", "boolean")] == ["–"] * 4
    assert ENGLISH.cell("text")("") == ""


def test_yes_and_no():
    with translation.override("en"):
        assert [ENGLISH.cell("boolean")(value) for value in (True, False)] == ["Yes", "No"]


def test_control_characters_are_shown_as_unprintable():
    assert ENGLISH.text("a\0b\x1b\r\nc\td") == "a\ufffdb\ufffd\nc\td"


def test_no_text_leaves_a_css_string():
    hostile = '"; } </style><script> \\ \n é'
    css = css_string(hostile)
    assert not set("\n<>;}") & set(css)
    assert css.count('"') == 2
    assert "é" in css
