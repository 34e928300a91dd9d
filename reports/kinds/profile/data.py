"""The facts of a profile for programs, as the archive's PDF carries them."""

import csv
from collections.abc import Iterator
from pathlib import Path

_HEADER = ("column", "type", "fact", "value", "rows")
_PLAIN = ("filled", "distinct", "least", "greatest")


def write_csv(facts: dict, target: Path) -> None:
    """`facts` is what `gather` wrote; numbers and dates stay as they are there."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerow(("", "", "rows", "", facts["rows"]))
        writer.writerow(("", "", "repeated", "", facts["repeated"]))
        for column in facts["columns"]:
            writer.writerows((column["name"], column["type"], *line) for line in _lines(column))
        for pair in facts["correlations"]["strong"]:
            writer.writerow((f"{pair['one']} / {pair['other']}", "", "correlation", pair["r"], pair["rows"]))


def _lines(column: dict) -> Iterator[tuple]:
    yield from ((fact, column[fact], "") for fact in _PLAIN if column.get(fact) is not None)
    for share, value in zip(("0.25", "0.5", "0.75"), column["quartiles"] or (), strict=False):
        yield f"quantile {share}", value, ""
    yield from (("top", value, rows) for value, rows in column["top"])
    yield from ((misfit["code"], "; ".join(misfit["examples"]), misfit["rows"]) for misfit in column["misfits"])
