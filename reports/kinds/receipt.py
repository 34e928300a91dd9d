"""The receipt of a document: all that was gathered is printed, and nothing else.

It is drawn up twice.  `gather` counts the rows of the snapshot that pass the filters and adds up their numbers; while
the PDF is written, what stands on its pages is counted and added up again.  The document says so itself, so a PDF for
which the two differ is not published.

A receipt is a dict:
    rows     their number
    columns  of a listing, for every numeric one: {name, place (in a row, from 0), decimals (how many its data has),
             filled (how many values), sum}
    figures  of a summary: the texts that it prints
Sums are text, and exact: decimals are added up as decimals; floating-point numbers, and decimals that are printed with
fewer digits than they have, as they are printed, which rounds them.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from django.utils.translation import gettext, ngettext
from duckdb import DuckDBPyConnection

from reports.columns import NUMERIC, Column
from reports.kinds import Spec
from reports.kinds.cells import Numbers
from reports.kinds.formats import Formats
from reports.kinds.looks import Look, look_of, looks_of
from reports.kinds.rows import aggregated, physical_types, quoted, where
from reports.kinds.tally import Printed, Tally
from reports.problems import Problem

# The name of its file beside the document.
FILE = "receipt.json"
_FETCHED = 10_000


def sums_of(
    connection: DuckDBPyConnection, spec: Spec, columns: Iterable[Column], decimals: Mapping[str, int]
) -> dict[str, dict]:
    """{column: {filled, sum}} of the numeric columns, over the rows that pass the filters.

    `decimals`: how many of them the data of a column has.
    """
    types, looks = physical_types(connection), looks_of(spec.options)
    formats = Formats(spec.language, spec.time_zone)
    numbers = {
        column.name: Numbers(formats, decimals.get(column.name, 0), looks.get(column.name, Look(column.name)))
        for column in columns
        if column.type in NUMERIC
    }
    rounded = [name for name in numbers if types[name] == "DOUBLE" or numbers[name].rounds]
    exact = [name for name in numbers if name not in rounded]
    return _exact(connection, spec, exact) | {
        name: _as_printed(connection, spec, name, numbers[name]) for name in rounded
    }


def _exact(connection: DuckDBPyConnection, spec: Spec, names: list[str]) -> dict[str, dict]:
    condition, parameters = where(connection, spec)
    row = aggregated(
        connection,
        lambda sums: (
            f"SELECT {', '.join(['count(*)', *(f'count({quoted(name)}), {sums.of(name)}' for name in names)])} "  # noqa: S608
            f"FROM rows WHERE {condition}"
        ),
        parameters,
    )[0]
    filled, totals = row[1::2], row[2::2]
    return {
        name: {"filled": count, "sum": str(total or 0)}
        for name, count, total in zip(names, filled, totals, strict=True)
    }


def _as_printed(connection: DuckDBPyConnection, spec: Spec, name: str, numbers: Numbers) -> dict:
    printed = Printed()
    condition, parameters = where(connection, spec)
    column = quoted(name)
    query = f"SELECT {column} FROM rows WHERE ({condition}) AND {column} IS NOT NULL"  # noqa: S608
    values = connection.execute(query, parameters)
    while chunk := values.fetchmany(_FETCHED):
        for (value,) in chunk:
            printed.add(numbers.read(numbers.write(value)))
    return {"filled": printed.filled, "sum": str(printed.sum)}


def of_listing(rows: int, columns: Iterable[Column], sums: Mapping[str, dict], decimals: Mapping[str, int]) -> dict:
    """The receipt of a table that prints these columns."""
    numeric = [(place, column.name) for place, column in enumerate(columns) if column.name in sums]
    return {
        "rows": rows,
        "columns": [
            {"name": name, "place": place, "decimals": decimals[name], **sums[name]} for place, name in numeric
        ],
    }


def places_of(receipt: dict) -> dict[int, int]:
    """{place: decimals} of the columns that a tally adds up."""
    return {column["place"]: column["decimals"] for column in receipt["columns"]}


def looks_on(receipt: dict, options: dict) -> dict[int, Look]:
    """{place: look} of the same columns."""
    return {column["place"]: look_of(options, column["name"]) for column in receipt["columns"]}


def compare(receipt: dict, tally: Tally) -> None:
    """Raises Problem when the rows that the tally was told of, or their sums, are not those that were gathered."""
    if tally.rows != receipt["rows"]:
        raise Problem("receipt_rows", printed=tally.rows, gathered=receipt["rows"])
    for column in receipt["columns"]:
        found = tally.printed[column["place"]]
        if (found.filled, found.sum) != (column["filled"], Decimal(column["sum"])):
            raise Problem("receipt_sum", column=column["name"], printed=str(found.sum), gathered=column["sum"])


def find_figures(receipt: dict, pages: Iterable[str]) -> None:
    """Raises Problem when a figure is not in the text of any page; spaces do not count."""
    text = "".join("".join(page.split()) for page in pages)
    for figure in receipt["figures"]:
        if "".join(figure.split()) not in text:
            raise Problem("receipt_figure", figure=figure)


def in_words(receipt: dict, formats: Formats, options: Mapping = MappingProxyType({})) -> str:
    """The receipt as it stands at the end of the document."""
    words = gettext("Complete: %(rows)s.") % {"rows": rows_in_words(receipt, formats)}
    totals = totals_in_words(receipt, formats)
    if not totals:
        return words
    control = gettext("Control totals, the same in the data and on these pages: %(totals)s.")
    named = " · ".join(f"{look_of(options, name).name} {sum_}" for name, sum_ in totals)
    return f"{words} {control % {'totals': named}}"


def rows_in_words(receipt: dict, formats: Formats) -> str:
    """How many rows were gathered, and what became of them."""
    if "figures" in receipt:
        words = ngettext(
            "the figures are those of %(number)s row", "the figures are those of %(number)s rows", receipt["rows"]
        )
    else:
        words = ngettext(
            "%(number)s row gathered, %(number)s printed",
            "%(number)s rows gathered, %(number)s printed",
            receipt["rows"],
        )
    return words % {"number": formats.number(receipt["rows"])}


def totals_in_words(receipt: dict, formats: Formats) -> list[tuple[str, str]]:
    """(column, sum) of every numeric column."""
    sums = [(column["name"], Decimal(column["sum"])) for column in receipt.get("columns", [])]
    return [(name, formats.number(value, max(0, -value.as_tuple().exponent))) for name, value in sums]


def as_metadata(receipt: dict) -> str:
    """The receipt for programs: `rows=120; Total=10710.00`."""
    return "; ".join([f"rows={receipt['rows']}", *(f"{c['name']}={c['sum']}" for c in receipt.get("columns", []))])
