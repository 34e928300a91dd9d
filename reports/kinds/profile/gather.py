"""The facts of a profile.

Writes `facts.json`; values are text where JSON would change them:
    rows          number of rows
    decimals      {column: decimals to print}
    repeated      how many rows are equal to an earlier one, in these columns
    columns       one for each column, see `described`
    correlations  see `together`
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from reports.columns import NUMERIC, TEMPORAL, TEXT, Column
from reports.kinds import Spec
from reports.kinds.profile.counting import counted
from reports.kinds.profile.frequent import frequent
from reports.kinds.profile.misfits import misfits_of, variants_of
from reports.kinds.profile.rhythm import gaps_of
from reports.kinds.profile.spread import spread
from reports.kinds.profile.together import correlations, repeated_rows
from reports.kinds.rows import column_named, decimals_of, quoted, where

FILE = "facts.json"


def gather(connection: DuckDBPyConnection, spec: Spec, folder: Path, progress) -> dict:
    """Raises Problem `columns_gone`."""
    columns = [column_named(spec, name) for name in spec.options["columns"]]
    if spec.options.get("filters"):
        _keep_filtered(connection, spec, columns)
    facts = described(connection, columns, progress)
    (folder / FILE).write_text(json.dumps(facts))
    return {"rows": facts["rows"]}


def data_query(connection: DuckDBPyConnection, spec: Spec) -> tuple[str, list]:
    """The rows that were looked into, with the columns that are described."""
    columns = ", ".join(quoted(column_named(spec, name).name) for name in spec.options["columns"])
    condition, parameters = where(connection, spec)
    return f"SELECT {columns} FROM rows WHERE {condition}", parameters  # noqa: S608


def _keep_filtered(connection: DuckDBPyConnection, spec: Spec, columns: Sequence[Column]) -> None:
    """Leave in `rows` what passes the filters: it is read many times."""
    query, parameters = data_query(connection, spec)
    connection.execute(f"CREATE TABLE filtered AS {query}", parameters)
    connection.execute("CREATE OR REPLACE VIEW rows AS SELECT * FROM filtered")


def described(connection: DuckDBPyConnection, columns: Sequence[Column], progress: Callable) -> dict:
    """All facts about these columns of the view `rows`.  Each is a dict:

    name, type  of the column
    filled      how many rows have a value; distinct: how many values differ, is_estimate: about so many
    least, greatest, quartiles (of numbers and dates, the median in the middle; None: not known)
    shortest, longest  characters of a text
    top         [[value, rows]], the most frequent first; empty when they were not counted
    bins        None, or {low, high, counts}: as `spread` says
    outliers    None, or {below, above, rows}: as `spread` says
    misfits     [{code, rows, examples}]: as `misfits_of` says
    variants    {groups, examples}: as `variants_of` says
    gaps        None, or as `gaps_of` says
    """
    rows, found = counted(connection, columns)
    for done, (column, facts) in enumerate(zip(columns, found, strict=True), 1):
        facts |= frequent(connection, column, facts, rows)
        facts |= {"misfits": [], "variants": {"groups": 0, "examples": []}, "gaps": None}
        if column.type == TEXT and facts["filled"]:
            facts["misfits"] = misfits_of(connection, column, facts)
            facts["variants"] = variants_of(connection, column, facts)
        if column.type in TEMPORAL and facts["filled"]:
            facts["gaps"] = gaps_of(connection, column, facts)
        progress(done, len(columns))
    spread(connection, columns, found)
    return {
        "rows": rows,
        "decimals": decimals_of(connection, [column for column in columns if column.type in NUMERIC]),
        "repeated": repeated_rows(connection, columns, rows),
        "columns": found,
        "correlations": correlations(connection, columns, found),
    }
