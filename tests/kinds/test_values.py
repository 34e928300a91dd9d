import pytest
from django.utils import translation

from reports.kinds import values


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1234,5", "1234.5"),
        ("-0,5", "-0.5"),
        ("1.234.567", "1234567"),
        ("1 234 567", "1234567"),
        ("0.125", "0.125"),
        (".5", "0.5"),
        ("+7", "7"),
    ],
)
def test_numbers_are_read_in_both_ways(written, number):
    assert values.canonical("decimal", written) == number


@pytest.mark.parametrize(("language", "number"), [("en", "1.234"), ("pt-br", "1234")])
def test_a_number_that_can_be_read_in_two_ways_is_read_as_the_language_does(language, number):
    with translation.override(language):
        assert values.canonical("decimal", "1.234") == number


@pytest.mark.parametrize("written", ["", "x", "1,2,3", "1.2.3,4", "12.34.567", "1,23.456.7", "1e5", "--1", "9" * 21])
def test_what_is_no_number_is_refused_by_name(written):
    with pytest.raises(ValueError, match="“"):
        values.canonical("integer", written)


@pytest.mark.parametrize("written", ["31/12/2025", "31.12.2025", "31-12-2025", "2025-12-31", " 2025-12-31 "])
def test_dates_are_read_in_both_ways(written):
    assert values.canonical("date", written) == "2025-12-31"


@pytest.mark.parametrize("written", ["31/12/2025 8:30", "2025-12-31 08:30", "2025-12-31T08:30"])
def test_times_are_read_in_both_ways(written):
    assert values.canonical("datetime", written) == "2025-12-31T08:30:00"


def test_a_time_with_an_offset_is_that_of_the_portal(settings):
    settings.TIME_ZONE = "America/Sao_Paulo"
    assert values.canonical("datetime", "2025-01-01T00:30:00Z") == "2024-12-31T21:30:00"
    assert values.canonical("datetime", "01/01/2025 00:30+02:00") == "2024-12-31T19:30:00"
    with pytest.raises(ValueError, match="is not a time that exists"):
        values.canonical("datetime", "0001-01-01T00:00+14:00")
    # Without the conversion it would mean another moment.
    with pytest.raises(ValueError):
        values.typed("datetime", "2025-01-01T00:30:00+00:00")


def test_a_date_stands_for_a_whole_day_of_times():
    assert values.canonical("datetime", "31/12/2025") == "2025-12-31"


@pytest.mark.parametrize("written", ["31/02/2025", "2025-13-01", "tomorrow", "2025-12-31 08:30"])
def test_a_date_that_does_not_exist_is_refused_as_it_was_written(written):
    with pytest.raises(ValueError, match=f"“{written}”"):
        values.canonical("date", written)


@pytest.mark.parametrize(("written", "truth"), [("Sim", "true"), ("yes", "true"), ("não", "false"), ("0", "false")])
def test_yes_and_no_are_read_in_both_languages(written, truth):
    assert values.canonical("boolean", written) == truth
