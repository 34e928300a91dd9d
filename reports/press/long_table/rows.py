"""The rows of a long table, read once and kept in a temporary file for the passes that follow."""

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

ROLES = ("row", "group", "subtotal", "total", "carried")
SUMS = ("subtotal", "total", "carried")  # they have a heading over the first columns, if the table says so
_BATCH = 500  # rows read and written at once
_CELL, _ROW = "\x1f", "\x1e"  # between cells and after rows on disk: no clean text has them
LINE = "\x1d"  # between the lines of a cell
# Lines end in many ways; every other control character and every lone surrogate is shown as U+FFFD.
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n")
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_CLEAN = dict.fromkeys((c for c in _CONTROLS if chr(c) not in "\t\n\r"), "\ufffd") | _LINE_ENDS
_CLEAN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Row(NamedTuple):
    """One row: its cells as they are to be read, and its role, which becomes the class of the row.

    A ``group`` has one cell, a heading that spans all columns and stays with the row that follows it.
    A ``subtotal`` or ``total`` stays with the row before it; its first cell is a heading over the first columns, as
    many as the table's ``data-label`` says, if it does. ``carried`` lines have the same cells: they stand at the foot
    and the head of pages (see ``Carrying``).

    ``tones`` names, for each cell of a row, one of the colours that the table's ``data-tones`` lists, such as
    ``good #1b6a45,bad #ab241c``, or is empty for a cell in its usual one. A tone is a colour of the text and nothing
    else: no width and no height depends on it.
    """

    cells: tuple[str, ...]
    role: str = "row"
    tones: tuple[str, ...] = ()


class Key(NamedTuple):
    """What the style of a row may depend on: its role, and whether its number in the table is odd (1) or even (0)."""

    role: str
    parity: int


KEYS = [Key(role, parity) for role in ROLES for parity in (0, 1)]
_CARRIED = KEYS.index(Key("carried", 0))


def carried_beside(key: int) -> int:
    """The kind of a carried line that stands right above or below a row of this kind. Both are indexes into KEYS."""
    return _CARRIED + 1 - key % 2


def clean(text: str) -> str:
    """The text without characters that cannot be printed."""
    return text if text.isprintable() else text.translate(_CLEAN)


class Store:
    """Rows of texts on disk, written once and then read in order. The texts have none of the separators below."""

    def __init__(self):
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._batch: list[str] = []

    def append(self, texts: Iterable[str]) -> None:
        """Add a row."""
        self._batch.append(_CELL.join(texts))
        if len(self._batch) == _BATCH:
            self._write()

    def __iter__(self) -> Iterator[list[str]]:
        """The rows in order. One reader at a time."""
        self._write()
        self._file.seek(0)
        while size := int.from_bytes(self._file.read(8), "big"):
            for row in self._file.read(size).decode()[:-1].split(_ROW):
                yield row.split(_CELL)

    def _write(self) -> None:
        if self._batch:
            data = (_ROW.join(self._batch) + _ROW).encode()
            self._file.write(len(data).to_bytes(8, "big") + data)
            self._batch = []


class Spool:
    """The rows of a table on disk, and what a first look at them tells."""

    def __init__(self, rows: Iterable[Row], cells_of: Callable[[str], int]):
        """Read all rows. Raises ValueError when a row has an unknown role or another number of cells than
        ``cells_of`` its role.
        """
        self.keys = bytearray()  # one number per row, an index into KEYS
        self.pairs: set[tuple[int, int]] = set()  # kinds of rows that follow one another
        self.blank = False  # whether a row has no text at all
        self.tidy = True  # whether there is no white space but single spaces between words
        self.last: tuple[int, tuple[str, ...]] = (0, ())  # the last row, as this yields them
        self._tones: list[tuple[str, ...]] = [()]  # all that rows have
        self._toned = array("I")  # for each row, which of them
        self._store = Store()
        bases = {role: 2 * index for index, role in enumerate(ROLES)}
        expected = {role: cells_of(role) for role in ROLES}
        previous, known = None, {(): 0}
        for number, (cells, role, tones) in enumerate(rows):
            if role not in bases or len(cells) != expected[role]:
                raise ValueError(f"row {number + 1}: a {role!r} has {len(cells)} cells, not {expected.get(role)}")
            text = "|".join(cells)
            if not text.isprintable():
                cells = tuple(map(clean, cells))
                text = "|".join(cells)
            if not text.strip("| \n\t\r"):
                self.blank = True
            if "  " in text or "| " in text or " |" in text or text != text.strip(" ") or not text.isprintable():
                self.tidy = False
            key = bases[role] + number % 2
            self.keys.append(key)
            if previous is not None:
                self.pairs.add((previous, key))
            previous = key
            if tones not in known:
                known[tones] = len(known)
                self._tones.append(tones)
            self._toned.append(known[tones])
            self._store.append(cells)
            self.last = key, cells

    def __len__(self) -> int:
        return len(self.keys)

    def tones_of(self, number: int) -> tuple[str, ...]:
        """For each cell of a row its tone; nothing for a row that has none."""
        return self._tones[self._toned[number]]

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """The rows in order, as (index into KEYS, cells). One reader at a time."""
        return zip(self.keys, self._store, strict=True)
