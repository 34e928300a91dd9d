"""Texts that do not fit their column, and texts that are the same but for capitals, accents and spaces.

A column is about what nearly all its values are (`MOSTLY`): numbers, dates, or codes of one shape, such as 01310-100.
The others do not fit it.
"""

from duckdb import DuckDBPyConnection

from reports.columns import Column
from reports.kinds.profile.counting import DAY, NUMBER, ODD_ENDS
from reports.kinds.profile.frequent import counted

MOSTLY = 0.9
# Of fewer values nobody can say what they are mostly.
FEWEST = 10
MOST_EXAMPLES = 3
# Longer texts have no shape, and more groups than these are not compared.
LONGEST_CODE, MOST_COMPARED = 40, 100_000


def misfits_of(connection: DuckDBPyConnection, column: Column, facts: dict) -> list[dict]:
    """[{code, rows, examples}]: `not_number`, `not_date` or `other_shape` (with the usual `shape`: 9 for a digit, a for
    a letter), and `odd_ends`: quotation marks that were left over, and characters that nobody sees."""
    found = [_unlike_most(connection, column, facts)]
    if facts["odd_ends"]:
        examples = _examples(connection, column, facts, f"regexp_matches(value, {_literal(ODD_ENDS)})")
        found.append({"code": "odd_ends", "rows": facts["odd_ends"], "examples": examples})
    return [misfit for misfit in found if misfit]


def _unlike_most(connection: DuckDBPyConnection, column: Column, facts: dict) -> dict | None:
    filled = facts["filled"]
    for code, alike, pattern in (("not_number", facts["numbers"], NUMBER), ("not_date", facts["days"], DAY)):
        if filled >= FEWEST and MOSTLY * filled <= alike < filled:
            others = f"NOT regexp_full_match(value, {_literal(pattern)})"
            return {"code": code, "rows": filled - alike, "examples": _examples(connection, column, facts, others)}
    if filled < FEWEST or facts["is_estimate"] or facts["longest"] > LONGEST_CODE or facts["numbers"] == filled:
        return None
    return _of_another_shape(connection, column, facts)


def _of_another_shape(connection: DuckDBPyConnection, column: Column, facts: dict) -> dict | None:
    shape = r"regexp_replace(regexp_replace(value, '\p{L}', 'a', 'g'), '[0-9]', '9', 'g')"
    usual, rows = connection.execute(
        f"SELECT {shape}, sum(n)::BIGINT FROM counted GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"  # noqa: S608
    ).fetchone()
    if "9" not in usual or not MOSTLY * facts["filled"] <= rows < facts["filled"]:
        return None
    examples = _examples(connection, column, facts, f"{shape} <> {_literal(usual)}")
    return {"code": "other_shape", "rows": facts["filled"] - rows, "shape": usual, "examples": examples}


def _examples(connection: DuckDBPyConnection, column: Column, facts: dict, test: str) -> list[str]:
    found = connection.execute(
        f"SELECT value FROM {counted(column, facts)} WHERE {test} "  # noqa: S608
        f"GROUP BY value ORDER BY sum(n) DESC, value LIMIT {MOST_EXAMPLES}"
    ).fetchall()
    return [value for (value,) in found]


def variants_of(connection: DuckDBPyConnection, column: Column, facts: dict) -> dict:
    """{groups: how many values are written in several ways, examples: [[ways]]}; among too many none is looked for."""
    if facts["is_estimate"] or facts["distinct"] > MOST_COMPARED:
        return {"groups": 0, "examples": []}
    same = r"lower(strip_accents(trim(regexp_replace(value, '\s+', ' ', 'g'))))"
    found = connection.execute(
        "SELECT list(DISTINCT value ORDER BY value), count(*) OVER () FROM counted "  # noqa: S608
        f"GROUP BY {same} HAVING count(DISTINCT value) > 1 ORDER BY sum(n) DESC, 1 LIMIT {MOST_EXAMPLES}"
    ).fetchall()
    return {"groups": found[0][1] if found else 0, "examples": [ways[:MOST_EXAMPLES] for ways, _groups in found]}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
