"""The sections of a summary about the values of one column: a chart of the largest, or a ranking."""

from dataclasses import dataclass
from decimal import Context, Decimal

from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext, pgettext

from reports.columns import BOOLEAN
from reports.kinds.formats import MISSING
from reports.kinds.summary.charts import Mark, bars
from reports.kinds.summary.facts import Facts, length_of

_EXACT = Context(prec=200)
# A longer table goes on on the next page.
MOST_WHOLE_LINES = 25
# So many times the largest bar, all others together are no bar of the chart.
DWARFING = 3


def breakdown(facts: Facts, found: dict) -> dict:
    lines = _lines(facts, found)
    title = gettext("%(measure)s by %(column)s") % {"measure": facts.measure, "column": facts.name(found["column"])}
    claim = _claim_of_the_first(facts, lines)
    marks = [
        Mark(_one_line(line.label), length_of(line.amount), _beside(facts, line), is_rest=line.is_rest)
        for line in _drawn(lines)
    ]
    chart = mark_safe(bars(marks, alt=f"{title}. {claim}".strip(), brand=facts.spec.brand))  # noqa: S308
    return {
        "title": title,
        "claim": claim,
        "chart": chart,
        "table": _table(facts, facts.name(found["column"]), lines),
        "whole": True,
    }


def ranking(facts: Facts, found: dict) -> dict:
    lines = _lines(facts, found)
    shown = [line for line in lines if not line.is_rest]
    title = gettext("%(column)s: the first %(count)s") % {
        "column": facts.name(found["column"]),
        "count": facts.formats.number(len(shown)),
    }
    together = sum((line.amount for line in shown), Decimal(0))
    share = facts.share(together)
    claim = ngettext(
        "%(count)s of %(all)s makes up %(share)s of the total",
        "%(count)s of %(all)s make up %(share)s of the total",
        len(shown),
    ) % {
        "count": facts.formats.number(len(shown)),
        "all": facts.formats.number(found["distinct"]),
        "share": share,
    }
    return {
        "title": title,
        "claim": "" if share == MISSING else claim,
        "table": _table(facts, facts.name(found["column"]), lines, ranked=True),
        "whole": len(lines) <= MOST_WHOLE_LINES,
    }


@dataclass(frozen=True)
class Line:
    """One part, or all the others together."""

    label: str
    rows: int
    amount: Decimal
    is_rest: bool = False


def _lines(facts: Facts, found: dict) -> list[Line]:
    cell = facts.formats.truth if found["type"] == BOOLEAN else facts.formats.text
    none = facts.look(found["column"]).empty or pgettext("a row without a value", "none")
    lines = [
        Line(
            none if part["label"] is None else cell(part["label"]),
            part["rows"],
            Decimal(part["value"] or 0),
        )
        for part in found["parts"]
    ]
    others = found["distinct"] - len(lines)
    if others > 0:
        label = ngettext("%(number)s other", "%(number)s others", others) % {"number": facts.formats.number(others)}
        rows = facts.found["rows"] - sum(line.rows for line in lines)
        amount = facts.total
        for line in lines:
            amount = _EXACT.subtract(amount, line.amount)
        lines.append(Line(label, rows, amount, is_rest=True))
    return lines


def _claim_of_the_first(facts: Facts, lines: list[Line]) -> str:
    """Nothing when it shares its place."""
    first, *others = lines
    if others and not others[0].is_rest and others[0].amount == first.amount:
        return ""
    label = _one_line(first.label)
    if (share := facts.share(first.amount)) != MISSING:
        return gettext("%(label)s has the largest share: %(share)s") % {"label": label, "share": share}
    return gettext("%(label)s has the most: %(value)s") % {"label": label, "value": facts.amount(str(first.amount))}


def _drawn(lines: list[Line]) -> list[Line]:
    """Without the rest where it would dwarf all others; the table has it."""
    dwarfed = len(lines) > 1 and lines[-1].is_rest and abs(lines[-1].amount) > DWARFING * abs(lines[0].amount)
    return lines[:-1] if dwarfed else lines


def _beside(facts: Facts, line: Line) -> str:
    share = facts.share(line.amount)
    amount = facts.amount(str(line.amount))
    return amount if share == MISSING else f"{amount}  ·  {share}"


def _table(facts: Facts, column: str, lines: list[Line], *, ranked: bool = False) -> dict:
    """Where rows are counted, there is no second column of numbers."""
    counted = not facts.spec.options["measure"]
    heads = [column, gettext("Rows"), *([] if counted else [facts.measure]), gettext("Share")]
    total = Line(gettext("Total"), facts.found["rows"], facts.total)

    def cells(line: Line) -> list[str]:
        amounts = [] if counted else [facts.amount(str(line.amount))]
        return [line.label, facts.formats.number(line.rows), *amounts, facts.share(line.amount)]

    return {
        "heads": heads,
        "rows": [
            {"rank": None if line.is_rest else place, "cells": cells(line)} for place, line in enumerate(lines, 1)
        ],
        "total": cells(total),
        "ranked": ranked,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())
