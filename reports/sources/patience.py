"""Answers of a server into files: no more often than it bears, and again when it was busy or the line was cut."""

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from pathlib import Path

from reports import pace
from reports.guarded import Answer, Limits, ask
from reports.networks import read_address
from reports.problems import Problem

# What a server says when a later attempt may fare better.
BUSY = {429, 500, 502, 503, 504}
PASSING = {"http_broken", "http_time", "http_unreachable"}
ATTEMPTS = 5
# Retries of one reading, all its pages together.
MOST_RETRIES = 30
# Seconds before the second attempt; each later one waits twice as long.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# A server may ask for more seconds than there are; nobody waits for even these, a year.
MOST_ASKED = 365 * 86_400.0


@dataclass(frozen=True)
class Request:
    method: str
    address: str
    headers: Mapping[str, str]
    secrets: Mapping[str, str]
    body: bytes | None = None
    secret_parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_conditional(self) -> bool:
        return not {"If-None-Match", "If-Modified-Since"}.isdisjoint(self.headers)


@dataclass(frozen=True)
class Page:
    """An answer whose body lies in a file.  address: where redirects led."""

    status: int
    headers: Mapping[str, str]
    address: str


class Reader:
    """Fetches one page after the other within `seconds` and `most_bytes` for all of them together.

    `attempts` of a page; `report` hears how many bytes have come.
    """

    def __init__(self, *, seconds: float, most_bytes: int, report: Callable[[int], None], attempts: int = ATTEMPTS):
        self.seconds, self.most_bytes, self.report, self.attempts = seconds, most_bytes, report, attempts
        self.end, self.bytes, self.retries = time.monotonic() + seconds, 0, 0

    def fetch(self, request: Request, target: Path) -> Page:
        """Write the body to `target`.  Status 304 has none, and is an answer to conditions only.

        Raises Problem `source_bytes`, `api_slow`, `http_rest` and those of `ask` and `Answer.expect_success`.
        """
        host = read_address(request.address).host
        for attempt in count(1):
            pace.wait_for_turn(host, self._left(host))
            try:
                return self._attempt(request, target)
            except _Busy as busy:
                problem, pause = busy.problem, busy.pause
            except Problem as passing:
                if passing.code not in PASSING:
                    raise
                problem, pause = passing, None
            self._rest(host, pause, attempt, problem)

    def begin_anew(self) -> None:
        """What has come is not used: it does not count.  The time does."""
        self.bytes = 0

    def _attempt(self, request: Request, target: Path) -> Page:
        host = read_address(request.address).host
        limits = Limits(total=self._left(host), most_bytes=max(self.most_bytes - self.bytes, 1))
        more = {name: getattr(request, name) for name in ("headers", "secrets", "secret_parameters", "body")}
        try:
            with ask(request.method, request.address, limits=limits, **more) as answer:
                if answer.status in BUSY:
                    raise _Busy(answer)
                if not (answer.status == 304 and request.is_conditional):
                    answer.expect_success()
                self._write(answer, target)
                return Page(answer.status, answer.headers, answer.address)
        except Problem as problem:
            if problem.code == "http_large":
                raise Problem("source_bytes", limit=self.most_bytes >> 20) from problem
            if problem.code == "http_total":
                raise Problem("api_slow", host=host, seconds=round(self.seconds)) from problem
            raise

    def _write(self, answer: Answer, target: Path) -> None:
        """What an attempt that failed has written is written over by the next."""
        size = 0
        with target.open("wb") as file:
            for chunk in answer.chunks():
                size += file.write(chunk)
                self.report(self.bytes + size)
        self.bytes += size

    def _rest(self, host: str, asked: float | None, attempt: int, problem: Problem) -> None:
        """Raises the problem when there is no other attempt, and `http_rest` when the server asks for more time than
        there is."""
        self.retries += 1
        if attempt == self.attempts or self.retries > MOST_RETRIES:
            raise problem
        pause = asked if asked is not None else _backoff(attempt)
        if pause >= self.end - time.monotonic():
            raise Problem("http_rest", host=host, seconds=round(pause)) if asked else problem
        # For all workers: whoever asks meanwhile makes it worse.
        pace.rest(host, pause)

    def _left(self, host: str) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise Problem("api_slow", host=host, seconds=round(self.seconds))
        return left


class _Busy(Exception):
    """problem: when there is no other attempt.  pause: the seconds that the server asks for, or None."""

    def __init__(self, answer: Answer):
        super().__init__()
        try:
            answer.expect_success()
        except Problem as problem:
            self.problem = problem
        self.pause = retry_after(answer.headers.get("Retry-After", ""))


def retry_after(text: str) -> float | None:
    """The seconds that a header Retry-After asks for, up to a year: a number of them, or a date."""
    if re.fullmatch(r"[+-]?[0-9]+", text.strip()):
        # As a whole number it could have more digits than Python reads.
        return min(max(0.0, float(text)), MOST_ASKED)
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), MOST_ASKED)
    except (ValueError, OverflowError):  # no date, or none that a calendar has
        return None


def _backoff(attempt: int) -> float:
    """So that those who were refused together do not come back together."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * random.uniform(0.5, 1)  # noqa: S311 (no secret)
