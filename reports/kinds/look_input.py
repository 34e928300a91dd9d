"""Where the looks of columns come from: the controls of a page, a text, or a form that was valid before."""

import csv
from collections.abc import Iterable

from reports.columns import Column
from reports.kinds.filter_rows import test_and_value
from reports.kinds.look_rows import PARTS, LookRow, RuleRow
from reports.kinds.looks import MOST_RULES, TONES


def rows_from(data, columns: tuple[Column, ...]) -> list[LookRow]:
    """The looks in a form's data: the parallel lists of a QueryDict, with MOST_RULES rules for each column, or `looks`
    of a plain dict, which is a text, a list of texts, or a list of what `Look.as_json` gave."""
    if hasattr(data, "getlist"):
        return list(_rows_posted(data, columns))
    written = data.get("looks") or []
    return [
        _row_of(look, columns) if isinstance(look, dict) else _row_from_text(look, columns)
        for look in ([written] if isinstance(written, str) else written)
    ]


def _rows_posted(data, columns: tuple[Column, ...]) -> Iterable[LookRow]:
    lists = {name: data.getlist(f"look_{name}") for name in (*PARTS, "test", "value", "tone")}
    for place, column in enumerate(data.getlist("look_column")):
        parts = {name: lists[name][place] for name in PARTS if place < len(lists[name])}
        some = slice(MOST_RULES * place, MOST_RULES * (place + 1))
        rules = zip(lists["test"][some], lists["value"][some], lists["tone"][some], strict=False)
        chosen = tuple(RuleRow(*rule) for rule in rules if rule[1].strip() or rule[2])
        # The row to choose another column in has no other control, and is the last.
        if not column or column == data.get("drop_look"):
            continue
        yield LookRow(columns, column, parts, chosen)


def _row_of(look: dict, columns: tuple[Column, ...]) -> LookRow:
    # No decimals are some, too.
    parts = {name: str(look[name]) for name in PARTS if look.get(name) not in (None, "") and look[name] is not False}
    rules = tuple(RuleRow(**rule) for rule in look.get("rules", []))
    return LookRow(columns, look["column"], parts, rules, canonical=True)


def _row_from_text(text: str, columns: tuple[Column, ...]) -> LookRow:
    """`Total: label=Net sales; currency=BRL; good >= 1000`; what has a semicolon stands in quotes: `"unit=a;b"`."""
    names = sorted((column.name for column in columns), key=len, reverse=True)
    name = next((name for name in names if text.strip().startswith(f"{name}:")), text.partition(":")[0].strip())
    rest = text.strip().removeprefix(name).lstrip(": ")
    parts, rules, unknown = {}, [], ""
    for item in _items(rest):
        key, sign, value = item.partition("=")
        tone, _space, test = item.strip().partition(" ")
        if tone in TONES and (found := test_and_value(test)):
            rules.append(RuleRow(*found, tone))
        elif sign and key.strip() in PARTS:
            parts[key.strip()] = value.strip()
        elif item.strip():
            unknown = item.strip()
    return LookRow(columns, name, parts, tuple(rules), unknown)


def _items(text: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=";", skipinitialspace=True), [])
    except csv.Error:
        return [text]
