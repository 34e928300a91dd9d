"""Values between commas, semicolons, tabs or pipes, with quotation marks where needed (RFC 4180).

DuckDB reads the file, strictly and in parallel.  When it refuses, Python's csv module, slower and more patient, goes
through it row by row: it fills short rows, finds the row that cannot be understood, and writes a clean copy.
"""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from reports.problems import Problem
from reports.sources.dialect import LONGEST_ROW, Dialect, dialect_of, quoted_after_space, reader_of
from reports.sources.encoding import as_utf8
from reports.sources.engine import literal
from reports.sources.headers import MAX_COLUMNS
from reports.sources.stage import Original, Stage, Staged, give_up, note

SAMPLE = 1 << 20
# Bytes: a character has up to four, and a copy doubles quotation marks.
LONGEST_READ = 8 * LONGEST_ROW
ROWS_PER_REPORT = 10_000
NEWLINE = r"'\n'"


def stage(original: Original) -> Stage:
    """Raises Problem for what is no table; see also `as_utf8`."""
    text = as_utf8(original, lambda share: original.report(share / 2), longest_line=LONGEST_ROW)
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(SAMPLE)
    dialect = dialect_of(sample, original.name, complete=len(sample) < SAMPLE)
    width = len(dialect.header)
    if width > MAX_COLUMNS:
        raise Problem("file_columns", found=width, limit=MAX_COLUMNS)

    def patiently(refusal: Exception | None = None) -> Stage:
        copy = original.folder / "clean.csv"
        notes = _clean_copy(text.path, copy, dialect, lambda share: original.report(0.5 + share / 2))
        return _stage(scan_copy(copy, width), dialect, text.notes + notes, give_up)

    if not _suits_duckdb(dialect):
        return patiently()
    return _stage(_scan(text.path, dialect), dialect, text.notes, patiently)


def _suits_duckdb(dialect: Dialect) -> bool:
    """DuckDB takes the first end of a line for the end of every row, also when it stands inside a quotation, unless
    it is told "\\n", the only end that it can be told.  Then it may skip rows without a word.
    """
    broken = any("\n" in header or "\r" in header for header in dialect.header)
    return not dialect.skip and (dialect.newline == "\n" or not broken)


def _stage(relation: str, dialect: Dialect, notes: list[dict], refused: Callable) -> Stage:
    columns = [Staged(header, f"c{number}") for number, header in enumerate(dialect.header)]
    return Stage(relation, columns, refused, notes=notes, first_row=dialect.skip + 2, delimiter=dialect.delimiter)


def _scan(path: Path, dialect: Dialect) -> str:
    newline = f", new_line = {NEWLINE}" if dialect.newline == "\n" else ""
    return _read_csv(path, len(dialect.header), f"delim = {literal(dialect.delimiter)}, header = true{newline}")


def writer_of(copy: TextIO):
    """A csv.writer for a copy that `scan_copy` reads."""
    return csv.writer(copy, lineterminator="\n", quoting=csv.QUOTE_ALL)


def scan_copy(path: Path, width: int, *, ragged: bool = False) -> str:
    """SQL that reads what `writer_of` wrote, without a header, as `width` columns of text: c0, c1 and so on.

    `ragged` fills short rows with NULL.
    """
    # Any character may be inside the quotation marks, and then the parallel reader sometimes loses its way.
    options = f"delim = ',', header = false, new_line = {NEWLINE}, parallel = false, null_padding = {ragged}"
    return _read_csv(path, width, options)


def _read_csv(path: Path, width: int, options: str) -> str:
    columns = ", ".join(f"c{number}: 'VARCHAR'" for number in range(width))
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, strict_mode = true, quote = '\"', escape = '\"', "
        f"columns = {{{columns}}}, {options}, max_line_size = {LONGEST_READ}, buffer_size = {2 * LONGEST_READ})"
    )


def _clean_copy(source: Path, target: Path, dialect: Dialect, report: Callable[[float], None]) -> list[dict]:
    """Write the rows below the header, each with as many values as the header; returns notes."""
    width, short, first_short = len(dialect.header), 0, 0
    with target.open("w", encoding="utf-8", newline="") as copy:
        writer = writer_of(copy)
        for number, line, row in _numbered_rows(source, dialect, report):
            missing = width - len(row)
            if missing < 0:
                if any(row[width:]):
                    raise Problem("row_too_many_values", row=number, line=line, found=len(row), expected=width)
                row = row[:width]
            elif missing:
                if not "".join(row).strip():
                    continue
                short, first_short = short + 1, first_short or number
                row += [""] * missing
            writer.writerow(row)
    return [note("note_short_rows", rows=short, row=first_short)] if short else []


def _numbered_rows(source: Path, dialect: Dialect, report: Callable[[float], None]) -> Iterator[tuple]:
    """(row, line, values) of each row below the header.  As in a spreadsheet the header is row 1 (when nothing stands
    above it) and blank lines count; a quotation with line breaks makes lines and rows differ.

    Raises Problem `quote_unclosed`, `quote_stray`, `row_too_long`.
    """
    size, spaced = source.stat().st_size, _is_spaced(source, dialect.delimiter)
    with source.open(encoding="utf-8-sig", newline="") as lines:
        for _ in range(dialect.skip):
            next(lines)
        reader = reader_of(lines, dialect.delimiter, spaced=spaced, strict=True)
        row = line = dialect.skip + 1
        while (values := _next_row(reader, row, line)) is not None:
            if row > dialect.skip + 1:
                yield row, line, values
            row, line = row + 1, dialect.skip + reader.line_num + 1
            if not row % ROWS_PER_REPORT:
                report(lines.buffer.tell() / size)


def _next_row(reader, row: int, line: int) -> list[str] | None:
    first = reader.line_num
    try:
        values = next(reader, None)
    except csv.Error as error:
        code = "quote_stray" if "expected after" in str(error) else "quote_unclosed"
        raise Problem(code, row=row, line=line) from error
    # A row on one line is bounded by the longest line.
    if values and reader.line_num > first + 1 and sum(map(len, values)) > LONGEST_ROW:
        raise Problem("row_too_long", row=row, line=line, limit=LONGEST_ROW)
    return values


def _is_spaced(source: Path, delimiter: str) -> bool:
    pattern = quoted_after_space(delimiter)
    with source.open(encoding="utf-8", newline="") as lines:
        return any(pattern in line for line in lines)
