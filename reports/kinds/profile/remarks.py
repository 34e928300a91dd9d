"""What is remarkable about a column, a sentence each; and how it was decided."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext, ngettext

from reports.kinds.formats import Formats
from reports.kinds.profile.words import Profiled, shortened


def remarks(column: Profiled) -> Iterator[str]:
    facts = column.facts
    if not facts["filled"]:
        yield gettext("The column has no values.")
        return
    if column.rows > 1 and facts["distinct"] == 1:
        yield gettext("All values are the same.")
    if column.is_unique():
        yield gettext("No value is there twice.")
    for misfit in facts["misfits"]:
        yield _misfit(column, misfit)
    if facts["variants"]["groups"]:
        yield _variants(column)
    if facts["outliers"] and facts["outliers"]["rows"]:
        yield _outliers(column)
    if facts["gaps"] and facts["gaps"]["missing"]:
        yield _gaps(column)
    if facts["sample"] > 1:
        yield gettext("The quarters are those of about one row in %(step)s.") % {"step": column.count(facts["sample"])}


def in_quotes(texts: list[str], formats: Formats) -> str:
    return ", ".join(f"“{shortened(' '.join(formats.text(text).split()))}”" for text in texts)


def _misfit(column: Profiled, misfit: dict) -> str:
    rows = misfit["rows"]
    words = {
        "not_number": ngettext(
            "%(number)s value is no number, as nearly all others are: %(examples)s.",
            "%(number)s values are no numbers, as nearly all others are: %(examples)s.",
            rows,
        ),
        "not_date": ngettext(
            "%(number)s value is no date, as nearly all others are: %(examples)s.",
            "%(number)s values are no dates, as nearly all others are: %(examples)s.",
            rows,
        ),
        "other_shape": ngettext(
            "%(number)s value is not written like nearly all others, %(shape)s: %(examples)s.",
            "%(number)s values are not written like nearly all others, %(shape)s: %(examples)s.",
            rows,
        ),
        "odd_ends": ngettext(
            "%(number)s value begins or ends with a quotation mark, = or an invisible character: %(examples)s.",
            "%(number)s values begin or end with a quotation mark, = or an invisible character: %(examples)s.",
            rows,
        ),
    }[misfit["code"]]
    return words % {
        "number": column.count(rows),
        "shape": misfit.get("shape", ""),
        "examples": in_quotes(misfit["examples"], column.formats),
    }


def _variants(column: Profiled) -> str:
    groups = column.facts["variants"]["groups"]
    examples = "; ".join(in_quotes(ways, column.formats) for ways in column.facts["variants"]["examples"])
    return ngettext(
        "%(number)s value is written in several ways, with other capitals, accents or spaces: %(examples)s.",
        "%(number)s values are written in several ways, with other capitals, accents or spaces: %(examples)s.",
        groups,
    ) % {"number": column.count(groups), "examples": examples}


def _outliers(column: Profiled) -> str:
    found = column.facts["outliers"]
    return ngettext(
        "%(number)s value is far from the others, below %(below)s or above %(above)s: farther from the middle half "
        "of the values than one and a half times its width.",
        "%(number)s values are far from the others, below %(below)s or above %(above)s: farther from the middle half "
        "of the values than one and a half times its width.",
        found["rows"],
    ) % {
        "number": column.count(found["rows"]),
        "below": column.write_number(found["below"]),
        "above": column.write_number(found["above"]),
    }


def _gaps(column: Profiled) -> str:
    found = column.facts["gaps"]
    missing = found["missing"]
    words = {
        "day": ngettext("%(number)s day is missing", "%(number)s days are missing", missing),
        "working_day": ngettext("%(number)s working day is missing", "%(number)s working days are missing", missing),
        "week": ngettext("%(number)s week is missing", "%(number)s weeks are missing", missing),
        "month": ngettext("%(number)s month is missing", "%(number)s months are missing", missing),
    }[found["rhythm"]] % {"number": column.count(missing)}
    before, after, _missing = found["gaps"][0]
    return gettext("%(missing)s; the longest gap is between %(before)s and %(after)s.") % {
        "missing": words,
        "before": column.formats.date(date.fromisoformat(before)),
        "after": column.formats.date(date.fromisoformat(after)),
    }
