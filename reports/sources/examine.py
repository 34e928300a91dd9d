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

Readings = dict[int, list[Reading]]  # by the index of the column


@dataclass(frozen=True)
class Fit:
    """What came of reading a column in one way."""

    values: int
    misfits: int
    whole: int = 0  # exact numbers: no more digits than this before the decimal point
    scale: int = 0  # exact numbers: no more than this after it
    differs: bool = True  # booleans: both words occur

    @property
    def holds(self) -> bool:
        return self.values > 0 and not self.misfits and self.differs


def trimmed(text: str) -> str:
    """SQL: the characters without spaces around them, NULL when nothing is left."""
    return f"nullif(trim({text}), '')"


def value(reading: Reading, text: str) -> str:
    """SQL: the value of characters that match."""
    return reading.value.replace("{v}", trimmed(text))


def matched(reading: Reading, text: str) -> str:
    """SQL: the value that the reading gives, NULL for a misfit."""
    pattern = literal(reading.pattern)
    return f"CASE WHEN regexp_full_match({trimmed(text)}, {pattern}) THEN {value(reading, text)} END"


def digits(reading: Reading, text: str) -> str:
    """SQL: an exact number in the characters that DuckDB casts."""
    return reading.digits.replace("{v}", trimmed(text))


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


def possible(reading: Reading, sample: Iterable[str]) -> bool:
    match = re.compile(reading.pattern).fullmatch
    return all(map(match, sample))


def examine(
    connection: DuckDBPyConnection, stage: Stage, readings: Readings, report: Callable[[float], None]
) -> dict[int, dict[Reading, Fit]]:
    """Read each of these columns in each of these ways, over all rows."""
    asked = [
        (index, reading, fact, sql)
        for index, ways in readings.items()
        for reading in ways
        for fact, sql in _facts(reading, stage.columns[index].text).items()
    ]
    found: dict[int, dict[Reading, dict]] = defaultdict(lambda: defaultdict(dict))
    for start in range(0, len(asked), MOST_EXPRESSIONS):
        batch = asked[start : start + MOST_EXPRESSIONS]
        sql = f"SELECT {', '.join(sql for *_rest, sql in batch)} FROM {stage.relation}"  # noqa: S608
        first, size = start / len(asked), len(batch) / len(asked)
        (answers,) = run(connection, sql, lambda share, first=first, size=size: report(first + share * size))
        for (index, reading, fact, _sql), answer in zip(batch, answers, strict=True):
            found[index][reading][fact] = answer
    return {index: {reading: Fit(**facts) for reading, facts in ways.items()} for index, ways in found.items()}


def _facts(reading: Reading, text: str) -> dict[str, str]:
    """Aggregates, by the names of Fit's fields."""
    fit = matched(reading, text)
    facts = {"values": f"count({trimmed(text)})", "misfits": f"count({trimmed(text)}) - count({fit})"}
    if reading.digits:
        sql, mark = reading.measured
        number = sql.replace("{v}", trimmed(text))
        place = f"nullif(instr({number}, '{mark}'), 0)"
        facts["whole"] = f"coalesce(max(coalesce({place} - 1, length({number}))), 0)"
        facts["scale"] = f"coalesce(max(length({number}) - {place}), 0)"
    if reading.both:
        facts["differs"] = f"coalesce(min({fit}) <> max({fit}), false)"
    return facts


def first_misfit(connection: DuckDBPyConnection, stage: Stage, text: str, reading: Reading) -> tuple[int, str]:
    """(row as people count it, characters) of the first value that the reading does not fit."""
    sql = (
        f"SELECT row, value FROM (SELECT row_number() OVER () AS row, {trimmed(text)} AS value, "  # noqa: S608
        f"{matched(reading, text)} AS fit FROM {stage.relation}) WHERE value IS NOT NULL AND fit IS NULL LIMIT 1"
    )
    row, characters = connection.execute(sql).fetchone()
    return row - 1 + stage.first_row, characters
