"""Which character separates the values of a delimited text, found from its beginning."""

import csv
import io
from dataclasses import dataclass

from reports.problems import Problem

DELIMITERS = ",;\t|"
# What "separates" the values of a table with one column: no text contains it.
NOTHING = "\x1f"
SAMPLE_ROWS = 200
# Characters of one row. It bounds what a forgotten quotation mark can swallow.
LONGEST_ROW = 2_000_000
csv.field_size_limit(LONGEST_ROW)


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    header: list[str]
    skip: int  # lines before the header
    newline: str  # what ends the header row


def dialect_of(sample: str, file_name: str, *, complete: bool) -> Dialect:
    """The delimiter whose rows agree best with the first row, and that row: the header.

    `complete`: the sample is the whole text.  Raises Problem `file_empty`.
    """
    skip, sample = _without_blank_lines(sample)
    if sample[:4].lower() == "sep=" and sample[5:6] in ("\r", "\n"):  # Excel's own way of saying it
        delimiter = sample[4]
        blank, sample = _without_blank_lines(sample[5:])
        return _dialect(sample, delimiter, skip + blank)
    favourite = "\t" if file_name.lower().endswith((".tsv", ".tab")) else ","
    readings = {delimiter: _rows(sample, delimiter, complete) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: (_agreement(readings[delimiter]), delimiter == favourite))
    return _dialect(sample, best if _separates(readings[best]) else NOTHING, skip)


def _dialect(sample: str, delimiter: str, skip: int) -> Dialect:
    lines = io.StringIO(sample, newline="")
    header = next(reader_of(lines, delimiter, spaced=quoted_after_space(delimiter) in sample))
    read = sample[: lines.tell()]
    return Dialect(delimiter, header, skip, read[len(read.rstrip("\r\n")) :])


def reader_of(lines, delimiter: str, *, spaced: bool, strict: bool = False):
    """A csv.reader; `spaced`: a value may be in quotation marks after a space, as in `a, "b, c"`."""
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=spaced, strict=strict)


def quoted_after_space(delimiter: str) -> str:
    return f'{delimiter} "'


def _separates(rows: list[list[str]]) -> bool:
    """Whether the header has several values, and so has a row, if there is any."""
    header, *rest = rows
    return len(header) > 1 and (not rest or any(len(row) > 1 for row in rest))


def _agreement(rows: list[list[str]]) -> tuple[float, float, int]:
    """Shares of the rows with as many values as the header, and with several; and the width of the header."""
    width, rest = len(rows[0]), rows[1:]
    if width == 1:
        return 0.0, 0.0, 1
    equal = sum(len(row) == width for row in rest)
    several = sum(len(row) > 1 for row in rest)
    return equal / max(1, len(rest)), several / max(1, len(rest)), width


def _without_blank_lines(sample: str) -> tuple[int, str]:
    """(lines that were blank, what follows them)."""
    skip = start = 0
    for line in io.StringIO(sample, newline=""):
        if line.strip("\ufeff \t\r\n"):
            return skip, sample[start:]
        skip, start = skip + 1, start + len(line)
    raise Problem("file_empty")


def _rows(sample: str, delimiter: str, complete: bool) -> list[list[str]]:
    """The first rows of the sample; its last one is left out when it may be cut."""
    spaced = quoted_after_space(delimiter) in sample
    rows: list[list[str]] = []
    for row in reader_of(io.StringIO(sample, newline=""), delimiter, spaced=spaced):
        if row:
            rows.append(row)
        if len(rows) > SAMPLE_ROWS:
            return rows
    return rows if complete or len(rows) == 1 else rows[:-1]
