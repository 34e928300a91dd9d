"""What is measured, and what is to be reached."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.chromium import chromium
from tests.benchmarks.crowd import crowd
from tests.benchmarks.files import Work
from tests.benchmarks.peers import reportlab, typst, weasyprint
from tests.benchmarks.prelo import prelo
from tests.benchmarks.reading import plain_duckdb, prelo_gathers, prelo_reads


@dataclass(frozen=True)
class Entry:
    """A contender, what it prints, and how often."""

    contender: Callable
    work: Work
    times: int


@dataclass(frozen=True)
class Ratio:
    """The time of `of` is to be at most so many times that of `to`."""

    of: str
    to: str
    at_most: float


@dataclass(frozen=True)
class Peak:
    """The memory of `of` is to be at most so many MB."""

    of: str
    at_most: float


@dataclass(frozen=True)
class Seconds:
    """`of` is to take at most so many seconds."""

    of: str
    at_most: float


@dataclass(frozen=True)
class Case:
    title: str
    entries: dict[str, Entry]
    targets: list[Ratio | Peak | Seconds]
    makes: str = "made.pdf"


UNTAGGED, TAGGED = "Prelo", "Prelo, tagged"
EIGHT = {"columns": "Order,Date,Customer,City,Product,Quantity,Unit price,Total"}
TEN_THOUSAND, TWENTY = Work(10_000, options=EIGHT), Work(20, options={**EIGHT, "orientation": "portrait"})
WRAPPING = Work(10_000, options={"columns": EIGHT["columns"].replace("Product", "Remark")})
CROWD = Work(10_000, options={"columns": "Order"})
CHARTS = Work(2_000, "summary", {"measures": "Total", "measure": "Total", "breakdowns": "City", "rankings": ""})
BROUGHT = Work(10_000_000, is_file=True)
printed_untagged = partial(prelo, tagged=False)

CASES = {
    "listing-10k": Case(
        "10,000 rows of 8 columns",
        {
            UNTAGGED: Entry(printed_untagged, TEN_THOUSAND, 5),
            TAGGED: Entry(prelo, TEN_THOUSAND, 5),
            "ReportLab LongTable": Entry(reportlab, TEN_THOUSAND, 3),
            "ReportLab, texts wrap": Entry(partial(reportlab, wraps=True), TEN_THOUSAND, 2),
            "ReportLab, split by hand": Entry(partial(reportlab, by_hand=True), TEN_THOUSAND, 3),
            "Typst": Entry(partial(typst, tagged=False), TEN_THOUSAND, 3),
            "Typst, tagged": Entry(typst, TEN_THOUSAND, 3),
            "Chromium": Entry(partial(chromium, tagged=False), TEN_THOUSAND, 3),
            "Chromium, tagged": Entry(chromium, TEN_THOUSAND, 2),
            "WeasyPrint": Entry(weasyprint, TEN_THOUSAND, 1),
        },
        [
            Ratio(UNTAGGED, "ReportLab LongTable", 1 / 5),
            Peak(UNTAGGED, 150),
            Ratio(TAGGED, "ReportLab LongTable", 0.6),
            Ratio(TAGGED, "Chromium, tagged", 1 / 8),
            Peak(TAGGED, 250),
        ],
    ),
    "listing-wrapping": Case(
        "10,000 rows of 8 columns, one of them of remarks that take up to three lines",
        {
            UNTAGGED: Entry(printed_untagged, WRAPPING, 3),
            "ReportLab, texts wrap": Entry(partial(reportlab, wraps=True), WRAPPING, 2),
            "Typst": Entry(partial(typst, tagged=False), WRAPPING, 2),
        },
        [],
    ),
    "listing-100k": Case(
        "100,000 rows of 8 columns, untagged",
        {
            "Prelo, 10,000": Entry(printed_untagged, TEN_THOUSAND, 3),
            "Prelo, 100,000": Entry(printed_untagged, Work(100_000, options=EIGHT), 3),
        },
        [Ratio("Prelo, 100,000", "Prelo, 10,000", 11), Peak("Prelo, 100,000", 200)],
    ),
    "listing-1m": Case(
        "1,000,000 rows of 8 columns, untagged",
        {
            "Prelo, 10,000": Entry(printed_untagged, TEN_THOUSAND, 3),
            "Prelo, 1,000,000": Entry(printed_untagged, Work(1_000_000, options=EIGHT), 1),
        },
        [Ratio("Prelo, 1,000,000", "Prelo, 10,000", 120), Peak("Prelo, 1,000,000", 600)],
    ),
    "small": Case(
        "1 page, 20 rows",
        {
            "Prelo": Entry(prelo, TWENTY, 15),
            "WeasyPrint": Entry(weasyprint, TWENTY, 15),
            "Chromium": Entry(chromium, TWENTY, 15),
            "Chromium, same page": Entry(partial(chromium, same_page=True), TWENTY, 15),
        },
        [Ratio("Prelo", "Chromium", 0.3)],
    ),
    "burst": Case(
        "500 PDFs of 20 rows from one dataset, by two workers",
        {
            "A burst": Entry(partial(crowd, how="burst"), CROWD, 1),
            "500 requests": Entry(partial(crowd, how="requests"), CROWD, 1),
        },
        [Ratio("A burst", "500 requests", 1 / 4)],
    ),
    "charts": Case(
        "2 pages with 2 charts (Prelo draws them; Chromium is handed them)",
        {
            "Prelo": Entry(prelo, CHARTS, 15),
            "Chromium": Entry(chromium, CHARTS, 15),
            "Chromium, same page": Entry(partial(chromium, same_page=True), CHARTS, 15),
        },
        [Ratio("Prelo", "Chromium", 1)],
    ),
    "big-file": Case(
        "10,000,000 rows of 9 columns in a CSV of 1 GB: read into a snapshot, and a summary gathered from it",
        {
            "Prelo reads": Entry(prelo_reads, BROUGHT, 2),
            "DuckDB, COPY TO parquet": Entry(plain_duckdb, BROUGHT, 3),
            "Prelo gathers a summary": Entry(prelo_gathers, BROUGHT, 3),
        },
        [
            Ratio("Prelo reads", "DuckDB, COPY TO parquet", 4),
            Peak("Prelo reads", 1000),
            Seconds("Prelo gathers a summary", 3),
        ],
        makes="made",
    ),
}
