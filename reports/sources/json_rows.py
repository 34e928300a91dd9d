"""The objects of a JSON text of any size, one by one."""

import json
import re
from collections.abc import Iterator
from typing import TextIO

from reports.problems import Problem

CHUNK = 1 << 20
# Characters of one row, and of anything else that has to be held at once.
LONGEST_ROW = 16_000_000
# What may be missing at the end of a text that was cut anywhere, as `tru` or `\\ud8`.
LONGEST_CUT = 12
SPACE = re.compile(r"\s*")
LIST_OF_OBJECTS = re.compile(r"\[\s*\{")


class Number(str):
    """The characters of a number."""

    __slots__ = ()


DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=lambda name: None, strict=False)


def rows_of(file: TextIO, *, lines: bool = False) -> Iterator[object]:
    """The items of the list that the text is, or of the one list of objects in the object that it is; else the values
    that follow each other (JSON Lines).  `lines`: it is said to be JSON Lines, so an only object is a row.

    Raises Problem `json_broken`, `json_shape`, `json_lists`, `json_row_too_long`, `file_empty`.
    """
    text = _Text(file)
    start = text.peek()
    if not start:
        raise Problem("file_empty")
    if start == "[":
        yield from text.items()
        text.expect_end()
    elif start == "{" and not lines and text.is_one_object_around_rows():
        yield from text.wrapped_items()
        text.expect_end()
    elif start == "{":
        while text.peek():
            yield text.value()
    else:
        raise Problem("json_shape")


class _Text:
    """A window on the file that moves forward."""

    def __init__(self, file: TextIO):
        self.file, self.window, self.place, self.line, self.ended = file, "", 0, 1, False

    def fill(self) -> None:
        """Drop what has been read and have at least twice as much of the rest."""
        self.line += self.window.count("\n", 0, self.place)
        rest = self.window[self.place :]
        more = self.file.read(max(CHUNK, len(rest)))
        self.window, self.place, self.ended = rest + more, 0, not more

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            self.place = SPACE.match(self.window, self.place).end()
            if self.place < len(self.window):
                return self.window[self.place]
            if self.ended:
                return ""
            self.fill()

    def take(self, *expected: str) -> str:
        letter = self.peek()
        if letter not in expected:
            raise self.broken(self.place)
        self.place += 1
        return letter

    def expect_end(self) -> None:
        if self.peek():
            raise self.broken(self.place)

    def broken(self, place: int) -> Problem:
        return Problem("json_broken", line=self.line + self.window.count("\n", 0, place))

    def value(self) -> object:
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.window, self.place)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated string") or error.pos >= len(self.window) - LONGEST_CUT
                if self.ended or not cut:
                    raise self.broken(error.pos) from error
            except RecursionError as error:
                raise self.broken(self.place) from error
            else:
                # A number at the end of the window may go on.
                if self.ended or type(value) is not Number or end + LONGEST_CUT <= len(self.window):
                    self.place = end
                    return value
            if len(self.window) - self.place > LONGEST_ROW:
                raise Problem("json_row_too_long", line=self.line + self.window.count("\n", 0, self.place))
            self.fill()

    def items(self) -> Iterator[object]:
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.take(",", "]") == "]":
                return

    def is_one_object_around_rows(self) -> bool:
        """Whether the object at this place is all there is and holds the rows; else it is the first row itself."""
        try:
            value, end = DECODER.raw_decode(self.window, self.place)
        except (json.JSONDecodeError, RecursionError):
            return True
        if self.window[end:].strip():
            return False
        return any(isinstance(inner, list) and inner and isinstance(inner[0], dict) for inner in value.values())

    def wrapped_items(self) -> Iterator[object]:
        found = None
        self.take("{")
        while True:
            name = self.value()
            self.take(":")
            if self.is_list_of_objects():
                if found is not None:
                    raise Problem("json_lists", first=found, second=str(name))
                found = str(name)
                yield from self.items()
            else:
                self.value()
            if self.take(",", "}") == "}":
                break
        if found is None:
            raise Problem("json_shape")

    def is_list_of_objects(self) -> bool:
        self.peek()
        if len(self.window) - self.place < CHUNK // 2 and not self.ended:
            self.fill()
        return bool(LIST_OF_OBJECTS.match(self.window, self.place))
