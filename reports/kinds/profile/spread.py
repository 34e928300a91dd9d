"""How the numbers and dates of a column are spread, and which numbers are far from the others."""

from collections.abc import Sequence
from decimal import Context, Decimal

from duckdb import DuckDBPyConnection

from reports.columns import DATE, INTEGER, NUMERIC, Column
from reports.kinds.profile.counting import batched, has_places, position

BINS = 20
# What is farther from the middle half of the values than its own width, so many times, is far (John Tukey's rule).
FAR = Decimal("1.5")
_DAY_SECONDS = 86_400
_EXACT = Context(prec=100)


def spread(connection: DuckDBPyConnection, columns: Sequence[Column], found: list[dict]) -> None:
    """Add to the facts of each column, in one more pass:

    bins      {low, high, counts}: how many values are in each of equal parts between two positions
    outliers  {below, above, rows}: how many numbers lie beyond these; None where half of all values are the same
    """
    for facts in found:
        facts |= {"bins": None, "outliers": None}
    placed = [(c, facts) for c, facts in zip(columns, found, strict=True) if has_places(c) and facts["filled"]]
    for some in batched(placed):
        asked = [_bins(column, facts) for column, facts in some]
        fences = [_fences(column, facts) for column, facts in some]
        sql = [
            f"histogram({place}), {_beyond(column, fence)}"
            for (column, _facts), (place, *_rest), fence in zip(some, asked, fences, strict=True)
        ]
        answers = iter(connection.execute(f"SELECT {', '.join(sql)} FROM rows").fetchone())  # noqa: S608
        for (_column, facts), (_place, low, high, parts), fence in zip(some, asked, fences, strict=True):
            counts, far = next(answers), next(answers)
            facts["bins"] = {"low": low, "high": high, "counts": [counts.get(part, 0) for part in range(parts)]}
            if fence:
                facts["outliers"] = {"below": str(fence[0]), "above": str(fence[1]), "rows": far}


def _bins(column: Column, facts: dict) -> tuple[str, float, float, int]:
    """SQL of the part that a value belongs to, the ends of all parts, and how many there are.

    A few whole numbers, or days, have a part each, in whose middle they stand.
    """
    low, high, unit = facts["low"], facts["high"], {INTEGER: 1, DATE: _DAY_SECONDS}.get(column.type)
    parts = BINS
    if unit and high - low < BINS * unit:
        parts = round((high - low) / unit) + 1
        low, high = low - unit / 2, high + unit / 2
    # By halves, which cannot be too large.
    width = (high / 2 - low / 2) / parts
    part = "0"
    if width:
        place = f"floor(({position(column)} / 2 - {low / 2!r}::DOUBLE) / {width!r}::DOUBLE)"
        part = f"CAST(least({parts - 1}, greatest(0, {place})) AS INTEGER)"
    return f"CASE WHEN {position(column)} IS NOT NULL THEN {part} END", low, high, parts if width else 1


def _fences(column: Column, facts: dict) -> tuple[Decimal, Decimal] | None:
    if column.type not in NUMERIC or not facts["quartiles"]:
        return None
    lower, _median, upper = (
        Decimal(repr(value) if isinstance(value, float) else value) for value in facts["quartiles"]
    )
    reach = _EXACT.multiply(FAR, _EXACT.subtract(upper, lower))
    return (_EXACT.subtract(lower, reach), _EXACT.add(upper, reach)) if reach else None


def _beyond(column: Column, fence: tuple[Decimal, Decimal] | None) -> str:
    if not fence:
        return "0"
    below, above = (repr(float(end)).replace("inf", "1.7976931348623157e308") for end in fence)
    return f"count_if({position(column)} < {below}::DOUBLE OR {position(column)} > {above}::DOUBLE)"
