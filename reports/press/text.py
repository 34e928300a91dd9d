"""The text of a PDF, as other programs find it."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2


def texts_of(pdf: Path) -> Iterator[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield page.get_textpage().get_text_range()
    finally:
        document.close()
