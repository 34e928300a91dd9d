"""Debian's Chromium, kept running and asked by Playwright."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.files import Files
from tests.benchmarks.measure import Figures, with_servers

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def chromium(files: Files, *, tagged: bool = True, same_page: bool = False) -> Iterator[Callable[[Path], Figures]]:
    """Prints the document with an ordinary table.

    Each document has a context of its own, which is how a service keeps the documents of different people apart;
    `same_page`: all of them are opened in the same page, one after the other.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page()

        def print_to(target: Path) -> None:
            here = page if same_page else browser.new_context().new_page()
            here.goto(files.styled.as_uri(), timeout=0)
            here.pdf(path=target, prefer_css_page_size=True, tagged=tagged)

        def make(target: Path) -> Figures:
            figures = with_servers(lambda: print_to(target))
            for context in browser.contexts[1:]:
                context.close()
            return figures

        yield make
        browser.close()
