"""What a file is, by its content first and then by its name."""

import re

from reports.problems import Problem
from reports.sources.encoding import beginning, encoding_of
from reports.sources.stage import Original

HEAD = 1 << 16
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What people upload by mistake; its name is the same in every language.
OTHERS = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
    (b"ARROW1", "Arrow"),
)
MARKUP = (("<!doctype html", "HTML"), ("<html", "HTML"), ("<table", "HTML"), ("<?xml", "XML"))
JSON_NAMES = (".json", ".jsonl", ".ndjson")
JSON_START = re.compile(r'\s*(\[\s*[\[{\]]|\{\s*["}])')
# With a NUL among them, so many control characters, and such a share of all, make a file binary.
FEWEST_CONTROLS, MOST_CONTROLS = 8, 0.05


def format_of(original: Original) -> str:
    """ "parquet", "xlsx", "json" or "delimited".

    Raises Problem `file_empty`, `file_other_format`, `file_binary`, `xlsx_old`, `xlsx_password`.
    """
    with original.path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Problem("file_empty")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx"
    if head.startswith(OLE):
        raise Problem("xlsx_password" if _is_encrypted(original) else "xlsx_old")
    for start, name in OTHERS:
        if head.startswith(start):
            raise Problem("file_other_format", format=name)
    return _text_format(original, head)


def _is_encrypted(original: Original) -> bool:
    """A workbook with a password is an OLE container with a stream of this name; old workbooks are OLE too."""
    with original.path.open("rb") as file:
        return any("EncryptedPackage".encode("utf-16-le") in chunk for chunk in iter(lambda: file.read(1 << 20), b""))


def _text_format(original: Original, head: bytes) -> str:
    text = beginning(head)
    start = text.lstrip()[:20].lower()
    for markup, name in MARKUP:
        if start.startswith(markup):
            raise Problem("file_other_format", format=name)
    controls = sum(letter < " " and letter not in "\t\n\r\f\v" for letter in text)
    if encoding_of(head) == "utf-8" and "\0" in text and controls > max(FEWEST_CONTROLS, len(text) * MOST_CONTROLS):
        raise Problem("file_binary")
    is_json = original.name.lower().endswith(JSON_NAMES) or JSON_START.match(text)
    return "json" if is_json else "delimited"
