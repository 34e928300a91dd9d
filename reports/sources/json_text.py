"""JSON: a list of objects, an object with one such list inside, or objects one after another (JSON Lines).

The text is read object by object.  Keys become columns, in the order in which they are first met; objects inside
objects give columns such as `customer.address.city`, LEVELS deep.  Lists, and what is nested deeper, stay JSON.
Numbers keep their digits.
"""

from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring

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
# Of objects inside one another that become columns; the row itself is the first.
LEVELS = 8

# The names that lead to a value; that of a value of the row itself alone is plain, because most are.
Key = str | tuple[str, ...]


def stage(original: Original) -> Stage:
    """Raises Problem `json_row`, `json_value`, `file_columns`, `file_no_rows`; see also `as_utf8` and `rows_of`."""
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
            try:
                writer.writerow(table.row(item))
            except RecursionError:
                raise Problem("json_value", row=number) from None
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
        # {"a.b": 1, "a": {"b": 2}} has two columns, which `headers.names` tells apart.
        self.places: dict[Key, int] = {}
        self.numeric: set[int] = set()

    def row(self, item: dict) -> list[str]:
        values = [""] * len(self.places)
        for name, value in item.items():
            if type(value) is dict:
                self._put_object(values, (name,), value)
            else:
                self._put(values, name, value)
        if len(values) > MAX_COLUMNS:
            raise Problem("file_columns", found=len(values), limit=MAX_COLUMNS)
        return values

    def _put_object(self, values: list[str], path: tuple[str, ...], item: dict) -> None:
        for name, value in item.items():
            if type(value) is dict and len(path) + 1 < LEVELS:
                self._put_object(values, (*path, name), value)
            else:
                self._put(values, (*path, name), value)

    def _put(self, values: list[str], key: Key, value: object) -> None:
        place = self.places.setdefault(key, len(values))
        if place == len(values):
            values.append("")
        if type(value) is Number:
            self.numeric.add(place)
        values[place] = TEXTS[type(value)](value)

    def columns(self) -> list[Staged]:
        return [
            Staged(key if isinstance(key, str) else ".".join(key), f"c{place}", plain=place in self.numeric)
            for key, place in self.places.items()
        ]


def _plain(number: Number) -> str:
    if "e" not in number and "E" not in number:
        return number
    digits = Decimal(number)
    return f"{digits:f}" if abs(digits.adjusted()) < LONGEST_PLAIN else str(digits)


def as_json(value: object) -> str:
    """JSON on one line; numbers have the characters that they came with."""
    return JSONS[type(value)](value)


def _list(value: list) -> str:
    return f"[{', '.join([JSONS[type(item)](item) for item in value])}]"


def _object(value: dict) -> str:
    members = [f"{encode_basestring(name)}: {JSONS[type(inner)](inner)}" for name, inner in value.items()]
    return "{" + ", ".join(members) + "}"


# By type: what stands in the cell, and what stands in JSON, where numbers keep the characters that they came with.
JSONS: dict[type, Callable] = {
    str: encode_basestring,
    Number: str,
    # What JMESPath calculates with.
    int: str,
    float: repr,
    Decimal: str,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: "null",
    list: _list,
    dict: _object,
}
TEXTS: dict[type, Callable] = JSONS | {
    str: lambda value: value.replace("\0", ""),
    Number: _plain,
    type(None): lambda value: "",
}
