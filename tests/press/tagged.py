"""The tables of a tagged PDF, as somebody who listens to it meets them."""

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import pikepdf
import pypdfium2
import pypdfium2.raw as c


class Cell(NamedTuple):
    kind: str  # TH or TD
    scope: str
    text: str


def rows_of(pdf: bytes) -> dict[str, list[list[Cell]]]:
    """The rows of all tables, in order, by the group that they are in: THead, TBody, TFoot."""
    found: dict[str, list[list[Cell]]] = {}
    texts = _texts(pdf)
    with pikepdf.open(BytesIO(pdf)) as document:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        for group in _elements(document.Root.StructTreeRoot.K, "/THead", "/TBody", "/TFoot"):
            rows = [[_cell(cell, pages, texts) for cell in _list(row.K)] for row in _list(group.K)]
            found.setdefault(str(group.S)[1:], []).extend(rows)
    return found


def _elements(kids, *kinds: str) -> Iterator:
    for kid in _list(kids):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kid.S in kinds:
                yield kid
            yield from _elements(kid.get("/K", []), *kinds)


def _list(kids) -> list:
    return list(kids) if isinstance(kids, pikepdf.Array | list) else [kids]


def _cell(cell, pages: dict, texts: dict) -> Cell:
    scope, page = cell.get("/A", {}).get("/Scope", "/"), pages[cell.Pg.objgen]
    text = "".join(texts.get((page, mark), "") for mark in _marks(cell))
    return Cell(str(cell.S)[1:], str(scope)[1:], text.strip())  # a space may be what the reader makes of a gap


def _marks(element) -> Iterator[int]:
    for kid in _list(element.get("/K", [])):
        if isinstance(kid, int):
            yield kid
        else:
            yield from _marks(kid)


def _texts(pdf: bytes) -> dict[tuple[int, int], str]:
    """The text of each marked content, by page and number."""
    texts: dict[tuple[int, int], str] = {}
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        text_page = page.get_textpage()
        for item in page.get_objects(filter=[c.FPDF_PAGEOBJ_TEXT]):
            size = c.FPDFTextObj_GetText(item, text_page, None, 0)
            buffer = c.ctypes.create_string_buffer(size)
            c.FPDFTextObj_GetText(item, text_page, c.ctypes.cast(buffer, c.ctypes.POINTER(c.FPDF_WCHAR)), size)
            place = number, c.FPDFPageObj_GetMarkedContentID(item)
            texts[place] = texts.get(place, "") + buffer.raw.decode("utf-16-le").rstrip("\0")
    return texts
