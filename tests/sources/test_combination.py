"""SQL over datasets: what it can do, and all that it cannot reach."""

import re
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest

from reports.problems import Problem
from reports.sources import Limits, combination

LIMITS = Limits(rows=1000, bytes=64 << 20, seconds=20)


@pytest.fixture
def files(tmp_path, engine) -> dict[str, Path]:
    sales, rates = tmp_path / "sales.parquet", tmp_path / "rates.parquet"
    engine.execute(
        f"COPY (SELECT * FROM (VALUES ('North', 2, DATE '2025-01-31'), ('South', 3, NULL), ('North', 4, NULL)) "
        f"AS t(region, total, day)) TO '{sales}'"
    )
    engine.execute(f"COPY (SELECT * FROM (VALUES ('North', 1.5), ('South', 2.0)) AS t(region, rate)) TO '{rates}'")
    return {"My sales": sales, "rates": rates}


@pytest.fixture
def combine(tmp_path, files, engine):
    """combine(sql) -> (rows, {column: type}): as the form and the worker do it, one after the other."""

    def combine(sql: str, limits=LIMITS):
        named = combination.tables_in(sql)
        if unknown := named - files.keys():
            raise Problem("combination_unknown", names=", ".join(unknown))
        target = tmp_path / "out" / "target.parquet"
        target.parent.mkdir(exist_ok=True)
        facts = combination.read(
            {"sql": sql},
            target,
            progress=lambda done, total: None,
            limits=limits,
            types={},
            time_zone="UTC",
            files={name: files[name] for name in named},
        )
        assert list(target.parent.iterdir()) == [target]
        rows = engine.execute(f"SELECT * FROM '{target}'").fetchall()
        return rows, {column["name"]: column["type"] for column in facts["columns"]}

    return combine


def refused(combine, sql: str, **limits) -> Problem:
    with pytest.raises(Problem) as problem:
        combine(sql, **limits)
    return problem.value


def test_joins_windows_and_pivots(combine):
    rows, types = combine(
        """SELECT region, total * rate AS paid, sum(total) OVER (PARTITION BY region) AS all_, day
           FROM "My sales" JOIN rates USING (region) ORDER BY total;"""
    )
    assert rows == [("North", 3, 6, date(2025, 1, 31)), ("South", 6, 3, None), ("North", 6, 6, None)]
    assert types == {"region": "text", "paid": "decimal", "all_": "integer", "day": "date"}
    pivot = "FROM (PIVOT \"My sales\" ON region IN ('North', 'South') USING sum(total) GROUP BY day) ORDER BY day"
    assert combine(pivot)[0] == [(date(2025, 1, 31), 2, None), (None, 4, 3)]
    common = "WITH rates AS (SELECT * FROM rates WHERE rate > 1.5), n AS (SELECT unnest(range(2)) AS i) FROM rates, n"
    assert combine(common)[0] == [("South", 2, 0), ("South", 2, 1)]
    counted = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT max(i) AS i FROM N"
    assert combine(counted)[0] == [(3,)]
    assert combine("SELECT r.region FROM rates AS r JOIN rates AS s USING (region) WHERE r.rate > 1.5")[0] == [
        ("South",)
    ]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "combination_function"),
        ("SELECT * FROM read_text('/etc/passwd')", "combination_function"),
        ("SELECT * FROM glob('/etc/*')", "combination_function"),
        ("SELECT * FROM READ_BLOB('/etc/passwd')", "combination_function"),
        ("SELECT * FROM duckdb_settings()", "combination_function"),
        ("SELECT * FROM query('SELECT 1')", "combination_function"),
        ("SELECT * FROM rates WHERE EXISTS (FROM sniff_csv('/etc/passwd'))", "combination_function"),
        ("SELECT current_setting('allowed_paths') AS a", "combination_function"),
        ("SELECT getenv('HOME') AS a", "combination_function"),
        ("SELECT * FROM '/etc/passwd'", "combination_unknown"),
        ("SELECT * FROM 'https://example.org/x.csv'", "combination_unknown"),
        ("SELECT * FROM information_schema.tables", "combination_unknown"),
        ("SELECT * FROM secrets_of_others", "combination_unknown"),
        ("SELECT sql FROM duckdb_views, (WITH duckdb_views AS (SELECT 1) FROM duckdb_views)", "combination_unknown"),
        ("WITH a AS (FROM duckdb_views), duckdb_views AS (SELECT 1) FROM a", "combination_unknown"),
        ("WITH duckdb_views AS (FROM duckdb_views) FROM duckdb_views", "combination_unknown"),
        (
            "WITH RECURSIVE duckdb_views AS (SELECT sql FROM duckdb_views UNION ALL SELECT sql FROM duckdb_views) "
            "FROM duckdb_views",
            "combination_unknown",
        ),
        ("(WITH duckdb_views AS (SELECT 1) FROM duckdb_views) UNION FROM duckdb_views", "combination_unknown"),
        ('WITH "sqlite_ma\u017fter" AS (SELECT 1) FROM sqlite_master', "combination_unknown"),
        ("SELECT * FROM rates" + "".join(f", rates_{n}" for n in range(100)), "combination_tables"),
        ("SELECT " + "+".join("1" * 900), "combination_deep"),
        ("SELECT * FROM " + "(SELECT * FROM " * 900 + "rates" + ")" * 900, "combination_deep"),
        ("ATTACH '/tmp/x.db'", "combination_select"),
        ("COPY rates TO '/tmp/x.csv'", "combination_select"),
        ("SET memory_limit = '1TB'", "combination_select"),
        ("PRAGMA database_list", "combination_select"),
        ("INSTALL httpfs", "combination_select"),
        ("LOAD httpfs", "combination_select"),
        ("CALL pragma_version()", "combination_select"),
        ("CREATE TABLE x AS SELECT 1", "combination_select"),
        ("DROP VIEW rates", "combination_select"),
        ("EXPORT DATABASE '/tmp/x'", "combination_select"),
        ("EXPLAIN SELECT 1", "combination_select"),
        ("SELECT 1 AS a; SELECT 2 AS b", "query_many"),
        (" -- nothing", "query_empty"),
        ("SELECT nothing FROM rates", "query_refused"),
        ("SELECT CAST(region AS INTEGER) AS a FROM rates", "query_refused"),
        ("SELECT FROM WHERE", "query_refused"),
        ("SELECT rate, rate FROM rates", "query_same_name"),
        ("SELECT 1 AS a WHERE false", "query_no_rows"),
    ],
)
def test_nothing_else_can_be_reached(combine, sql, code):
    assert refused(combine, sql).code == code


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_parquet('{other}')",
        "SELECT content FROM read_text('/proc/self/environ')",
    ],
)
def test_the_engine_itself_reaches_nothing_else(tmp_path, files, engine, sql):
    """Whatever the look at the query lets through."""
    other = tmp_path / "other.parquet"
    engine.execute(f"COPY (SELECT 1 AS a) TO '{other}'")
    with pytest.raises(Problem) as problem:
        there = {"target": tmp_path / "data.parquet", "files": files, "time_zone": "UTC"}
        combination.first_rows({"sql": sql.format(other=other)}, count=10, seconds=9, **there)
    assert re.match("Permission Error|Catalog Error: Table .* does not exist", problem.value.params["reason"])


def test_sums_of_whole_numbers_keep_every_digit(combine):
    big = "SELECT sum(n) AS n FROM (SELECT unnest([9007199254740993, 0]) AS n)"
    assert combine(big) == ([(2**53 + 1,)], {"n": "integer"})
    assert combine("SELECT sum(n) AS n FROM (SELECT unnest([9223372036854775807, 1]) AS n)")[0] == [(2**63,)]


def test_time_and_rows_are_limited(combine):
    endless = "SELECT count(*) AS n FROM range(1000000) AS a, range(1000000) AS b WHERE a.range * b.range % 7 = 1"
    assert refused(combine, endless, limits=Limits(10, 1000, 1)).code == "query_slow"
    assert refused(combine, "SELECT unnest(range(1001)) AS n").code == "source_rows"
    assert len(combine("SELECT unnest(range(1000)) AS n")[0]) == 1000


def test_memory_is_limited(tmp_path):
    """In a process of its own: what DuckDB takes it keeps, and whatever is forked here later would begin with that."""
    large = {"sql": "SELECT list(repeat('x', 1000) || range) AS a FROM range(3000000)"}
    asked = {"limits": LIMITS, "types": {}, "time_zone": "UTC", "files": {}}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as another, pytest.raises(MemoryError):
        another.submit(combination.read, large, tmp_path / "target.parquet", progress=max, **asked).result()
    assert not list(tmp_path.iterdir())
