"""When something comes round: rules in plain words or as cron, the moments that they name, and what they say.

A rule is one line of text, as it is stored:

    day at 08:00                      every day; several times with commas: 08:00,12:30
    weekday at 08:00                  from Monday to Friday
    week mon,thu at 08:00             on these days of each week
    month 31 at 08:00                 on that day of each month, or the last one where a month is shorter
    month last at 08:00               on its last day; also first-working, last-working, and all of these for `quarter`
    year 02-29 at 08:00               on that date; 29 February is the 28th in the years that have none
    cron 0 8 * * 1                    minute, hour, day, month and weekday, as Debian's cron reads them

A working day is one from Monday to Friday: the portal knows no holidays.
"""

from reports.rules.moments import between, next_times
from reports.rules.rule import Rule, RuleError, parse
from reports.rules.words import in_words

__all__ = ["Rule", "RuleError", "between", "in_words", "next_times", "parse"]
