"""Prelo, from the rows in a snapshot to the PDF, as a worker makes it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings

from reports.pipeline import gather, render, write_pdf
from tests.benchmarks.files import Files
from tests.benchmarks.measure import Figures, in_fork
from tests.benchmarks.orders import spec_of
from tests.kinds.making import quiet


@contextmanager
def prelo(files: Files, *, tagged: bool = True) -> Iterator[Callable[[Path], Figures]]:
    """Every step in a fork of a process that is warm, one after the other."""
    django.setup()
    from reports import tasks  # needs what the line above has set up

    tasks.prepare()
    if not tagged:
        settings.TAGGED_ROWS = 0
    spec = spec_of(files)

    def make(target: Path) -> Figures:
        with tempfile.TemporaryDirectory(dir=files.folder) as name:
            gathered, rendered, written = folders = [Path(name, step) for step in ("gather", "render", "write_pdf")]
            for folder in folders:
                folder.mkdir()
            steps = {
                "gather": in_fork(lambda: gather.gather(spec, files.snapshot, gathered, quiet)),
                "render": in_fork(lambda: render.render(spec, gathered, rendered, quiet)),
                "write_pdf": in_fork(lambda: write_pdf.write_pdf(spec, rendered, written, quiet)),
            }
            (written / "report.pdf").rename(target)
        return Figures.of_steps(steps)

    yield make
