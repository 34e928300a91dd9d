from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest


@pytest.fixture
def written(tmp_path):
    """written(select) -> the path of a Parquet file."""

    def written(select: str):
        path = tmp_path / "source.parquet"
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'America/Sao_Paulo'")
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        return path

    return written


@pytest.mark.parametrize(
    ("sql", "kind", "value"),
    [
        ("true", "boolean", True),
        ("7::TINYINT", "integer", 7),
        ("4000000000::UINTEGER", "integer", 4_000_000_000),
        ("18446744073709551615::UBIGINT", "decimal", Decimal(18446744073709551615)),
        ("5::UBIGINT", "integer", 5),
        ("1.50::DECIMAL(9,2)", "decimal", Decimal("1.50")),
        ("0.1::FLOAT", "decimal", 0.1),
        ("0.1::DOUBLE", "decimal", 0.1),
        ("DATE '2025-02-01'", "date", date(2025, 2, 1)),
        ("TIMESTAMP '2025-02-01 10:00:00.5'", "datetime", datetime(2025, 2, 1, 10, 0, 0, 500_000)),
        ("TIMESTAMP_NS '2025-02-01 10:00:00'", "datetime", datetime(2025, 2, 1, 10)),
        ("TIMESTAMPTZ '2025-02-01 10:00:00-03'", "datetime", datetime(2025, 2, 1, 13)),
        ("TIME '10:00:00'", "text", "10:00:00"),
        ("'007'", "text", "007"),
        ("'S\\xC3\\xA3o'::BLOB", "text", "São"),
        ("[1, 2]", "text", "[1,2]"),
        ("{'a': 1, 'b': ['x']}", "text", '{"a":1,"b":["x"]}'),
        ("MAP {'k': 5}", "text", '{"k":5}'),
    ],
)
def test_every_type_becomes_one_of_ours(read, written, sql, kind, value):
    snapshot = read(written(f"SELECT {sql} AS v"), "data.parquet")
    assert (snapshot.types, snapshot.rows) == ({"v": kind}, [(value,)])


@pytest.mark.parametrize("sql", ["'NaN'::DOUBLE", "'-inf'::FLOAT", "'infinity'::DATE", "DATE '12345-01-01'", "''"])
def test_what_nobody_can_print_is_no_value(read, written, sql):
    assert read(written(f"SELECT {sql} AS v, 1 AS n")).rows == [(None, 1)]


def test_zones_are_told(read, written):
    assert read(written("SELECT now() AS t")).notes == {"note_times_converted": {"columns": "t"}}


def test_rows_keep_their_order(read, written):
    assert read(written("SELECT range AS n FROM range(300000)")).column("n") == list(range(300_000))


def test_headers_are_made_distinct(read, written):
    assert read(written('SELECT 1 AS " t0", 2 AS "T0", 3 AS "\n"')).names == ["t0", "T0 (2)", "Column 3"]


def test_types_can_be_corrected(read, written, problem):
    path = written("SELECT unnest([1, 2]) AS n, unnest(['01/02/2025', '31/12/2025']) AS d")
    assert read(path, types={"n": "text", "d": "date"}).rows == [("1", date(2025, 2, 1)), ("2", date(2025, 12, 31))]
    assert problem(path, types={"d": "integer"}).params == {"column": "d", "row": 1, "value": "01/02/2025"}


def test_a_file_without_rows_is_refused(problem, written):
    assert problem(written("SELECT 1 AS n WHERE false")).code == "file_no_rows"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_file_is_damaged(problem, written, share):
    content = written("SELECT range AS n, range::VARCHAR AS t FROM range(10000)").read_bytes()
    assert problem(content[: int(len(content) * share)], "data.parquet").code == "parquet_damaged"


def test_broken_pages_are_damage(problem, written):
    content = bytearray(written("SELECT 'row ' || range AS t FROM range(100000)").read_bytes())
    content[5000:50_000] = b"\xff" * 45_000
    assert problem(bytes(content)).code == "parquet_damaged"


@pytest.mark.parametrize("sql", ["repeat('x', 100_000) AS v FROM range(1000)", "1 AS v FROM range(10_000_000)"])
def test_a_tiny_file_that_unpacks_to_much_is_refused(problem, written, monkeypatch, sql):
    monkeypatch.setattr("reports.sources.parquet.MOST_UNPACKED", 64 << 20)
    path = written(f"SELECT {sql}")
    assert path.stat().st_size < 100_000
    assert problem(path, "data.parquet").code == "parquet_unpacks"
