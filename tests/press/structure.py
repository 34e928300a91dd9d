"""The structure of a tagged PDF, read back."""

import pypdfium2
import pypdfium2.raw as c


def structure(pdf: bytes) -> list[list]:
    """The structure tree of each page: [type, kids...]."""

    def name(element):
        size = c.FPDF_StructElement_GetType(element, None, 0)
        buffer = c.ctypes.create_string_buffer(size)
        c.FPDF_StructElement_GetType(element, buffer, size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    def walk(element):
        count = c.FPDF_StructElement_CountChildren(element)
        kids = [c.FPDF_StructElement_GetChildAtIndex(element, index) for index in range(count)]
        return [name(element), *(walk(kid) for kid in kids if kid)]

    trees = []
    for page in pypdfium2.PdfDocument(pdf):
        tree = c.FPDF_StructTree_GetForPage(page)
        count = c.FPDF_StructTree_CountChildren(tree)
        trees.append([walk(c.FPDF_StructTree_GetChildAtIndex(tree, index)) for index in range(count)])
        c.FPDF_StructTree_Close(tree)
    return trees


def find(tree: list, kind: str) -> list[list]:
    found = [tree] if tree[0] == kind else []
    return found + [item for kid in tree[1:] for item in find(kid, kind)]
