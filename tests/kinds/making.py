"""Make small snapshots, specs and PDFs, and read the PDFs back."""

import json
import re
from functools import partial
from pathlib import Path

import duckdb
import pypdfium2

from reports import sandbox
from reports.columns import Column
from reports.kinds import Spec
from reports.kinds.registry import kind_named
from reports.pipeline import gather, render, write_pdf

TYPES = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}

SALES = """
    SELECT * FROM (VALUES
        (7, 'North', 'Ana', 10.50, DATE '2025-01-31'),
        (3, 'South', 'Bia', 1234.56, DATE '2025-02-01'),
        (5, 'North', 'Ana', 2.25, DATE '2025-02-28'),
        (1, NULL, 'Caio', NULL, NULL),
        (9, 'South', 'Davi', -4.00, DATE '2025-04-30')
    ) AS sales("No", "Region", "Seller", "Total", "Day")
"""


def snapshot(folder: Path, query: str) -> Path:
    """A Parquet file with the rows of a query; integers become BIGINT, as in a real snapshot."""
    path = folder / "data.parquet"
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE data AS {query}")
    for name, kind, *_ in connection.execute("DESCRIBE data").fetchall():
        if kind == "INTEGER":
            connection.execute(f'ALTER TABLE data ALTER "{name}" TYPE BIGINT')
    connection.execute(f"COPY data TO '{path}'")
    return path


def columns_of(parquet: Path) -> tuple[Column, ...]:
    described = duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{parquet}'").fetchall()
    return tuple(Column(name, TYPES.get(kind, "decimal")) for name, kind, *_ in described)


def spec_for(
    parquet: Path, kind: str, options: dict | None = None, *, language="en", zone="UTC", sample=None, title="Sales"
) -> Spec:
    """A spec whose options went through the kind's form."""
    columns = columns_of(parquet)
    form = kind_named(kind).form(options or {}, columns=columns)
    assert form.is_valid(), form.error_lines()
    return Spec(
        report_id="6f1c9a52-0d3b-4b1e-9a53-0c6b3c0b9f11",
        kind=kind,
        title=title,
        language=language,
        time_zone=zone,
        requested_at="2026-03-01T14:30:00.123456+00:00",
        requested_by="Ana Souza",
        dataset="Sales 2025",
        columns=columns,
        options=form.options(),
        sample=sample,
    )


def quiet(done: int, total: int | None = None) -> None:
    """Progress that nobody watches."""


def gathered(spec: Spec, parquet: Path, folder: Path) -> tuple[dict, Path]:
    """The facts that gather told, and its folder."""
    target = folder / "gathered"
    target.mkdir()
    return gather.gather(spec, parquet, target, quiet), target


def document(spec: Spec, parquet: Path, folder: Path) -> str:
    """The HTML of a report.  Charts may only be drawn in a process of their own."""
    source, target = gathered(spec, parquet, folder)[1], folder / "rendered"
    target.mkdir()
    sandbox.run(lambda progress: render.render(spec, source, target, progress), **LIMITS)
    return (target / "document.html").read_text()


def lines(spec: Spec, parquet: Path, folder: Path) -> list[list[str]]:
    """The rows of a listing's long table, as they go to the press."""
    document(spec, parquet, folder)
    return [json.loads(line) for line in (folder / "rendered" / "rows.jsonl").open()]


def pdf(spec: Spec, parquet: Path, folder: Path) -> tuple[dict, Path]:
    """The facts that write_pdf told, and its folder."""
    document(spec, parquet, folder)
    return written(spec, folder)


def written(spec: Spec, folder: Path, name: str = "written", **more) -> tuple[dict, Path]:
    """What write_pdf told of the document in `rendered`, and its folder.  The validator, too, may only run in a process
    of its own."""
    target = folder / name
    target.mkdir()
    write = partial(write_pdf.write_pdf, spec, folder / "rendered", target, **more)
    return sandbox.run(write, **LIMITS), target


def pages_of(folder: Path) -> list[str]:
    """The text of each page of `report.pdf`, with single spaces."""
    file = pypdfium2.PdfDocument(folder / "report.pdf")
    pages = [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in file]
    file.close()
    return pages


def made(folder: Path, query: str, kind: str, options: dict | None = None, **asked) -> str:
    """The text of the whole PDF of a query's rows."""
    parquet = snapshot(folder, query)
    return " ".join(pages_of(pdf(spec_for(parquet, kind, options, **asked), parquet, folder)[1]))


def facts_in(folder: Path) -> dict:
    return json.loads((folder / "facts.json").read_text())


LIMITS = {"seconds": 60, "megabytes": 4096, "on_tick": lambda progress: True}
