"""The figures of a summary for programs, as the archive's PDF carries them."""

import csv
from collections.abc import Iterator
from pathlib import Path

_HEADER = ("part", "column", "label", "rows", "value")


def write_csv(found: dict, target: Path) -> None:
    """`found` is what `gather` wrote; numbers and dates stay as they are there."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(_lines(found))


def _lines(found: dict) -> Iterator[tuple]:
    yield "total", "", "", found["rows"], found["total"]
    for figure in found["figures"]:
        for name in ("sum", "average", "least", "greatest"):
            yield "figure", figure["column"], name, figure["filled"], figure[name]
    for point in found["series"]["points"] if found["series"] else ():
        yield "series", found["series"]["interval"], point["start"], "", point["value"]
    for part, parts in (("breakdown", found["breakdowns"]), ("ranking", found["rankings"])):
        for column in parts:
            for line in column["parts"]:
                yield part, column["column"], line["label"], line["rows"], line["value"]
