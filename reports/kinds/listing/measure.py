"""What the columns of a listing need, measured in the type that they are printed in."""

from collections.abc import Iterable

from duckdb import DuckDBPyConnection

from reports.columns import TEXT, Column
from reports.kinds.cells import Printer
from reports.kinds.document import ASSETS
from reports.kinds.listing.layout import Needs, needs_of_numbers, needs_of_text
from reports.kinds.rows import quoted, unused_name

# Rows that are looked at, spread evenly, besides the extremes of all rows.
SAMPLED = 1_000
# Letters are not equally wide: the widest text is among the longest ones.
CANDIDATES = 4
# A text wraps anyway before it is as long as this.
LONGEST_MEASURED = 80
# A text that has exactly its own width is broken when anything is rounded.
ALLOWANCE = 0.1


def needs_of(connection: DuckDBPyConnection, printers: list[Printer], sums: list[list[str]], face: str) -> list[Needs]:
    """`sums`: for each column its total and the widest subtotals, in words; they are set in bold.  `face`: the type of
    the document (see `Brand`)."""
    from reports import press  # WeasyPrint takes a second to load, and the web server has no use for it

    light, bold = [], []
    for printer, texts, sum_ in zip(printers, _texts(connection, printers), sums, strict=True):
        texts.sort(key=_by_length)
        words = {word for text in texts for word in text[:LONGEST_MEASURED].split()}
        light += [_longest(texts), texts[len(texts) // 10 :][:1], _longest(words)]
        bold += [[printer.look.name], printer.look.name.split(), sum_]
    light = [width + ALLOWANCE for width in press.widths_of(light, assets=ASSETS, face=face)]
    bold = [width + ALLOWANCE for width in press.widths_of(bold, bold=True, assets=ASSETS, face=face)]
    needs = []
    for i, printer in enumerate(printers):
        longest, typical, word = light[3 * i : 3 * i + 3]
        heading, heading_word, sum_ = bold[3 * i : 3 * i + 3]
        if printer.column.type == TEXT:
            needs.append(needs_of_text(longest, typical, word, heading, heading_word))
        else:
            needs.append(needs_of_numbers(max(longest, sum_), heading, heading_word))
    return needs


def with_room(needs: list[Needs], first: int, span: int, labels: list[str], face: str) -> list[Needs]:
    """The needs, with room for a label, in bold and on one line, over `span` columns: the first of them makes it."""
    from reports import press

    (width,) = press.widths_of([labels], bold=True, assets=ASSETS, face=face)
    least = width + ALLOWANCE - sum(need.least for need in needs[first + 1 : first + span])
    need = needs[first]
    wider = Needs(max(need.least, least), max(need.typical, least), max(need.most, least))
    return [*needs[:first], wider, *needs[first + 1 :]]


def _texts(connection: DuckDBPyConnection, printers: list[Printer]) -> list[list[str]]:
    """For each column some of its values in words: the extremes, and a sample."""
    columns, cells = [printer.column for printer in printers], [printer.widest for printer in printers]
    extremes = ", ".join(_extremes(column) for column in columns)
    found = connection.execute(f"SELECT count(*), {extremes} FROM rows").fetchone()  # noqa: S608
    texts = [[cell(value) for value in values or []] for cell, values in zip(cells, found[1:], strict=True)]
    place, stride = unused_name(columns), max(1, found[0] // SAMPLED)
    names = ", ".join(quoted(column.name) for column in columns)
    numbered = f"SELECT {names}, row_number() OVER () AS {place} FROM rows"  # noqa: S608
    sample = connection.execute(f"SELECT {names} FROM ({numbered}) WHERE {place} % {stride} = 0")  # noqa: S608
    for known, cell, values in zip(texts, cells, zip(*sample.fetchall(), strict=True), strict=False):
        known.extend(map(cell, values))
    for known, printer in zip(texts, printers, strict=True):
        known.extend(printer.others)
    return texts


def _extremes(column: Column) -> str:
    name = quoted(column.name)
    return f"arg_max({name}, length({name}), {CANDIDATES})" if column.type == TEXT else f"[min({name}), max({name})]"


def _longest(texts: Iterable[str]) -> list[str]:
    return [text[:LONGEST_MEASURED] for text in sorted(texts, key=_by_length)[:CANDIDATES]]


def _by_length(text: str) -> tuple[int, str]:
    """The longest first, and of those that are as long the same ones always: a set has an order of each process."""
    return -len(text), text
