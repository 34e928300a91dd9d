"""A PDF's first page as an image."""

from pathlib import Path

import pypdfium2

WIDTH = 1000


def draw_first_page(pdf: Path, target: Path) -> None:
    """Write a PNG, WIDTH pixels wide."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        page.render(scale=WIDTH / page.get_width()).to_pil().save(target, optimize=True)
    finally:
        document.close()
