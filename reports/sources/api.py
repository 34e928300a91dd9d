"""A web address that answers with JSON, JSON Lines or CSV, perhaps in pages."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from reports.networks import origin_of, read_address, without
from reports.problems import Problem
from reports.sources import Limits
from reports.sources.pages import CSV, JSON, LINES, Gathered
from reports.sources.pagination import LINK, Pages, with_secret_parameter
from reports.sources.patience import Page, Reader, Request
from reports.sources.stage import note

ACCEPT = {JSON: "application/json", LINES: "application/x-ndjson, application/jsonl", CSV: "text/csv"}
HEADER, PARAMETER = "header", "parameter"
# Beside a snapshot lies what the next reading needs to ask whether there is anything new.
SIDECAR = "answer.json"
# What a look at the first rows may fetch.
LOOK_BYTES = 4 << 20
CONDITIONS = {"if-none-match", "if-modified-since"}


def read(
    settings: dict,
    target: Path,
    *,
    progress: Callable[[int, int | None], None],
    limits: Limits,
    types: dict[str, str],
    time_zone: str,
    secret: str = "",
    previous: Path | None = None,
) -> dict:
    """settings: {"address", "parameters": [[name, value]], "headers": [[name, value]], "body": JSON to POST or "",
    "token": HEADER, PARAMETER or "", "token_name"}, and those of `pages.Gathered` and `pagination.Pages`.

    `secret`: the token.  `previous`: the folder of a snapshot that was read in the same way: when the server says that
    nothing is new, this one has its rows.

    Raises Problem; see `reports.sources`.
    """
    reader = Reader(seconds=limits.seconds, most_bytes=limits.bytes, report=lambda size: progress(size, None))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".reading-") as scratch:
        folder = Path(scratch)
        before = _sidecar(previous, target.name) if previous and _may_ask_for_news(settings) else {}
        first, *others = before.get("pages", [{}])
        page = reader.fetch(_request(settings, settings_address(settings), secret, first), folder / "page")
        if page.status == 304:
            if _are_the_same(others, settings, secret, reader, folder / "page"):
                return _like_before(previous, before, target)
            reader.begin_anew()
            page = reader.fetch(_request(settings, settings_address(settings), secret), folder / "page")
        gathered, marks = _gather(settings, secret, reader, page, folder, limits.rows)
        facts = gathered.write(folder / target.name, types=types, progress=progress, time_zone=time_zone)
        if facts["rows"] > limits.rows:
            raise Problem("source_rows", limit=limits.rows)
        (folder / target.name).replace(target)
    if _may_ask_for_news(settings) and _tell_news(marks):
        (target.parent / SIDECAR).write_text(json.dumps({"pages": marks, "facts": facts}))
    return facts


def fetch_first(settings: dict, target: Path, *, secret: str, seconds: float) -> None:
    """The first page as it comes, for a look at its rows (`pages.first_rows`).  Raises Problem."""
    reader = Reader(seconds=seconds, most_bytes=LOOK_BYTES, report=lambda size: None, attempts=1)
    reader.fetch(_request(settings, settings_address(settings), secret), target)


def settings_address(settings: dict) -> str:
    """That of the first page.  Raises Problem `http_address`, `http_credentials`."""
    return Pages(settings).address


def _gather(
    settings: dict, secret: str, reader: Reader, page: Page, folder: Path, most_rows: int
) -> tuple[Gathered, list[dict]]:
    """With the mark of each page."""
    pages, gathered = Pages(settings), Gathered(settings, folder, most_rows)
    marks = [_mark(settings, pages.address, page, secret)]
    while pages.after(page, *gathered.add(folder / "page")):
        page = reader.fetch(_request(settings, pages.address, secret), folder / "page")
        marks.append(_mark(settings, pages.address, page, secret))
    (folder / "page").unlink()
    return gathered, marks


def _request(settings: dict, address: str, secret: str, mark: dict | None = None) -> Request:
    # Whether there is anything new is asked here alone: only here it is known what there was.
    own = {name: value for name, value in settings["headers"] if name.lower() not in CONDITIONS}
    headers = {"Accept": ACCEPT[settings["format"]], **own, **_conditions(mark or {})}
    body = settings["body"].encode() or None
    if body:
        headers = {"Content-Type": "application/json", **headers}
    secrets, secret_parameters = {}, {}
    if settings["token"] == PARAMETER:
        secret_parameters = {settings["token_name"]: secret}
        address = with_secret_parameter(address, settings["address"], settings["token_name"], secret)
    elif settings["token"] == HEADER and origin_of(read_address(address)) == origin_of(
        read_address(settings["address"])
    ):
        secrets = {settings["token_name"]: secret}
    return Request("POST" if body else "GET", address, headers, secrets, body, secret_parameters)


# Whether there is anything new


def _may_ask_for_news(settings: dict) -> bool:
    """Conditions are for GET.  A header Link may change with no word of it: an ETag does not stand for it."""
    return not settings["body"] and settings["pages"] != LINK


def _tell_news(marks: list[dict]) -> bool:
    """Whether all pages together can be asked for news.  A date is enough for one page; of several it does not say
    that no row has moved from one to another."""
    return all(mark["etag"] for mark in marks) or (len(marks) == 1 and bool(marks[0]["modified"]))


def _mark(settings: dict, address: str, page: Page, secret: str) -> dict:
    """What a page can be asked by for news.  A server may have written the token into the address of the next page."""
    if settings["token"] == PARAMETER:
        address = without(read_address(address), {settings["token_name"]: secret}).url
    return {"address": address, "etag": page.headers.get("ETag"), "modified": page.headers.get("Last-Modified")}


def _conditions(mark: dict) -> dict[str, str]:
    names = {"If-None-Match": mark.get("etag"), "If-Modified-Since": mark.get("modified")}
    return {name: value for name, value in names.items() if value}


def _are_the_same(marks: list[dict], settings: dict, secret: str, reader: Reader, target: Path) -> bool:
    """Whether each page still is what it was; then each leads to the next one as it did, and the last one nowhere."""
    try:
        return all(
            reader.fetch(_request(settings, mark["address"], secret, mark), target).status == 304 for mark in marks
        )
    except Problem as problem:
        if problem.code != "http_status":
            raise
        return False  # a cursor may have grown too old


def _sidecar(previous: Path, name: str) -> dict:
    """{} when it has been cleared away."""
    try:
        return json.loads((previous / SIDECAR).read_text()) if (previous / name).exists() else {}
    except (OSError, ValueError):
        return {}


def _like_before(previous: Path, before: dict, target: Path) -> dict:
    """The same file under another name takes no room."""
    os.link(previous / target.name, target)
    os.link(previous / SIDECAR, target.parent / SIDECAR)
    facts = before["facts"]
    return {**facts, "notes": [note("note_nothing_new"), *facts["notes"]]}
