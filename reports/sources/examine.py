"""How well readings fit the columns of a stage, counted over all rows."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from reports.sources.engine import literal, run
from reports.sources.readings import Reading
from reports.sources.stage import Stage

# Cells looked at before anything is counted: a few rows rule most readings out.
SAMPLE_CELLS = 200_000
SAMPLE_ROWS = 1000
# DuckDB plans a thousand expressions at once quickly and ten thousand hardly at all.
MOST_EXPRESSIONS = 1000
MOST_FACTS = 5  # of a reading

Readings = dict[int, list[Reading]]  # by the index of the column


@dataclass(frozen=True)
class Fit:
    """What came of reading a column in one way."""

    misfits: int
    misfit: str | None = None  # one of them
    whole: int = 0  # exact numbers: no more digits than this before the decimal point
    scale: int = 0  # exact numbers: no more than this after it
    differs: bool = True  # booleans: both words occur

    @property
    def holds(self) -> bool:
        return not self.misfits and self.differs


def trimmed(stage: Stage, indexes: Iterable[int]) -> str:
    """The stage's relation, and the characters of column 3 without spaces around them as t3: NULL when none is left.

    In two levels, so that they are trimmed once.
    """
    trims = "".join(f", trim({stage.columns[index].text}) AS b{index}" for index in indexes)
    values = "".join(f", nullif(b{index}, '') AS t{index}" for index in indexes)
    return f"(SELECT *{values} FROM (SELECT *{trims} FROM {stage.relation}))"  # noqa: S608


def value(reading: Reading, index: int) -> str:
    """SQL: the value of a column's characters, which match."""
    return reading.value.replace("{v}", f"t{index}")


def digits(reading: Reading, index: int) -> str:
    """SQL: an exact number in the characters that DuckDB casts."""
    return reading.digits.replace("{v}", f"t{index}")


def _fitting(reading: Reading, index: int) -> str:
    """SQL: the value that the reading gives, NULL for a misfit."""
    return f"CASE WHEN regexp_full_match(t{index}, {literal(reading.pattern)}) THEN {value(reading, index)} END"


def samples(connection: DuckDBPyConnection, stage: Stage, indexes: Iterable[int]) -> dict[int, list[str]]:
    """The first values of the columns at these indexes, trimmed, without the blank ones."""
    texts = {index: stage.columns[index].text for index in indexes}
    if not texts:
        return {}
    limit = min(SAMPLE_ROWS, 20 + SAMPLE_CELLS // len(texts))
    rows = connection.execute(f"SELECT {', '.join(texts.values())} FROM {stage.relation} LIMIT {limit}").fetchall()  # noqa: S608
    columns = zip(*rows, strict=True) if rows else [()] * len(texts)
    return {
        index: [text for text in (text.strip(" ") for text in column if text) if text]
        for index, column in zip(texts, columns, strict=True)
    }


def row_bytes(connection: DuckDBPyConnection, stage: Stage) -> int:
    """What the text of a row takes, judging by the first rows."""
    texts = ", ".join(staged.text for staged in stage.columns)
    sql = f"SELECT avg(size) FROM (SELECT strlen(concat({texts})) AS size FROM {stage.relation} LIMIT {SAMPLE_ROWS})"  # noqa: S608
    (size,) = connection.execute(sql).fetchone()
    return max(1, int(size or 0))


def without_values(connection: DuckDBPyConnection, stage: Stage, indexes: list[int]) -> set[int]:
    """Those of the columns at these indexes that are blank in every row."""
    if not indexes:
        return set()
    counts = ", ".join(f"count(t{index})" for index in indexes)
    (found,) = connection.execute(f"SELECT {counts} FROM {trimmed(stage, indexes)}").fetchall()  # noqa: S608
    return {index for index, count in zip(indexes, found, strict=True) if not count}


def possible(reading: Reading, sample: Iterable[str]) -> bool:
    match = re.compile(reading.pattern).fullmatch
    return all(map(match, sample))


def examine(
    connection: DuckDBPyConnection, stage: Stage, readings: Readings, report: Callable[[float], None]
) -> dict[int, dict[Reading, Fit]]:
    """Read each of these columns in each of these ways, over all rows."""
    asked = [(index, reading) for index, ways in readings.items() for reading in ways]
    most = MOST_EXPRESSIONS // MOST_FACTS
    found: dict[int, dict[Reading, Fit]] = defaultdict(dict)
    for start in range(0, len(asked), most):
        batch = asked[start : start + most]
        facts = [_facts(reading, index, f"m{place}") for place, (index, reading) in enumerate(batch)]
        first, size = start / len(asked), len(batch) / len(asked)
        (answers,) = run(
            connection,
            f"SELECT {', '.join(sql for some in facts for sql in some.values())} FROM {_misfits(stage, batch)}",  # noqa: S608
            lambda share, first=first, size=size: report(first + share * size),
        )
        left = iter(answers)
        for (index, reading), some in zip(batch, facts, strict=True):
            found[index][reading] = Fit(**{fact: next(left) for fact in some})
    return found


def _misfits(stage: Stage, batch: list[tuple[int, Reading]]) -> str:
    """The trimmed columns, and the values that the third reading does not fit as m2: worked out once, used twice."""
    misfits = ", ".join(
        f"CASE WHEN {_fitting(reading, index)} IS NULL THEN t{index} END AS m{place}"
        for place, (index, reading) in enumerate(batch)
    )
    return f"(SELECT *, {misfits} FROM {trimmed(stage, sorted({index for index, _reading in batch}))})"  # noqa: S608


def _facts(reading: Reading, index: int, misfits: str) -> dict[str, str]:
    """Aggregates, by the names of Fit's fields."""
    facts = {"misfits": f"count({misfits})", "misfit": f"any_value({misfits})"}
    if reading.digits:
        sql, mark = reading.measured
        number = sql.replace("{v}", f"t{index}")
        place = f"nullif(instr({number}, '{mark}'), 0)"
        facts["whole"] = f"coalesce(max(coalesce({place} - 1, length({number}))), 0)"
        facts["scale"] = f"coalesce(max(length({number}) - {place}), 0)"
    if reading.both:
        facts["differs"] = f"coalesce(min(lower(t{index})) <> max(lower(t{index})), false)"
    return facts


def first_misfit(connection: DuckDBPyConnection, stage: Stage, reading: Reading, index: int) -> tuple[int, str]:
    """(row as people count it, characters) of the first value that the reading does not fit."""
    inner = (
        f"SELECT row_number() OVER () AS row, t{index} AS value, {_fitting(reading, index)} AS fit "  # noqa: S608
        f"FROM {trimmed(stage, [index])}"
    )
    sql = f"SELECT row, value FROM ({inner}) WHERE value IS NOT NULL AND fit IS NULL LIMIT 1"  # noqa: S608
    row, characters = connection.execute(sql).fetchone()
    return row - 1 + stage.first_row, characters
