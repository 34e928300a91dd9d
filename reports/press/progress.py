"""How far a document is, counted in pages."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int | None], None]

# Of the time that a page takes, the part that goes into its layout; the rest is painting.
LAYOUT_SHARE = 0.75

_logger = logging.getLogger("weasyprint.progress")


class _LayoutListener(logging.Handler):
    def __init__(self, progress: Progress, guess: int):
        super().__init__()
        self.progress, self.guess = progress, guess

    def emit(self, record: logging.LogRecord) -> None:
        if "Page %d" in record.msg:
            page = record.args[0]
            self.progress(int(page * LAYOUT_SHARE), max(self.guess, page))


@contextmanager
def laying_out(progress: Progress, *, guess: int) -> Iterator[None]:
    """Report the pages that WeasyPrint lays out meanwhile; `guess` is the total as far as anybody knows."""
    listener = _LayoutListener(progress, guess)
    level, propagate = _logger.level, _logger.propagate
    _logger.addHandler(listener)
    _logger.setLevel(logging.INFO)
    _logger.propagate = False
    try:
        yield
    finally:
        _logger.removeHandler(listener)
        _logger.setLevel(level)
        _logger.propagate = propagate


def painting(pages: list, progress: Progress) -> None:
    """Let each page report itself when it is painted."""
    for number, page in enumerate(pages, 1):
        page.paint = _reported(page.paint, progress, number, len(pages))


def _reported(paint: Callable, progress: Progress, number: int, total: int) -> Callable:
    def painted(*arguments, **options) -> None:
        paint(*arguments, **options)
        progress(int(total * LAYOUT_SHARE + number * (1 - LAYOUT_SHARE)), total)

    return painted
