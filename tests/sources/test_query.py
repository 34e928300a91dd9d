"""Queries of real databases: what they find with its types, and what goes wrong in words."""

import sqlite3
import time
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import create_engine, text

from reports.problems import Problem
from reports.sources import Limits, query, servers
from reports.sources.servers import url_of

LIMITS = Limits(rows=300_000, bytes=64 << 20, seconds=20)
ENDLESS = {
    "postgresql": "SELECT count(*) AS n FROM generate_series(1, 10000000000) AS a",
    "mariadb": "SELECT sum(a.seq * b.seq) AS n FROM seq_1_to_1000000 AS a, seq_1_to_1000000 AS b",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n",
}
SERIES = {
    "postgresql": "SELECT n FROM generate_series(1, 200000) AS n",
    "mariadb": "SELECT seq AS n, repeat('words', 50) AS words FROM seq_1_to_200000",
}
ALL = ("postgresql", "mariadb", "sqlite")
SERVERS = ("postgresql", "mariadb")


@pytest.fixture(scope="module")
def sqlite_file(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "orders.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE orders (number INTEGER, region TEXT, total NUMERIC)")
    return file


@pytest.fixture
def url(request, sqlite_file):
    """The database that the test is about."""
    name = request.param
    if name == "sqlite":
        return url_of(f"sqlite:///{sqlite_file}", folders=[str(sqlite_file.parent)])
    return url_of(request.getfixturevalue(name), "secret")


def databases(*names):
    return pytest.mark.parametrize("url", names, indirect=True)


def name_of(url) -> str:
    return {"postgresql": "postgresql", "mysql": "mariadb", "sqlite": "sqlite"}[url.get_backend_name()]


def change(url, *statements: str) -> None:
    """Done by somebody who may write."""
    with create_engine(url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def ask(engine, tmp_path):
    """ask(url, sql, **values) -> (the rows, {column: type}); `engine`: of DuckDB."""

    def ask(url, sql: str, limits=LIMITS, progress=lambda done, total: None, types=None, **values):
        target = tmp_path / "target.parquet"
        facts = query.read(
            {"sql": sql},
            target,
            progress=progress,
            limits=limits,
            types=types or {},
            time_zone="America/Sao_Paulo",
            url=url,
            values=values,
        )
        rows = engine.execute(f"SELECT * FROM '{target}'").fetchall()
        assert facts["rows"] == len(rows) and facts["bytes"] == target.stat().st_size
        return rows, {column["name"]: column["type"] for column in facts["columns"]}

    yield ask
    assert {path.name for path in tmp_path.iterdir()} <= {"target.parquet"}


def refused(code: str, ask, *args, **values) -> dict:
    with pytest.raises(Problem) as problem:
        ask(*args, **values)
    assert problem.value.code == code, problem.value
    return problem.value.params


@databases("postgresql")
def test_values_of_postgresql_keep_their_types(url, ask):
    rows, types = ask(
        url,
        """SELECT 7 AS whole, 9223372036854775807 AS big, 12.50 AS exact, 100::numeric AS round, 0.1::float4 AS real,
                  DATE '2025-02-28' AS day, TIMESTAMP '2025-02-28 23:59:59.5' AS at, true AS yes, '007' AS code,
                  TIMESTAMPTZ '2025-01-01 02:00+00' AS instant, ' Ana ' AS name, NULL::numeric AS nothing,
                  '{"a": [1]}'::jsonb AS nested, E'a\\nb"c' AS lines, 'infinity'::float8 AS endless""",
    )
    assert types == {
        "whole": "integer",
        "big": "integer",
        "exact": "decimal",
        "round": "decimal",
        "real": "decimal",
        "day": "date",
        "at": "datetime",
        "yes": "boolean",
        "code": "text",
        "instant": "datetime",
        "name": "text",
        "nothing": "decimal",
        "nested": "text",
        "lines": "text",
        "endless": "decimal",
    }
    assert rows == [
        (
            7,
            2**63 - 1,
            Decimal("12.50"),
            100,
            0.1,
            date(2025, 2, 28),
            datetime(2025, 2, 28, 23, 59, 59, 500000),
            True,
            "007",
            datetime(2024, 12, 31, 23),
            "Ana",
            None,
            '{"a": [1]}',
            'a\nb"c',
            None,
        )
    ]


@databases("mariadb")
def test_values_of_mariadb_keep_their_types(url, ask):
    change(
        url,
        "CREATE OR REPLACE TABLE kinds (whole INT, huge BIGINT UNSIGNED, exact DECIMAL(10, 2), real_ DOUBLE, day DATE,"
        " at DATETIME(3), code VARCHAR(9), bytes BLOB) CHARACTER SET utf8mb4",
        "INSERT INTO kinds VALUES (-7, 18446744073709551615, 12.50, 0.1, '2025-02-28', '2025-02-28 23:59:59.5', '007',"
        " 'São')",
    )
    rows, types = ask(url, "SELECT * FROM kinds")
    assert rows == [
        (
            -7,
            Decimal(2**64 - 1),
            Decimal("12.50"),
            0.1,
            date(2025, 2, 28),
            datetime(2025, 2, 28, 23, 59, 59, 500000),
            "007",
            "São",
        )
    ]
    assert list(types.values()) == ["integer", "decimal", "decimal", "decimal", "date", "datetime", "text", "text"]


@databases(*ALL)
def test_parameters_are_bound_and_nothing_of_them_is_sql(url, ask):
    change(url, "DROP TABLE IF EXISTS people", "CREATE TABLE people (name VARCHAR(80), day DATE)")
    change(url, "INSERT INTO people VALUES ('Ana', '2025-01-31'), ('x'' OR ''1''=''1', '2025-02-01')")
    sql = "SELECT name, ':name' AS word FROM people WHERE name = :name /* :other */ AND day >= :since"
    since = date(2025, 1, 1)
    assert ask(url, sql, name="Ana", since=since)[0] == [("Ana", ":name")]
    assert ask(url, sql, name="x' OR '1'='1", since=since)[0] == [("x' OR '1'='1", ":name")]
    assert ask(url, "SELECT :number AS n WHERE 1.25 = :number", number=Decimal("1.25"))[0] == [(Decimal("1.25"),)]
    assert refused("query_no_rows", ask, url, sql, name="'; DROP TABLE people; --", since=since) == {}
    assert refused("query_parameters", ask, url, sql, name="Ana") == {"names": ":since"}


@databases(*ALL)
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM kept",
        "DROP TABLE kept",
        "SELECT 1 AS a; DELETE FROM kept",
        "WITH gone AS (DELETE FROM kept RETURNING n) SELECT n FROM gone",
        "SELECT n FROM kept FOR UPDATE",
        "SELECT 5--3 AS a INTO OUTFILE '/tmp/prelo-written'",
        "/*!50000 DELETE FROM kept */ SELECT 1",
        "EXPLAIN ANALYZE DELETE FROM kept",
        "SET SESSION TRANSACTION READ WRITE",
    ],
)
def test_nothing_can_be_written(url, ask, sql):
    change(url, "CREATE TABLE IF NOT EXISTS kept (n INTEGER)", "DELETE FROM kept", "INSERT INTO kept VALUES (1)")
    with pytest.raises(Problem) as problem:
        ask(url, sql)
    assert problem.value.code in ("query_writes", "query_many", "query_refused")
    assert ask(url, "SELECT n FROM kept;  -- ;")[0] == [(1,)]


@databases("mariadb")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'x' INTO/**/OUTFILE '{file}'",
        "SELECT 'x' INTO#x\nDUMPFILE '{file}'",
        "SELECT 1.0INTO -- x\n OUTFILE '{file}'",
        "SELECT 1 INTO @a",
    ],
)
def test_nothing_is_written_with_into(url, ask, tmp_path, sql):
    """The server could: the folder is open to it."""
    tmp_path.chmod(0o777)
    for folder in list(tmp_path.parents)[:-2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    refused("query_writes", ask, url, sql.format(file=tmp_path / "written"))


@databases(*ALL)
@pytest.mark.parametrize(
    "sql", ["SELECT '\\'; DELETE FROM kept; -- '", "SELECT '\\', 1; COMMIT; DELETE FROM kept; -- '"]
)
def test_what_one_database_takes_for_a_quotation_does_nothing_in_another(url, ask, sql):
    change(url, "CREATE TABLE IF NOT EXISTS kept (n INTEGER)", "DELETE FROM kept", "INSERT INTO kept VALUES (1)")
    with suppress(Problem):
        ask(url, sql)
    assert ask(url, "SELECT n FROM kept")[0] == [(1,)]


@databases(*SERVERS)
def test_the_transaction_itself_only_reads(url, ask, monkeypatch):
    """Also where the statement looks as if it read."""
    monkeypatch.setattr(query, "checked", lambda sql: sql)
    change(url, "CREATE TABLE IF NOT EXISTS kept (n INTEGER)")
    change(url, "CREATE SEQUENCE IF NOT EXISTS counter")
    statement = "SELECT nextval('counter') AS a" if name_of(url) == "postgresql" else "DELETE FROM kept"
    refused("query_writes", ask, url, statement)


@databases(*ALL)
def test_a_query_that_never_ends_is_stopped_by_the_server(url, ask):
    started = time.monotonic()
    assert refused("query_slow", ask, url, ENDLESS[name_of(url)], limits=Limits(10, 1000, 1)) == {"seconds": 1}
    assert time.monotonic() - started < 10


@databases("postgresql")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CASE WHEN g = 1 THEN set_config('statement_timeout', '0', false) ELSE pg_sleep(60)::text END AS a "
        "FROM generate_series(1, 2) AS g",
        "SELECT stubborn() AS a",
    ],
)
def test_a_query_that_makes_the_server_wait_on_is_stopped_all_the_same(url, ask, monkeypatch, sql):
    """By its own setting, or by a function that goes on whenever it is cancelled."""
    monkeypatch.setattr(servers, "GRACE_SECONDS", 1)
    change(
        url,
        "CREATE OR REPLACE FUNCTION stubborn() RETURNS text LANGUAGE plpgsql AS $$ BEGIN FOR n IN 1..9 LOOP "
        "BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$",
    )
    started = time.monotonic()
    assert refused("query_slow", ask, url, sql, limits=Limits(10, 1000, 1)) == {"seconds": 1}
    assert time.monotonic() - started < 20


@databases("mariadb")
def test_a_server_without_a_time_out_is_hung_up_on(url, ask, monkeypatch):
    monkeypatch.setattr(servers, "GRACE_SECONDS", 1)
    monkeypatch.setattr(query, "checked", lambda sql: sql)
    started = time.monotonic()
    sql = "SET STATEMENT max_statement_time = 0 FOR SELECT sleep(30) AS a"
    assert refused("query_slow", ask, url, sql, limits=Limits(10, 1000, 1)) == {"seconds": 1}
    assert time.monotonic() - started < 8


@databases(*ALL)
def test_columns_rows_and_words_that_do_not_fit(url, ask):
    assert refused("query_same_name", ask, url, "SELECT 1 AS a, 2 AS b, 3 AS A") in ({"column": "A"}, {"column": "a"})
    refused(
        "query_no_rows", ask, url, "SELECT 1 AS a WHERE 1 = 0" if name_of(url) != "mariadb" else "SELECT 1 AS a LIMIT 0"
    )
    assert "nowhere" in refused("query_refused", ask, url, "SELECT a FROM nowhere")["reason"]
    refused("query_empty", ask, url, " ; ")
    change(url, "DROP TABLE IF EXISTS many", "CREATE TABLE many (n INTEGER, words VARCHAR(200))")
    change(url, "INSERT INTO many VALUES " + ", ".join(f"({n}, '{'word ' * 30}')" for n in range(100)))
    assert refused("source_rows", ask, url, "SELECT n FROM many", limits=Limits(99, 1 << 20, 9)) == {"limit": 99}
    assert refused("source_bytes", ask, url, "SELECT * FROM many", limits=Limits(100, 4000, 9)) == {"limit": 0}
    assert len(ask(url, "SELECT n FROM many", limits=Limits(100, 1 << 20, 9))[0]) == 100


@databases(*SERVERS)
def test_a_connection_that_breaks_in_the_middle(url, ask):
    server = name_of(url)
    ended = []

    def end(done, total):
        if not ended:
            ended.append(done)
            if server == "postgresql":
                change(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'prelo'")
            else:
                with create_engine(url).connect() as connection:
                    found = connection.execute(text("SELECT id, info FROM information_schema.processlist")).fetchall()
                    for number, info in found:
                        if info and "seq_1_to_200000" in info and "processlist" not in info:
                            connection.execute(text(f"KILL {number}"))

    refused("query_cut", ask, url, SERIES[server], progress=end)
    assert ended


def test_a_wrong_password_and_a_server_that_is_not_there(postgresql, mariadb, ask):
    for address in (postgresql.replace("prelo@", "guarded@"), mariadb):
        assert ask(url_of(address, "secret"), "SELECT 1 AS a")[0] == [(1,)]
        assert refused("query_sign_in", ask, url_of(address, "wrong"), "SELECT 1 AS a") == {}
    for address in ("postgresql://prelo@127.0.0.1:9/x", "mysql://prelo@127.0.0.1:9/x"):
        assert refused("query_unreachable", ask, url_of(address, "secret"), "SELECT 1 AS a") == {}


def test_the_first_rows_of_very_many_are_there_at_once(postgresql, mariadb, tmp_path):
    queries = (
        (postgresql, "SELECT generate_series(1, :count) AS n"),
        (mariadb, "SELECT seq AS n FROM seq_1_to_100000000 WHERE seq <= :count"),
    )
    for address, sql in queries:
        started = time.monotonic()
        target = tmp_path / "data.parquet"
        there = {"target": target, "url": url_of(address, "secret"), "time_zone": "UTC"}
        columns = query.first_rows({"sql": sql}, values={"count": 10**8}, count=100, seconds=60, **there)
        assert columns == [{"name": "n", "type": "integer"}]
        assert duckdb.sql(f"FROM '{target}'").fetchall() == [(n,) for n in range(1, 101)]
        assert time.monotonic() - started < 20
        target.unlink()


def test_types_can_be_corrected(postgresql, ask):
    sql = "SELECT '31/12/2025' AS day, 5 AS code"
    rows, types = ask(url_of(postgresql), sql, types={"day": "date", "code": "text"})
    assert (rows, types) == ([(date(2025, 12, 31), "5")], {"day": "date", "code": "text"})


def test_an_address_is_looked_at(tmp_path, sqlite_file):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "data.db").touch()
    (inside / "link.db").symlink_to(outside / "data.db")

    def code(address: str, own=None) -> str:
        with pytest.raises(Problem) as problem:
            url_of(address, folders=[str(inside)], own=own)
        return problem.value.code

    assert url_of(f"sqlite:///{inside}/data.db", folders=[str(inside)]).database == f"{inside}/data.db"
    assert code(f"sqlite:///{outside}/data.db") == code(f"sqlite:///{inside}/../outside/data.db") == "connection_file"
    assert code(f"sqlite:///{inside}/link.db") == code("sqlite://") == "connection_file"
    assert code(f"sqlite:///{inside}/data.db", own=inside / "data.db") == "connection_file"
    assert code("oracle://a@b/c") == "connection_kind"
    assert code("nonsense") == "connection_address"


def test_rows_are_fetched_as_they_are_wanted(postgresql, ask):
    """The first ones have come before a later one fails, so nobody holds them all."""
    seen = []
    sql = "SELECT 1 / (5000 - n) AS x FROM generate_series(1, 10000) AS n"
    said = refused("query_refused", ask, url_of(postgresql), sql, progress=lambda done, total: seen.append(done))
    assert "division by zero" in said["reason"]
    assert seen[0] == query.FIRST_BATCH and seen[-1] < 5000
