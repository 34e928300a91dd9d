"""What an XLSX file holds, found out before the reader, which needs memory many times the file, is let near it.

The directory of a ZIP file can lie about sizes, so its parts are really unpacked, piece by piece, and counted.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree  # expat bounds the expansion of entities

from reports.problems import Problem

PIECE = 1 << 20
MOST_UNPACKED = 1 << 30
# The list of sheets; a real one has a few kilobytes.
MOST_LISTED = 8 << 20
LONGEST_TAG = 1 << 12
# The opening tag of a cell with content; `<c r="B2" s="1"/>` and `<c r="B2" s="1"></c>` are only formatted.
CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>(?!</(?:\w+:)?c>)""")
ERROR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?t=["']e["']""")
OTHERS = (("word/", "Word"), ("ppt/", "PowerPoint"), ("content.xml", "OpenDocument"))


@dataclass
class Extent:
    """How far a sheet reaches and what it holds."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    errors: int = 0
    cut: bytes = b""  # the last two tags, of which the end may be in the next piece

    def add(self, piece: bytes) -> None:
        piece = self.cut + piece
        end = max(0, piece.rfind(b"<", 0, max(0, piece.rfind(b"<"))))
        whole, self.cut = (piece[:end], piece[end:]) if len(piece) - end < LONGEST_TAG else (piece, b"")
        found = CELL.findall(whole)
        if found:
            self.cells += len(found)
            self.rows = max(self.rows, max(int(row) for _letters, row in found))
            self.columns = max(self.columns, max(map(_number, {letters for letters, _row in found})))
            self.errors += len(ERROR.findall(whole))


def extents(path: Path, report: Callable[[float], None]) -> dict[str, Extent]:
    """The extent of each sheet, by name, in the workbook's order.

    Raises Problem `file_other_format`, `xlsx_binary`, `xlsx_password`, `xlsx_unpacks`, `xlsx_damaged`.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = {info.filename.lstrip("/"): info for info in archive.infolist()}
            _check_kind(parts)
            return _measured(file, parts, report)
    except (zipfile.BadZipFile, zlib.error, struct.error, ElementTree.ParseError, KeyError) as error:
        raise Problem("xlsx_damaged") from error


def _check_kind(parts: dict[str, zipfile.ZipInfo]) -> None:
    if "xl/workbook.bin" in parts:
        raise Problem("xlsx_binary")
    if "xl/workbook.xml" not in parts:
        other = next((name for start, name in OTHERS if any(part.startswith(start) for part in parts)), "ZIP")
        raise Problem("file_other_format", format=other)
    if any(info.flag_bits & 1 for info in parts.values()):
        raise Problem("xlsx_password")
    if sum(info.file_size for info in parts.values()) > MOST_UNPACKED:
        raise Problem("xlsx_unpacks", limit=MOST_UNPACKED >> 20)


def _measured(file: BinaryIO, parts: dict[str, zipfile.ZipInfo], report: Callable[[float], None]) -> dict[str, Extent]:
    sheets = _sheets(file, parts)
    found = {part: Extent() for part in sheets.values()}
    unpacked, size = 0, sum(info.compress_size for info in parts.values()) or 1
    for part, info in parts.items():
        for piece in _pieces(file, info):
            unpacked += len(piece)
            if unpacked > MOST_UNPACKED:
                raise Problem("xlsx_unpacks", limit=MOST_UNPACKED >> 20)
            if part in found:
                found[part].add(piece)
            report(min(1.0, file.tell() / size))
    return {name: found[part] for name, part in sheets.items()}


def _pieces(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the part really unpacks to."""
    file.seek(info.header_offset)
    name, extra = struct.unpack("<26xHH", file.read(30))
    file.seek(info.header_offset + 30 + name + extra)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("no spreadsheet program packs like this")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == zipfile.ZIP_DEFLATED else None
    left = info.compress_size
    while left:
        packed = file.read(min(PIECE, left))
        if not packed:
            raise zipfile.BadZipFile("the end is missing")
        left -= len(packed)
        while packed:
            yield inflater.decompress(packed, PIECE) if inflater else packed
            packed = inflater.unconsumed_tail if inflater else b""


def _sheets(file: BinaryIO, parts: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Sheet name -> part."""
    targets = {
        relation.get("Id"): relation.get("Target", "") for relation in _tree(file, parts["xl/_rels/workbook.xml.rels"])
    }
    sheets = {}
    for element in _tree(file, parts["xl/workbook.xml"]).iter():
        if element.tag.endswith("}sheet"):
            key = next(value for name, value in element.items() if name.endswith("}id"))
            target = targets[key]
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in parts:
                sheets[element.get("name", "")] = part
    return sheets


def _tree(file: BinaryIO, info: zipfile.ZipInfo) -> ElementTree.Element:
    text = b""
    for piece in _pieces(file, info):
        text += piece
        if len(text) > MOST_LISTED:
            raise Problem("xlsx_damaged")
    return ElementTree.fromstring(text)  # noqa: S314


def _number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
