"""Which type each column has.

A column has a type when one reading holds for every value in it, over all rows; otherwise it stays text.  So nothing
is lost: `007`, `+55 11 91234-5678`, `01310-100` and whole numbers of more than 18 digits remain what they were.
Blank values are no values.

Where two readings hold, the columns of the same file that leave no choice decide.  Where these do not:

- `1.234` in all its values is a decimal: a point separates thousands only where something proves it.
- `1,234` is a decimal in a file that is separated by semicolons (as spreadsheets write where commas are decimal
  marks), a whole number in one separated by commas, and text anywhere else: both mistakes would be a thousandfold.
- `01/02/2025` is the first of February.

Choices of this kind are told in notes, and a person can correct them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from reports.columns import DECIMAL, INTEGER, TEXT
from reports.problems import Problem
from reports.sources.corrections import CORRECTIONS
from reports.sources.examine import Fit, digits, examine, first_misfit, possible, samples, value, without_values
from reports.sources.readings import COMMA, DAY, LADDERS, MONTH, NUMBER_LADDERS, NUMBERS, POINT, ZONED, Reading
from reports.sources.stage import Stage, Staged, listed, note

MOST_INTEGER_DIGITS = 18
MOST_DECIMAL_DIGITS = 38
MISFIT_SHOWN = 80
DECIMAL_BY_DELIMITER = {";": COMMA, ",": POINT}

Fits = dict[Reading, Fit]


@dataclass(frozen=True)
class Typed:
    """A column of the snapshot: `sql` gives its values from the trimmed relation of the stage."""

    name: str
    type: str
    sql: str


@dataclass(frozen=True)
class Evidence:
    """What the columns that leave no choice say about the whole file; "" where they say nothing."""

    numbers: str
    dates: str
    delimiter: str


@dataclass(frozen=True)
class Choice:
    """A reading, and the code of the note that tells about a guess; no reading: text."""

    reading: Reading | None
    guess: str = ""


def decide(
    connection: DuckDBPyConnection,
    stage: Stage,
    names: list[str],
    corrections: dict[str, str],
    report: Callable[[float], None],
) -> tuple[list[Typed], list[dict]]:
    """The columns with their types, and notes.

    `corrections`: name -> one of columns.TYPES.  Raises Problem `not_integer`, `not_date` and so on.
    """
    told = {index: corrections[name] for index, name in enumerate(names) if name in corrections}
    free = {index: staged for index, staged in enumerate(stage.columns) if index not in told and not staged.native}
    asked = {index: list(CORRECTIONS[kind]) for index, kind in told.items() if kind != TEXT}
    fits = examine(connection, stage, asked, report)
    holding = _climb(connection, stage, free, report)
    evidence = Evidence(_proven(holding, POINT, COMMA), _proven(holding, DAY, MONTH), stage.delimiter)

    columns, guessed = [], {}
    for index, (name, staged) in enumerate(zip(names, stage.columns, strict=True)):
        if index in told:
            columns.append(_corrected(connection, stage, index, name, told[index], fits.get(index, {}), evidence))
        elif staged.native:
            columns.append(Typed(name, *staged.native))
        else:
            choice = _choose(holding[index], evidence)
            columns.append(_typed(name, index, staged, choice.reading, holding[index]))
            guessed.setdefault(choice.guess, []).append(name)
    return columns, [note(code, columns=listed(which)) for code, which in guessed.items() if code]


def _climb(connection, stage: Stage, free: dict[int, Staged], report: Callable[[float], None]) -> dict[int, Fits]:
    """For each of these columns the readings that hold for every value, and whose values can be stored without loss."""
    seen = samples(connection, stage, free)
    blank = without_values(connection, stage, [index for index in free if not seen[index]])
    ladders = {index: _ladders(staged, seen[index]) for index, staged in free.items() if index not in blank}
    holding: dict[int, Fits] = {index: {} for index in free}
    while any(ladders.values()):
        rungs = {index: [reading for ladder in ladders[index] for reading in ladder[0]] for index in ladders}
        for index, fits in examine(connection, stage, rungs, report).items():
            holding[index] |= {r: fit for r, fit in fits.items() if fit.holds and _storable(r, fit, index, free[index])}
            left = [ladder[1:] for ladder in ladders[index] if not any(r in holding[index] for r in ladder[0])]
            # What did not fit one reading, such as a late 007, rules out others: each of these would be one more pass.
            ladders[index] = _possible(left, [fit.misfit for fit in fits.values() if fit.misfits])
    return holding


def _ladders(staged: Staged, seen: list[str]) -> list[list[list[Reading]]]:
    return _possible(NUMBER_LADDERS if staged.plain else LADDERS, seen)


def _possible(ladders: Iterable, seen: list[str]) -> list[list[list[Reading]]]:
    """The ladders with the rungs and readings that these values do not rule out."""
    ladders = [[[reading for reading in rung if possible(reading, seen)] for rung in ladder] for ladder in ladders]
    return [rungs for rungs in ([rung for rung in ladder if rung] for ladder in ladders) if rungs]


def _storable(reading: Reading, fit: Fit, index: int, staged: Staged) -> bool:
    return not reading.digits or _exact(reading, fit, index, staged.plain) is not None


def _exact(reading: Reading, fit: Fit, index: int, plain: bool) -> tuple[str, str] | None:
    """The type of an exact number and the SQL of its value; None when its digits are too many.

    More digits than an integer has, and no decimals, are an identifier, unless the format says that they are numbers.
    """
    number = digits(reading, index)
    if not fit.scale and fit.whole <= MOST_INTEGER_DIGITS:
        return INTEGER, f"CAST({number} AS BIGINT)"
    if (fit.scale or plain) and fit.whole + fit.scale <= MOST_DECIMAL_DIGITS:
        return DECIMAL, f"CAST({number} AS DECIMAL({fit.whole + fit.scale}, {fit.scale}))"
    return None


def _proven(holding: dict[int, Fits], one: str, other: str) -> str:
    """The convention of the columns that leave no choice, if they all have the same."""
    held = [{reading.convention for reading in fits} & {one, other} for fits in holding.values()]
    proven = {convention for conventions in held if len(conventions) == 1 for convention in conventions}
    return proven.pop() if len(proven) == 1 else ""


def _choose(fits: Fits, evidence: Evidence) -> Choice:
    if all(reading in fits for reading in NUMBERS):
        return _choose_number(*(fits[reading].scale for reading in NUMBERS), evidence)
    best = next(iter(fits), None)
    if best and best.convention == DAY and any(reading.convention == MONTH for reading in fits):
        if evidence.dates == MONTH:
            return Choice(next(reading for reading in fits if reading.convention == MONTH))
        return Choice(best, "" if evidence.dates else "note_day_first")
    return Choice(best, "note_times_converted" if best is ZONED else "")


def _choose_number(point_scale: int, comma_scale: int, evidence: Evidence) -> Choice:
    """Both conventions hold; the scales are what each makes of the values."""
    point, comma = NUMBERS
    if point_scale and comma_scale:  # `1.234` and `1,234` in one column
        return Choice(None)
    if evidence.numbers:
        return Choice(point if evidence.numbers == POINT else comma)
    if point_scale:
        return Choice(point, "note_read_as_decimals")
    convention = DECIMAL_BY_DELIMITER.get(evidence.delimiter)
    if convention == COMMA:
        return Choice(comma, "note_read_as_decimals")
    return Choice(point, "note_read_as_thousands") if convention else Choice(None)


def _typed(name: str, index: int, staged: Staged, reading: Reading | None, fits: Fits) -> Typed:
    if not reading:
        return Typed(name, TEXT, staged.text)
    if reading.digits:
        return Typed(name, *_exact(reading, fits[reading], index, staged.plain))
    return Typed(name, reading.type, value(reading, index))


def _corrected(connection, stage: Stage, index: int, name: str, kind: str, fits: Fits, evidence: Evidence) -> Typed:
    if kind == TEXT:
        return Typed(name, TEXT, stage.columns[index].text)
    best = min(fits, key=lambda reading: _rank(reading, fits[reading], kind, evidence))
    fit = fits[best]
    if fit.misfits:
        row, characters = first_misfit(connection, stage, best, index)
        raise Problem(f"not_{kind}", column=name, row=row, value=characters[:MISFIT_SHOWN])
    if kind == DECIMAL and best.digits and fit.whole + fit.scale <= MOST_DECIMAL_DIGITS:
        precision = f"DECIMAL({max(1, fit.whole + fit.scale)}, {fit.scale})"
        return Typed(name, kind, f"CAST({digits(best, index)} AS {precision})")
    return Typed(name, kind, value(best, index))


def _rank(reading: Reading, fit: Fit, kind: str, evidence: Evidence) -> tuple:
    """Fewer misfits come first; then, of decimals, the reading that finds some; then what the file says."""
    says_otherwise = reading.convention not in ("", evidence.numbers, evidence.dates)
    return fit.misfits, kind == DECIMAL and not fit.scale, says_otherwise
