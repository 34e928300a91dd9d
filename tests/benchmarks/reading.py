"""A large file: read by Prelo, by DuckDB alone, and a summary of what Prelo has read."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import duckdb

from tests.benchmarks.files import Files
from tests.benchmarks.measure import Figures, in_fork
from tests.kinds.making import quiet, spec_for

Make = Callable[[Path], Figures]
SUMMARY = {
    "measures": "Quantity, Total",
    "measure": "Total",
    "date": "Date",
    "breakdowns": "City, Product",
    "rankings": "Customer",
}
TYPES = {
    "Order": "integer",
    "Date": "date",
    "Customer": "text",
    "City": "text",
    "Product": "text",
    "Quantity": "integer",
    "Unit price": "decimal",
    "Total": "decimal",
    "Branch": "text",
}


@contextmanager
def prelo_reads(files: Files) -> Iterator[Make]:
    """In a fork each time, as a worker does."""
    django.setup()

    def make(target: Path) -> Figures:
        return in_fork(lambda: _read(files.csv, target))

    yield make


def _read(csv: Path, target: Path) -> None:
    from reports.sources import file

    heard = []
    facts = file.read(
        csv,
        csv.name,
        target,
        sheet=None,
        types={},
        progress=lambda done, total: heard.append(done / total),
        max_cells=0,
        time_zone="UTC",
    )
    assert {column["name"]: column["type"] for column in facts["columns"]} == TYPES
    assert len(heard) > 10 and heard == sorted(heard) and heard[-1] > 0.9


@contextmanager
def plain_duckdb(files: Files) -> Iterator[Make]:
    """What it makes of the same file by itself: the branch 007 becomes 7."""

    def copy(target: Path) -> None:
        with duckdb.connect(config={"threads": 2}) as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"COPY (SELECT * FROM read_csv('{files.csv}')) TO '{target}' (FORMAT parquet)")

    yield lambda target: in_fork(lambda: copy(target))


@contextmanager
def prelo_gathers(files: Files) -> Iterator[Make]:
    django.setup()
    from reports.pipeline import gather

    in_fork(lambda: _read(files.csv, files.snapshot))
    spec = spec_for(files.snapshot, "summary", SUMMARY)

    def make(target: Path) -> Figures:
        with tempfile.TemporaryDirectory(dir=files.folder) as folder:
            figures = in_fork(lambda: gather.gather(spec, files.snapshot, Path(folder), quiet))
            shutil.copy(Path(folder) / "facts.json", target)
        return figures

    yield make
