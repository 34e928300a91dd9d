"""The rows of an API's pages, gathered in one file that is read like a person's."""

import hashlib
import json
from codecs import BOM_UTF8 as MARK
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import jmespath
from jmespath.exceptions import JMESPathError

from reports.networks import read_address
from reports.problems import Problem
from reports.sources import file
from reports.sources.excerpt import shorten
from reports.sources.json_rows import rows_of
from reports.sources.json_text import as_json

JSON, LINES, CSV = "json", "lines", "csv"
# Of a page that must be held as a whole, because a JMESPath looks into it.
MOST_HELD = 64 << 20
HEAD = 1000
CHUNK = 1 << 20
# Of a look at the first rows, and the header.
LOOK_LINES = 101


class Gathered:
    """settings: {"address", "format": one of the above, "rows": JMESPath or "", "cursor": JMESPath or ""}."""

    def __init__(self, settings: dict, folder: Path, most_rows: int):
        self.settings, self.most_rows = settings, most_rows
        self.host = read_address(settings["address"]).host
        self.path = folder / ("rows.csv" if settings["format"] == CSV else "rows.jsonl")
        self.pages, self.rows = 0, 0
        self.header, self.last = b"", b""

    def add(self, page: Path) -> tuple[int, object]:
        """How many rows a page has, and its JSON where a cursor is to be found in it.

        Raises Problem `api_html`, `api_xml`, `api_encoding`, `api_json`, `api_shape`, `api_lists`, `api_no_rows_at`,
        `api_header`, `api_large_page`, `api_same_page`, `api_path`, `json_row`, `json_value`,
        `source_rows`.
        """
        self.pages += 1
        self._expect_data(page)
        rows, document = self._add_csv(page) if self.settings["format"] == CSV else self._add_json(page)
        self.rows += rows
        if rows and self.settings["pages"] in ("page", "offset"):
            self._expect_another(page)
        return rows, document

    def write(self, target: Path, *, types: dict[str, str], progress: Callable, time_zone: str) -> dict:
        """As `file.read` does it.  Raises Problem."""
        if not self.rows:
            raise Problem("api_no_rows")
        return file.read(
            self.path,
            self.path.name,
            target,
            sheet=None,
            types=types,
            progress=progress,
            max_cells=0,
            time_zone=time_zone,
        )

    def _expect_data(self, page: Path) -> None:
        with page.open("rb") as file:
            start = file.read(HEAD).removeprefix(MARK).lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html")):
            raise Problem("api_html", host=self.host)
        if start.startswith(b"<"):
            raise Problem("api_xml", host=self.host)

    def _expect_another(self, page: Path) -> None:
        """A server that does not know the parameter sends the first page for ever."""
        with page.open("rb") as file:
            this = hashlib.file_digest(file, "sha256").digest()
        if this == self.last:
            raise Problem("api_same_page", page=self.pages, parameter=self.settings["page_name"])
        self.last = this

    def _add_csv(self, page: Path) -> tuple[int, None]:
        """All lines, but for the column names of later pages; whoever reads the file counts its rows."""
        rows = 0
        with page.open("rb") as file, self.path.open("ab") as target:
            header = file.readline(CHUNK).removeprefix(MARK).rstrip(b"\r\n")
            if header and not self.header:
                self.header = header
                target.write(header + b"\n")
            elif header and header != self.header:
                raise Problem("api_header", page=self.pages)
            ended = True
            while line := file.readline(CHUNK):
                rows += bool(line.strip()) and ended
                ended = line.endswith(b"\n")
                target.write(line)
            if not ended:
                target.write(b"\n")
        return rows, None

    def _add_json(self, page: Path) -> tuple[int, object]:
        whole = bool(self.settings["rows"] or self.settings["cursor"])
        try:
            document = self._document(page) if whole else None
            with self.path.open("a", encoding="utf-8", errors="replace") as target:
                rows = 0
                for row in self._rows(page, document):
                    rows += 1
                    if not isinstance(row, dict):
                        raise Problem("json_row", row=self.rows + rows)
                    if self.rows + rows > self.most_rows:
                        raise Problem("source_rows", limit=self.most_rows)
                    target.write(self._line(row, self.rows + rows))
        except UnicodeDecodeError:
            raise Problem("api_encoding", host=self.host, page=self.pages) from None
        return rows, document

    def _line(self, row: dict, number: int) -> str:
        try:
            return as_json(row) + "\n"
        except (RecursionError, KeyError):  # a JMESPath makes more than JSON has, such as `[&a]`
            raise Problem("json_value", row=number) from None

    def _document(self, page: Path) -> object:
        if page.stat().st_size > MOST_HELD:
            raise Problem("api_large_page", limit=MOST_HELD >> 20)
        if self.settings["format"] == LINES or not page.stat().st_size:
            return None
        try:
            return json.loads(
                page.read_text("utf-8-sig"), parse_float=Decimal, parse_constant=lambda name: None, strict=False
            )
        except json.JSONDecodeError as error:
            raise Problem("api_json", page=self.pages, line=error.lineno) from None
        except (ValueError, RecursionError) as error:
            if isinstance(error, UnicodeDecodeError):
                raise
            raise Problem("api_json", page=self.pages, line=1) from None

    def _rows(self, page: Path, document: object) -> Iterator[object]:
        if self.settings["rows"]:
            yield from self._found(document)
        elif page.stat().st_size and not self._is_without_rows(page):
            with page.open(encoding="utf-8-sig") as file:
                try:
                    yield from rows_of(file, lines=self.settings["format"] == LINES)
                except Problem as problem:
                    raise self._of_answer(problem) from problem

    def _is_without_rows(self, page: Path) -> bool:
        """Whether it is an object around an empty list.  An object around none is no row, but rather an error.

        Raises Problem `api_shape`.
        """
        if self.settings["format"] == LINES or page.stat().st_size > CHUNK:
            return False
        try:
            document = self._document(page)
        except Problem:  # whoever reads it row by row knows better where it is broken
            return False
        if not isinstance(document, dict):
            return False
        lists = [value for value in document.values() if isinstance(value, list)]
        if any(inner and isinstance(inner[0], dict) for inner in lists):
            return False
        if [] not in lists:
            raise Problem("api_shape")
        return True

    def _found(self, document: object) -> list:
        rows = found(self.settings["rows"], document)
        if rows is None and self.pages > 1:
            return []
        if isinstance(rows, dict):
            return [rows]
        if not isinstance(rows, list):
            raise Problem("api_no_rows_at", path=self.settings["rows"])
        return rows

    def _of_answer(self, problem: Problem) -> Problem:
        """What is wrong with a file is said of an answer."""
        match problem.code:
            case "json_broken":
                return Problem("api_json", page=self.pages, line=problem.params["line"])
            case "json_shape":
                return Problem("api_shape")
            case "json_lists":
                return Problem("api_lists", **problem.params)
        return problem


def found(path: str, document: object) -> object:
    """What a JMESPath leads to.  Raises Problem `api_path`."""
    try:
        return jmespath.search(path, document)
    except (JMESPathError, RecursionError) as error:
        raise Problem("api_path", path=path, reason=str(error)[:200]) from None


def first_rows(settings: dict, *, page: Path, target: Path, time_zone: str) -> list[dict]:
    """Of a page into `target`, a Parquet file without long texts; returns its columns [{name, type}].

    Scratch files stand beside `page`.  Raises Problem, MemoryError, OSError.
    """
    folder = page.parent
    gathered = Gathered(settings, folder, page.stat().st_size)
    gathered.add(page)
    _cut(gathered.path, LOOK_LINES)
    whole = folder / "whole.parquet"
    facts = gathered.write(whole, types={}, progress=lambda done, total: None, time_zone=time_zone)
    return shorten(whole, target, facts["columns"], time_zone)


def _cut(path: Path, most_lines: int) -> None:
    """Leave the first lines of a file."""
    short = path.with_suffix(".short")
    with path.open("rb") as file, short.open("wb") as target:
        target.writelines(islice(file, most_lines))
    short.replace(path)
