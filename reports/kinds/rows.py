"""The SQL that the kinds share, about the view `rows`.

Names of columns are quoted, values are bound as parameters.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Context, Decimal
from functools import lru_cache

import duckdb
from duckdb import DuckDBPyConnection

from reports.columns import DATETIME, NUMERIC, TEXT, Column
from reports.kinds import Spec, values
from reports.kinds.filters import RANGE
from reports.problems import Problem

# Floating-point values are added up as decimals with this many digits, so that a sum does not depend on their order.
FLOAT_DECIMALS = 20
# A value with more decimals than this is the result of a calculation; nobody reads the rest.
MOST_DECIMALS = 6
USUAL_DECIMALS = 4
# What DuckDB's widest decimal holds.
MOST_DIGITS = 38
# The largest number that is neither infinite nor NaN.
_LARGEST = "1.7976931348623157e308"
_EXACT = Context(prec=200)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def unused_name(columns: Iterable[Column]) -> str:
    """A name for one more column."""
    name = "place"
    while any(column.name.lower() == name for column in columns):
        name += "_"
    return name


def column_named(spec: Spec, name: str) -> Column:
    """Raises Problem `columns_gone`."""
    return _column_among(spec.columns, name)


def _column_among(columns: Iterable[Column], name: str) -> Column:
    for column in columns:
        if column.name == name:
            return column
    raise Problem("columns_gone", columns=name)


def where(connection: DuckDBPyConnection, spec: Spec) -> tuple[str, list]:
    """The condition of the options' filters, as SQL and its parameters; all of them must hold."""
    return condition_of(connection, spec.columns, spec.options.get("filters", []))


def condition_of(connection: DuckDBPyConnection, columns: tuple[Column, ...], filters: list[dict]) -> tuple[str, list]:
    """The same of filters whose periods are settled."""
    conditions, parameters = ["true"], []
    types = physical_types(connection) if filters else {}
    for item in filters:
        condition, bound = _condition(columns, types, **item)
        conditions.append(condition)
        parameters += bound
    return " AND ".join(conditions), parameters


def _condition(
    columns: tuple[Column, ...], types: dict[str, str], column: str, test: str, value: str, said: str = ""
) -> tuple[str, list]:
    kind = _column_among(columns, column).type
    name = quoted(column)
    if test in ("is_empty", "is_not_empty"):
        return f"{name} IS {'' if test == 'is_empty' else 'NOT '}NULL", []
    if test == "between":
        ends = zip(("at_least", "at_most"), value.split(RANGE), strict=True)
        parts = [_condition(columns, types, column, end, bound) for end, bound in ends if bound]
        return " AND ".join(part for part, _bound in parts), [bound for _part, some in parts for bound in some]
    bound, operand = "?", values.typed(kind, value)
    if kind == TEXT:
        # People do not mean the capitals: North, north and NORTH are the same to them.
        name, bound = f"lower({name})", "lower(?)"
    if kind == DATETIME:
        return _moment_condition(name, test, operand)
    if isinstance(operand, Decimal) and not _share_a_decimal(types[column], operand):
        # So far apart that a float tells which is larger.
        name, operand = f"CAST({name} AS DOUBLE)", float(operand)
    sql = {
        "equals": f"{name} = {bound}",
        "not_equals": f"{name} IS DISTINCT FROM {bound}",
        "contains": f"contains({name}, {bound})",
        "starts_with": f"starts_with({name}, {bound})",
        "greater": f"{name} > {bound}",
        "at_least": f"{name} >= {bound}",
        "less": f"{name} < {bound}",
        "at_most": f"{name} <= {bound}",
    }[test]
    return sql, [operand]


def _share_a_decimal(physical: str, operand: Decimal) -> bool:
    """Whether a decimal can be wide enough for the values of a column and for the operand."""
    if not physical.startswith("DECIMAL"):
        return True
    width, scale = _width_and_scale(physical)
    decimals = max(0, -operand.as_tuple().exponent)
    return max(width - scale, operand.adjusted() + 1) + max(scale, decimals) <= MOST_DIGITS


def _moment_condition(name: str, test: str, moment: date | datetime) -> tuple[str, list]:
    """A date stands for its whole day, a time for the instant."""
    first = last = moment
    if not isinstance(moment, datetime):
        first, last = datetime.combine(moment, time.min), datetime.combine(moment, time.max)
    within = f"({name} BETWEEN ? AND ?)"
    return {
        "equals": (within, [first, last]),
        "not_equals": (f"({within} IS NOT TRUE)", [first, last]),
        "greater": (f"{name} > ?", [last]),
        "at_least": (f"{name} >= ?", [first]),
        "less": (f"{name} < ?", [first]),
        "at_most": (f"{name} <= ?", [last]),
    }[test]


def keep_sample(connection: DuckDBPyConnection, spec: Spec) -> None:
    """Leave in `rows` the first ones that pass the filters, as many as a preview is made of."""
    condition, parameters = where(connection, spec)
    query = f"SELECT * FROM rows WHERE {condition} LIMIT {int(spec.sample)}"  # noqa: S608
    connection.execute(f"CREATE TABLE sample AS {query}", parameters)
    connection.execute("CREATE OR REPLACE VIEW rows AS SELECT * FROM sample")


def order_of(spec: Spec, name: str, direction: str = "ASC") -> str:
    """Sort keys of a column: text without regard to capitals and accents first; missing values always last."""
    key = quoted(name)
    plain = f"{key} {direction} NULLS LAST"
    if column_named(spec, name).type == TEXT:
        return f"{key} COLLATE NOCASE.NOACCENT {direction} NULLS LAST, {plain}"
    return plain


@lru_cache(maxsize=1)
def physical_types(connection: DuckDBPyConnection) -> dict[str, str]:
    """Column -> DuckDB's type, such as DECIMAL(18,2).  Kept, because every query of a report asks."""
    return {name: kind for name, kind, *_rest in connection.execute("DESCRIBE rows").fetchall()}


def decimals_of(
    connection: DuckDBPyConnection, columns: Iterable[Column], condition: str = "true", parameters: Iterable = ()
) -> dict[str, int]:
    """How many decimals the values of each numeric column are printed with, in the rows for which a condition holds.

    A decimal column has those that its values were written with; where its type leaves room for many more, and
    in floating-point columns, it is as many as a value needs.
    """
    types = physical_types(connection)
    decimals = {column.name: _declared(types[column.name]) for column in columns if column.type in NUMERIC}
    open_ = [name for name, declared in decimals.items() if declared is None]
    if open_:
        needs = ", ".join(_needed_decimals(quoted(name)) for name in open_)
        query = f"SELECT {needs} FROM rows WHERE {condition}"  # noqa: S608
        row = connection.execute(query, list(parameters)).fetchone()
        for name, needed in zip(open_, row, strict=True):
            decimals[name] = min(needed or 0, MOST_DECIMALS) if types[name] == "DOUBLE" else needed or 0
    return decimals


def _declared(physical: str) -> int | None:
    if not physical.startswith("DECIMAL"):
        return None if physical == "DOUBLE" else 0
    _width, scale = _width_and_scale(physical)
    return scale if scale <= USUAL_DECIMALS else None


def _width_and_scale(physical: str) -> tuple[int, int]:
    width, scale = physical.removeprefix("DECIMAL(").rstrip(")").split(",")
    return int(width), int(scale)


def _needed_decimals(name: str) -> str:
    written = f"CAST({name} AS VARCHAR)"
    tail = f"length(rtrim(split_part({written}, '.', 2), '0'))"
    return f"max(CASE WHEN contains({written}, 'e') THEN {MOST_DECIMALS} ELSE {tail} END)"


@dataclass(frozen=True)
class Sums:
    """SQL for exact sums.  `in_lists` leaves the adding up to Python, for sums and values that do not fit into
    DuckDB's widest decimal, and for values that are no finite number."""

    types: dict[str, str]
    in_lists: bool = False

    def of(self, name: str, test: str = "IS NOT NULL") -> str:
        """The sum of the values of a column that pass a test; NULL when there is none."""
        value = quoted(name)
        which = f"FILTER (WHERE {value} {test})"
        if self.in_lists:
            return f"list({value}) {which}"
        if self.types[name] != "DOUBLE":
            return f"sum({value}) {which}"
        # By way of its text, which is exact: a cast of the number itself adds noise.
        text = f"CAST({value} AS VARCHAR)"
        exact = f"CAST({text} AS DECIMAL({MOST_DIGITS}, {FLOAT_DECIMALS}))"
        return f"sum(CASE WHEN {_decimals(text)} > {FLOAT_DECIMALS} THEN error('too small') ELSE {exact} END) {which}"

    def bounds_of(self, name: str) -> str:
        """Two sums that no sum of some of its rows can leave: of its negative values, and of its positive ones."""
        return f"{self.of(name, f'BETWEEN -{_LARGEST} AND 0')}, {self.of(name, f'BETWEEN 0 AND {_LARGEST}')}"

    def rank_of(self, name: str) -> str:
        """What sorts by the sum."""
        return f"sum(CAST({quoted(name)} AS DOUBLE))" if self.in_lists else self.of(name)


def _decimals(text: str) -> str:
    """SQL: how many decimals a number has that is written as `1.25` or `1.25e-13`."""
    exponent = f"coalesce(try_cast(split_part({text}, 'e', 2) AS INTEGER), 0)"
    return f"length(split_part(split_part({text}, 'e', 1), '.', 2)) - {exponent}"


def aggregated(connection: DuckDBPyConnection, query: Callable[[Sums], str], parameters: list) -> list[tuple]:
    """The rows of `query(sums)`, with sums that are exact."""
    types = physical_types(connection)
    try:
        return connection.execute(query(Sums(types)), parameters).fetchall()
    except (duckdb.OutOfRangeException, duckdb.ConversionException, duckdb.InvalidInputException):
        rows = connection.execute(query(Sums(types, in_lists=True)), parameters).fetchall()
        return [tuple(_sum(cell) if isinstance(cell, list) else cell for cell in row) for row in rows]


def _sum(numbers: list) -> Decimal | None:
    """None when the sum is no finite number."""
    total = Decimal(0)
    for number in numbers:
        total = _EXACT.add(total, Decimal(repr(number)) if isinstance(number, float) else Decimal(number))
    return total if total.is_finite() else None
