"""Text in whatever encoding becomes UTF-8, in one stream.

A byte-order mark is believed.  Without one, UTF-8 that is valid to the last byte is UTF-8, and UTF-8 that is mostly
valid is damaged; anything else is Windows-1252, which other files from Western Europe and the Americas resemble.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reports.problems import Problem
from reports.sources.stage import Original, note

CHUNK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF8 = ("utf-8", "utf-8-sig")
# Python's own table leaves five bytes out; browsers read them as control characters, so nothing is lost.
WINDOWS_1252 = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))

Report = Callable[[float], None]
Decode = Callable[[bytes, bool], str]


@dataclass
class Text:
    """A UTF-8 file, perhaps with a byte-order mark."""

    path: Path
    notes: list[dict] = field(default_factory=list)


class _Watch:
    """Looks at text that streams past for what no table contains."""

    def __init__(self, longest_line: int | None):
        self.longest_line, self.line, self.length = longest_line, 1, 0
        self.characters = 0

    def look(self, text: str) -> None:
        """Raises Problem `file_nul`, `line_too_long`."""
        position = text.find("\0")
        if position >= 0:
            start = text.rfind("\n", 0, position) + 1
            before = 0 if start else self.length
            raise Problem(
                "file_nul",
                line=self.line + text.count("\n", 0, position),
                character=before + position - start + 1,
            )
        self.characters += len(text)
        lines = text.count("\n")
        end = max(text.rfind("\n"), text.rfind("\r"))
        # Lines inside one chunk are shorter than a chunk: only what crosses its borders can be too long.
        self.length = len(text) - end - 1 if end >= 0 else self.length + len(text)
        if self.longest_line and self.length > self.longest_line:
            raise Problem("line_too_long", line=self.line + lines, limit=self.longest_line)
        self.line += lines


def as_utf8(original: Original, report: Report, *, longest_line: int | None = None) -> Text:
    """The same text in UTF-8: the original file when it is that already, else a copy in the scratch folder.

    `report` hears the share that is done; `longest_line`: characters.
    Raises Problem `file_nul`, `line_too_long`, `file_encoding`.
    """
    with original.path.open("rb") as file:
        encoding = encoding_of(file.read(CHUNK))
    watch = _Watch(longest_line)
    if encoding in UTF8:
        if _is_utf8(original.path, _decoded(original.path, _decoder(encoding), report), watch, encoding):
            return Text(original.path)
        encoding, watch = "windows-1252", _Watch(longest_line)
    copy = original.folder / "utf-8.txt"
    _transcode(_decoded(original.path, _decoder(encoding), report), watch, copy)
    return Text(copy, [note("note_windows_1252")] if encoding == "windows-1252" else [])


def encoding_of(head: bytes) -> str:
    """What the beginning of a file says about its encoding; "utf-8" when it says nothing."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    # In UTF-16 every second byte of plain text is zero, and never the other one.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and not even:
        return "utf-16-le"
    if even > len(head) // 4 and not odd:
        return "utf-16-be"
    return "utf-8"


def beginning(head: bytes) -> str:
    """The text that the first bytes hold, as far as they can be read."""
    encoding = encoding_of(head)
    text = codecs.getincrementaldecoder(encoding)("ignore").decode(head)
    return text.removeprefix("\ufeff")


def _accents_in(text: str) -> int:
    """The characters that are not ASCII."""
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))


def _accents_among(path: Path, characters: int) -> int:
    """Those of so many characters at the beginning of a file, which are UTF-8.  Few files need it."""
    accents = 0
    with path.open(encoding="utf-8", errors="ignore", newline="") as file:
        while text := file.read(min(characters, CHUNK)):
            accents, characters = accents + _accents_in(text), characters - len(text)
    return accents


def _is_utf8(path: Path, texts: Iterator[str], watch: _Watch, encoding: str) -> bool:
    try:
        for text in texts:
            watch.look(text)
    except UnicodeDecodeError as error:
        before, after = error.object[: error.start], error.object[error.start :]
        proper = _accents_among(path, watch.characters) + _accents_in(before.decode("utf-8", "ignore"))
        # A guess would turn proper letters into nonsense; by accident, few of another encoding look proper.
        if encoding == "utf-8-sig" or proper > after.decode("utf-8", "replace").count("\ufffd"):
            raise Problem("file_encoding", line=watch.line + before.count(b"\n")) from error
        return False
    return True


def _transcode(texts: Iterator[str], watch: _Watch, target: Path) -> None:
    try:
        with target.open("w", encoding="utf-8", newline="") as copy:
            for text in texts:
                watch.look(text)
                copy.write(text)
    except UnicodeError as error:
        raise Problem("file_encoding", line=watch.line) from error


def _decoder(encoding: str) -> Decode:
    if encoding == "windows-1252":
        return lambda data, final: codecs.charmap_decode(data, "strict", WINDOWS_1252)[0]
    return codecs.getincrementaldecoder(encoding)().decode


def _decoded(path: Path, decode: Decode, report: Report) -> Iterator[str]:
    size, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            done += len(chunk)
            yield decode(chunk, done >= size)
            report(done / size)
