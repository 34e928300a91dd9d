"""JSON: a list of objects, an object with one such list inside, or objects one after another (JSON Lines).

The text is read object by object.  Keys become columns, in the order in which they are first met; an object inside an
object gives columns such as `address.city`, what is nested deeper stays JSON.  Numbers keep their digits.
"""

import json
from collections.abc import Iterator
from decimal import Decimal

from reports.problems import Problem
from reports.sources.delimited import scan_copy, writer_of
from reports.sources.encoding import as_utf8
from reports.sources.headers import MAX_COLUMNS
from reports.sources.json_rows import Number, rows_of
from reports.sources.stage import Original, Stage, Staged, give_up

ROWS_PER_REPORT = 1000
# Numbers with more digits than this keep their exponent.
LONGEST_PLAIN = 30
LINES_NAMES = (".jsonl", ".ndjson")


def stage(original: Original) -> Stage:
    """Raises Problem `json_row`, `file_columns`, `file_no_rows`; see also `as_utf8` and `rows_of`."""
    text = as_utf8(original, lambda share: original.report(share / 2))
    size, copy = text.path.stat().st_size, original.folder / "rows.csv"
    table = _Table()
    # Half of a surrogate pair, which JSON can write and no file can hold, becomes a question mark.
    with (
        text.path.open(encoding="utf-8-sig") as file,
        copy.open("w", encoding="utf-8", errors="replace", newline="") as target,
    ):
        writer = writer_of(target)
        for number, item in enumerate(rows_of(file, lines=original.name.lower().endswith(LINES_NAMES)), 1):
            if not isinstance(item, dict):
                raise Problem("json_row", row=number)
            writer.writerow(table.row(item))
            if not number % ROWS_PER_REPORT:
                original.report(0.5 + file.buffer.tell() / size / 2)
    if not table.places:
        raise Problem("file_no_rows")
    return Stage(
        scan_copy(copy, len(table.places), ragged=True), table.columns(), give_up, notes=text.notes, first_row=1
    )


class _Table:
    """Gives every key a place in the row when it is first met, so earlier rows are shorter."""

    def __init__(self):
        self.places: dict[tuple[str, ...], int] = {}
        self.numeric: set[int] = set()

    def row(self, item: dict) -> list[str]:
        values = [""] * len(self.places)
        for path, value in _flat(item):
            place = self.places.setdefault(path, len(self.places))
            if place == len(values):
                values.append("")
            if isinstance(value, Number):
                self.numeric.add(place)
            values[place] = _text(value)
        if len(self.places) > MAX_COLUMNS:
            raise Problem("file_columns", found=len(self.places), limit=MAX_COLUMNS)
        return values

    def columns(self) -> list[Staged]:
        return [Staged(".".join(path), f"c{place}", plain=place in self.numeric) for path, place in self.places.items()]


def _flat(item: dict) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in item.items():
        if isinstance(value, dict):
            yield from (((name, inner), content) for inner, content in value.items())
        else:
            yield (name,), value


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Number):
        return _plain(value)
    if isinstance(value, str):
        return value.replace("\0", "")
    return _json(value)


def _plain(number: Number) -> str:
    if "e" not in number.lower():
        return str(number)
    digits = Decimal(number)
    return f"{digits:f}" if abs(digits.adjusted()) < LONGEST_PLAIN else str(digits)


def _json(value: object) -> str:
    """As json.dumps, with the digits of numbers as they came."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(name)}: {_json(inner)}" for name, inner in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
