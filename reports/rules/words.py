"""What a rule says, in the active language."""

from collections.abc import Iterable
from datetime import date, datetime, time

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.lists import format_list
from cronsim import CronSim
from django.utils.translation import get_language, gettext, to_locale
from django.utils.translation import gettext_lazy as _

from reports.rules.rule import WEEKDAYS, Cron, Plain, Rule

# (every, on) -> the sentence; `on` is "" where it is a number, names of days or a date.
SENTENCES = {
    ("day", ""): _("Every day at %(times)s"),
    ("weekday", ""): _("From Monday to Friday at %(times)s"),
    ("week", ""): _("Every week on %(on)s at %(times)s"),
    ("month", ""): _("Every month on day %(on)s at %(times)s"),
    ("month", "last"): _("On the last day of every month at %(times)s"),
    ("month", "first-working"): _("On the first working day of every month at %(times)s"),
    ("month", "last-working"): _("On the last working day of every month at %(times)s"),
    ("quarter", ""): _("Every quarter on day %(on)s of its first month at %(times)s"),
    ("quarter", "last"): _("On the last day of every quarter at %(times)s"),
    ("quarter", "first-working"): _("On the first working day of every quarter at %(times)s"),
    ("quarter", "last-working"): _("On the last working day of every quarter at %(times)s"),
    ("year", ""): _("Every year on %(on)s at %(times)s"),
}
LEAP_DAY = "02-29"
LONGEST_LIST = 12


def in_words(rule: Rule) -> str:
    words = _of_cron(rule) if isinstance(rule, Cron) else _of_plain(rule)
    return words[:1].upper() + words[1:]


def _of_plain(rule: Plain) -> str:
    key = (rule.every, rule.on) if (rule.every, rule.on) in SENTENCES else (rule.every, "")
    words = SENTENCES[key] % {"on": _on_in_words(rule), "times": _listed(map(_clock, rule.times))}
    if rule.every == "year" and rule.on == LEAP_DAY:
        return gettext("%(rule)s (28 February where there is none)") % {"rule": words}
    if rule.on.isdigit() and int(rule.on) > 28:
        return gettext("%(rule)s (the last day of shorter months)") % {"rule": words}
    return words


def _on_in_words(rule: Plain) -> str:
    match rule.every:
        case "week":
            return _listed(_weekday(WEEKDAYS.index(day)) for day in rule.on.split(","))
        case "year":
            return format_skeleton("MMMMd", date.fromisoformat(f"2000-{rule.on}"), locale=_locale())
        case _:
            return rule.on


def _of_cron(rule: Cron) -> str:
    """Its fields one after the other: those that hold anything are left out."""
    found = CronSim(rule.expression, datetime(2000, 1, 1))
    months = sorted(found.months)
    parts = [_days_of(found)]
    if len(months) < 12:
        names = _locale().months["format"]["wide"]
        parts.append(gettext("in %(months)s") % {"months": _listed(names[month] for month in months)})
    return ", ".join([*filter(None, parts), _times_of(sorted(found.hours), sorted(found.minutes))])


def _times_of(hours: list[int], minutes: list[int]) -> str:
    if len(hours) * len(minutes) <= LONGEST_LIST:
        times = _listed(_clock(time(hour, minute)) for hour in hours for minute in minutes)
        return gettext("at %(times)s") % {"times": times}
    every_minute = gettext("every minute") if len(minutes) == 60 else ""
    words = every_minute or gettext("at minute %(minutes)s") % {"minutes": _listed(map(str, minutes))}
    if len(hours) == 24:
        return words if every_minute else gettext("%(minutes)s of every hour") % {"minutes": words}
    return gettext("%(minutes)s of hour %(hours)s") % {"minutes": words, "hours": _listed(map(str, hours))}


def _days_of(found: CronSim) -> str:
    numbers = gettext("on day %(days)s of the month") % {"days": _listed(map(_number, sorted(found.days)))}
    names = gettext("on %(days)s") % {"days": _listed(_weekdays_of(found))}
    if found.weekdays == {1, 2, 3, 4, 5}:
        names = gettext("from Monday to Friday")
    any_number, any_name = len(found.days) == 31, len({day for day in found.weekdays if day != 0}) == 7
    if any_number and any_name:
        return gettext("every day")
    if any_number or any_name:
        return names if any_number else numbers
    return f"{numbers} {gettext('and') if found.day_and else gettext('or')} {names}"


def _number(day: int) -> str:
    return {CronSim.LAST: gettext("the last"), CronSim.LAST_WEEKDAY: gettext("the last from Monday to Friday")}.get(
        day, str(day)
    )


def _weekdays_of(found: CronSim) -> list[str]:
    """Sunday is 0 and 7 for cron; (5, 2) is the second Friday of a month."""
    plain = sorted({day or 7 for day in found.weekdays if isinstance(day, int)})
    words = [_weekday(day - 1) for day in plain]
    for day, which in sorted(day for day in found.weekdays if isinstance(day, tuple)):
        name = _weekday((day or 7) - 1)
        last = gettext("the last %(day)s of the month") % {"day": name}
        words.append(
            last if which == CronSim.LAST else gettext("%(day)s number %(n)s of the month") % {"day": name, "n": which}
        )
    return words


def _listed(words: Iterable[str]) -> str:
    return format_list(list(words), locale=_locale())


def _clock(moment: time) -> str:
    return format_time(moment, "HH:mm", locale=_locale())


def _weekday(position: int) -> str:
    return _locale().days["format"]["wide"][position]


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language()))
