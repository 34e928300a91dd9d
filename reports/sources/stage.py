"""What a format makes of a file: a relation that DuckDB can scan as often as it is asked to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

NAMES_SHOWN = 5


class Meter:
    """Turns the shares of a work's parts into one monotonic count of the file's bytes."""

    def __init__(self, progress: Callable[[int, int | None], None], size: int):
        self.progress, self.size, self.done = progress, size, 0

    def part(self, start: float, end: float) -> Callable[[float], None]:
        """A function that takes the share, 0 to 1, of the part between `start` and `end` of the whole."""

        def report(share: float) -> None:
            self.done = max(self.done, int(self.size * (start + (end - start) * min(share, 1.0))))
            self.progress(self.done, self.size)

        return report


@dataclass(frozen=True)
class Original:
    """The file as it was uploaded, and what a format may use to read it."""

    path: Path
    name: str
    folder: Path  # scratch, gone afterwards
    report: Callable[[float], None]
    sheet: str | None
    max_cells: int


@dataclass(frozen=True)
class Staged:
    """A column before it has a type."""

    header: str
    text: str  # SQL: its characters; NULL or blank when there are none
    # The format itself says the type: one of columns.TYPES, and the SQL of the value.
    native: tuple[str, str] | None = None
    # The format has real numbers, so nothing about points and commas has to be guessed.
    plain: bool = False


@dataclass
class Stage:
    """A file made readable; `columns` in the file's order."""

    relation: str  # SQL, to stand after FROM
    columns: list[Staged]
    # Called when DuckDB refuses the relation: another stage of the same file, or the Problem that explains it.
    refused: Callable[[Exception], "Stage"]
    notes: list[dict] = field(default_factory=list)
    first_row: int = 2  # what people call the first row of data
    delimiter: str = ""
    sheets: list[str] = field(default_factory=list)
    sheet: str | None = None


def give_up(refusal: Exception) -> Stage:
    """For a stage that DuckDB cannot refuse, because it reads what was written for it."""
    raise refusal


def note(code: str, **params) -> dict:
    """Something that people should know about how their file was read; put into words like a problem."""
    return {"code": code, "params": params}


def listed(names: list[str]) -> str:
    """The first few names."""
    return ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
