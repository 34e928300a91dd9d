"""A PDF file, written object by object.

pydyf serialises every object in one piece, compresses at the highest level and, for an identifier, does so twice. Here
objects may come from a generator, a few hundred at a time, and the file's own hash is its identifier.
"""

import zlib
from collections.abc import Iterable
from hashlib import md5
from itertools import chain, islice
from struct import Struct
from typing import BinaryIO

import pydyf

_TOGETHER = 400  # objects in one object stream
_ENTRY = Struct(">BQH")  # of the cross-reference table
_LEVEL = 2  # object streams are repetitive: higher levels gain little
_LEVEL_OF_STREAMS = 4  # 6 takes half as long again and saves a twentieth


class _Output:
    def __init__(self, file: BinaryIO):
        self.file, self.position = file, 0
        self.hash = md5(usedforsecurity=False)

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self.hash.update(data)
        self.position += len(data)


def compress(stream: pydyf.Stream) -> None:
    """Compress what was painted, now and not when the document is written: pages do not pile up in memory."""
    if stream.compress:
        data = b"\n".join(map(pydyf._to_bytes, stream.stream))
        stream.stream = [zlib.compress(data, _LEVEL_OF_STREAMS)]
        stream.extra["Filter"] = "/FlateDecode"
        stream.compress = False


def write(pdf: pydyf.PDF, file: BinaryIO, more: Iterable[tuple[int, bytes]] = (), identifier: bytes | None = None):
    """Write a PDF 1.7. ``more`` yields (number, data) of objects that pydyf does not know, numbers rising by one."""
    out = _Output(file)
    out.write(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")
    entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}

    def put(number: int, data: bytes) -> None:
        entries[number] = (1, out.position, 0)
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, data))

    small = []
    for item in pdf.objects:
        if item.free == "f":
            continue
        if isinstance(item, pydyf.Stream):
            if item.extra.get("Type") == "/Metadata":
                item.compress = False  # PDF/A wants it to be read as it is
            compress(item)
        if item.compressible:
            small.append(item)
        else:
            put(item.number, item.data)
    objects = chain(((item.number, item.data) for item in small), more)
    packed = []  # the numbers of the object streams come after all others
    top = len(pdf.objects) - 1
    while batch := list(islice(objects, _TOGETHER)):
        top = max(top, batch[-1][0])
        packed.append(_pack(batch))
    for numbers, data, first in packed:
        top += 1
        for index, number in enumerate(numbers):
            entries[number] = (2, top, index)
        head = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(numbers), first, len(data))
        put(top, head + b"\nstream\n" + data + b"\nendstream")
    _cross_reference(pdf, out, entries, top + 1, identifier)


def _pack(batch: list[tuple[int, bytes]]) -> tuple[list[int], bytes, int]:
    """Objects as the compressed content of an object stream: their numbers, the content, where the first begins."""
    head, position = [], 0
    for number, data in batch:
        head.append(b"%d %d" % (number, position))
        position += len(data) + 1
    index = b" ".join(head) + b"\n"
    content = zlib.compress(index + b"\n".join(data for _, data in batch), _LEVEL)
    return [number for number, _ in batch], content, len(index)


def _cross_reference(pdf: pydyf.PDF, out: _Output, entries: dict, number: int, identifier: bytes | None) -> None:
    start = out.position
    entries[number] = (1, start, 0)
    free = (0, 0, 0)
    table = b"".join(_ENTRY.pack(*entries.get(n, free)) for n in range(number + 1))
    data = zlib.compress(table, _LEVEL)
    digest = out.hash.digest()
    extra = {
        "Type": "/XRef",
        "W": pydyf.Array((1, 8, 2)),
        "Size": number + 1,
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
        "ID": pydyf.Array(f"<{half.hex()}>" for half in (identifier or digest, digest)),
        "Filter": "/FlateDecode",
        "Length": len(data),
    }
    head = pydyf.Dictionary(extra).data
    out.write(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, head, data))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
