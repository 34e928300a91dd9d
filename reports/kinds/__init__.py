"""The kinds of report that the portal ships: one folder each; copy a sibling to add one.

A kind is a form of options and two plain functions over files, `gather` and `render`.  Neither function sees
Django's database, the broker or the network.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from duckdb import DuckDBPyConnection

from reports import paper
from reports.columns import Column
from reports.kinds.brand import NO_BRAND, Brand

# Told how far the work is: done, and of how much (None: unknown).
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Spec:
    """All that the steps need to know of a report.

    `report_id` and `requested_at` (ISO 8601 with an offset) are those that the document carries: a repetition has its
    original's.  `time_zone` is an IANA name; `language` a Django language code; `options` what the kind's form made;
    `sample` the number of rows a preview is made of (None: all); `data_of` when its data was asked for (ISO 8601), ""
    when nobody knows.
    """

    report_id: str
    kind: str
    title: str
    language: str
    time_zone: str
    requested_at: str
    requested_by: str
    dataset: str
    columns: tuple[Column, ...]
    options: dict = field(default_factory=dict)
    sample: int | None = None
    data_of: str = ""
    brand: Brand = NO_BRAND

    @property
    def standard(self) -> str:
        """What the PDF is to claim, one of `reports.kinds.forms.STANDARDS`."""
        return self.options.get("standard", "ua-1")

    @property
    def paper(self) -> str:
        """One of `reports.paper.SIZES`; reports of before there was a choice are on the usual one."""
        return self.options.get("paper", paper.USUAL)


@dataclass(frozen=True)
class Kind:
    """One layout.

    prints_every_row: whether a document grows with its data.
    form: a Django form, `form(data, columns=...)`, whose `options()` gives what `Spec.options` holds.
    gather(connection, spec, folder, progress): reads the DuckDB view `rows`, writes the data of the report into
        `folder`, returns facts: {"rows": int}.
    render(spec, gathered, folder, progress): reads the folder that gather wrote, writes `folder/document.html`, and
        beside it `receipt.json` (see `receipt`), the rows of its long tables (see `reports.press`) and, for an
        archive, `data.csv`; returns facts.
    data_query(connection, spec): the SQL, and its parameters, of the rows that the report shows, as a table for others.
    tallies(spec, rendered): reads the folder that render wrote, returns a tally for each of its long tables.
    """

    code: str
    name: str
    description: str
    prints_every_row: bool
    form: type
    gather: Callable[[DuckDBPyConnection, Spec, Path, Progress], dict]
    render: Callable[[Spec, Path, Path, Progress], dict]
    data_query: Callable[[DuckDBPyConnection, Spec], tuple[str, list]]
    tallies: Callable[[Spec, Path], dict] = lambda spec, rendered: {}
