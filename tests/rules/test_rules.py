"""Rules: what they are, what they say, and that each of their times comes round once, whatever clocks do."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reports.rules import RuleError, between, in_words, next_times, parse
from reports.rules.rule import WEEKDAYS

# Clocks are put forward at midnight, at one, at two, and by half an hour; a whole day was left out in Apia.
ZONES = ("America/Sao_Paulo", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")

clocks = st.times().map(lambda moment: f"{moment:%H:%M}")
times = st.lists(clocks, min_size=1, max_size=4).map(",".join)
days = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(",".join)
numbers = st.integers(1, 31).map(str) | st.sampled_from(["last", "first-working", "last-working"])
dates = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: f"{day:%m-%d}")
plain = st.one_of(
    times.map("day at {}".format),
    times.map("weekday at {}".format),
    st.builds("week {} at {}".format, days, times),
    st.builds("{} {} at {}".format, st.sampled_from(["month", "quarter"]), numbers, times),
    st.builds("year {} at {}".format, dates, times),
)
crons = st.sampled_from(["*/7 * * * *", "0 * * * *", "30 1,2 * * *", "15 0 * * SUN", "0 8 L * *", "0 8 29 2 *"])
rules = plain | crons.map("cron {}".format)
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2019, 1, 1), timezones=st.just(UTC))


def local(text: str, zone: str, after: str, n: int = 5) -> list[str]:
    """The next moments, as the clocks of a zone show them, with the offset that they have then."""
    start = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone))
    found = next_times(parse(text), ZoneInfo(zone), start, n)
    return [format(moment.astimezone(ZoneInfo(zone)), "%Y-%m-%d %H:%M %z") for moment in found]


def days_of(text: str, after: str, n: int) -> list[str]:
    return [moment[:10] for moment in local(text, "UTC", after, n)]


@given(text=rules)
def test_a_rule_that_was_read_is_written_as_it_is_read(text):
    assert parse(str(parse(text))) == parse(text)


@given(text=rules, zone=zones, after=moments)
def test_moments_rise_and_do_not_depend_on_when_one_looks(text, zone, after):
    rule = parse(text)
    found = next_times(rule, zone, after, 8)
    assert all(one < other for one, other in itertools.pairwise([after, *found]))
    for place, moment in enumerate(found[:-1]):
        assert next_times(rule, zone, moment, 1) == [found[place + 1]]
        assert next_times(rule, zone, moment - timedelta(seconds=1), 1) == [moment]
    assert list(between(rule, zone, after, found[4])) == found[:5]


@given(clock=clocks, zone=zones.filter(lambda zone: zone.key != "Pacific/Apia"), after=moments)
def test_every_day_of_the_calendar_has_one_moment(clock, zone, after):
    """Also the days on which clocks are put forward or back."""
    found = next_times(parse(f"day at {clock}"), zone, after, 366)
    shown = [moment.astimezone(zone) for moment in found]
    assert [moment.date() for moment in shown] == [shown[0].date() + timedelta(days=n) for n in range(366)]
    assert all(moment.time() >= time.fromisoformat(clock) for moment in shown)


def test_a_day_that_there_was_not_comes_when_the_next_one_begins():
    assert local("day at 00:01", "Pacific/Apia", "2011-12-29T12:00", 2) == [
        "2011-12-31 00:00 +1400",
        "2011-12-31 00:01 +1400",
    ]


def test_a_time_that_clocks_jump_over_is_the_moment_of_the_jump():
    assert local("day at 02:30", "America/New_York", "2026-03-07T12:00", 2) == [
        "2026-03-08 03:00 -0400",
        "2026-03-09 02:30 -0400",
    ]
    assert local("day at 00:30", "America/Sao_Paulo", "2018-11-03T12:00", 1) == ["2018-11-04 01:00 -0200"]
    assert local("day at 01:30", "Europe/Lisbon", "2026-03-28T12:00", 1) == ["2026-03-29 02:00 +0100"]
    assert local("day at 02:15", "Australia/Lord_Howe", "2026-10-03T12:00", 1) == ["2026-10-04 02:30 +1100"]


def test_two_times_that_clocks_jump_over_are_one_moment():
    assert local("day at 02:10,02:50,03:00", "America/New_York", "2026-03-08T00:00", 2) == [
        "2026-03-08 03:00 -0400",
        "2026-03-09 02:10 -0400",
    ]


def test_a_time_that_comes_twice_comes_round_the_first_time():
    assert local("day at 01:30", "America/New_York", "2026-10-31T12:00", 2) == [
        "2026-11-01 01:30 -0400",
        "2026-11-02 01:30 -0500",
    ]
    assert local("day at 23:30", "America/Sao_Paulo", "2018-02-17T12:00", 2) == [
        "2018-02-17 23:30 -0200",
        "2018-02-18 23:30 -0300",
    ]
    assert local("day at 01:45", "Australia/Lord_Howe", "2026-04-04T12:00", 1) == ["2026-04-05 01:45 +1100"]


def test_the_31st_is_the_last_day_of_shorter_months():
    assert days_of("month 31 at 08:00", "2027-12-31T09:00", 4) == [
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
        "2028-04-30",
    ]


def test_the_leap_day_is_the_28th_in_other_years():
    assert days_of("year 02-29 at 08:00", "2027-01-01T00:00", 3) == ["2027-02-28", "2028-02-29", "2029-02-28"]


def test_working_days_are_not_at_the_weekend():
    assert days_of("month first-working at 08:00", "2026-07-31T09:00", 2) == ["2026-08-03", "2026-09-01"]
    assert days_of("month last-working at 08:00", "2026-05-01T00:00", 2) == ["2026-05-29", "2026-06-30"]
    assert days_of("weekday at 08:00", "2026-11-27T09:00", 1) == ["2026-11-30"]


def test_a_quarter_has_three_months():
    assert days_of("quarter last at 08:00", "2026-01-01T00:00", 2) == ["2026-03-31", "2026-06-30"]
    assert days_of("quarter 31 at 08:00", "2026-01-31T09:00", 2) == ["2026-04-30", "2026-07-31"]
    assert days_of("quarter first-working at 08:00", "2026-07-02T00:00", 2) == ["2026-10-01", "2027-01-01"]


def test_the_calendar_ends():
    assert local("year 06-01 at 08:00", "UTC", "9998-01-01T00:00") == [
        "9998-06-01 08:00 +0000",
        "9999-06-01 08:00 +0000",
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "times"),
        ("sometimes at 08:00", "every"),
        ("day 3 at 08:00", "on"),
        ("day at 24:00", "times"),
        ("day at 8", "times"),
        ("day at", "times"),
        ("week at 08:00", "on"),
        ("week mon,funday at 08:00", "on"),
        ("month 32 at 08:00", "on"),
        ("month 0 at 08:00", "on"),
        ("month ³ at 08:00", "on"),
        ("year 02-30 at 08:00", "on"),
        ("year 13-01 at 08:00", "on"),
        ("cron 61 * * * *", "cron"),
        ("cron * * * *", "cron"),
        ("cron 0 0 0 * * *", "cron"),
        ("cron 0 0 30 2 *", "cron"),
        ("cron 0 0 31 4,6 *", "cron"),
        ("cron */0 * * * *", "cron"),
        ("cron ١ * * * *", "cron"),
        ("day at " + ",".join(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)), "times"),
    ],
)
def test_what_is_no_rule_is_refused(text, part):
    with pytest.raises(RuleError) as refused:
        parse(text)
    assert refused.value.part == part


@given(text=st.text(max_size=30) | st.builds("cron {}".format, st.text("0123456789*/-,#LW ", max_size=20)))
def test_any_text_is_a_rule_or_refused(text):
    try:
        rule = parse(text)
    except RuleError:
        return
    assert in_words(rule)


@given(text=rules)
def test_every_rule_has_words_in_both_languages(text):
    for language in ("en", "pt-br"):
        with translation.override(language):
            assert len(in_words(parse(text))) > 10


@pytest.mark.parametrize(
    ("text", "english", "portuguese"),
    [
        ("week mon at 08:00", "Every week on Monday at 08:00", "Toda semana (segunda-feira) às 08:00"),
        (
            "month first-working at 8:00,12:30",
            "On the first working day of every month at 08:00 and 12:30",
            "No primeiro dia útil de cada mês às 08:00 e 12:30",
        ),
        (
            "month 31 at 08:00",
            "Every month on day 31 at 08:00 (the last day of shorter months)",
            "Todo mês no dia 31 às 08:00 (o último dia dos meses mais curtos)",
        ),
        ("year 03-31 at 08:00", "Every year on March 31 at 08:00", "Todo ano em 31 de março às 08:00"),
        ("cron 0 8 * * 1,3", "On Monday and Wednesday, at 08:00", "Em segunda-feira e quarta-feira, às 08:00"),
        (
            "cron */30 9-17 1 1 *",
            "On day 1 of the month, in January, at minute 0 and 30 of hour 9, 10, 11, 12, 13, 14, 15, 16, and 17",
            None,
        ),
        ("cron 0 8 13 * FRI", "On day 13 of the month or on Friday, at 08:00", None),
        ("cron 0 8 * * 1-5", "From Monday to Friday, at 08:00", "De segunda a sexta-feira, às 08:00"),
        ("cron * * * * *", "Every day, every minute", "Todos os dias, a cada minuto"),
    ],
)
def test_words(text, english, portuguese):
    for language, words in (("en", english), ("pt-br", portuguese)):
        with translation.override(language):
            assert words in (None, in_words(parse(text)))
