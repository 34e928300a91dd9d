from decimal import Decimal

import duckdb
import pytest

from reports.kinds.database import opened
from reports.kinds.rows import Sums, aggregated, decimals_of, where
from tests.kinds.making import columns_of, gathered, snapshot, spec_for

MIXED = """
    SELECT * FROM (VALUES
        (1, 'North', 1.5, DATE '2025-01-01', TIMESTAMP '2024-12-31 23:00:00', true),
        (2, 'NORTH', -2.0, DATE '2025-01-02', TIMESTAMP '2025-01-01 00:00:00', false),
        (3, '100%', 3.25, DATE '2025-01-03', TIMESTAMP '2025-01-01 23:59:59', true),
        (4, 'ΟΔΟΣ', NULL, NULL, NULL, NULL),
        (5, NULL, 10.0, DATE '2025-02-01', TIMESTAMP '2025-01-02 00:00:00', false)
    ) AS mixed("No", "Re""gion", "Total", "Day", "At", "Paid")
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return snapshot(tmp_path_factory.mktemp("mixed"), MIXED)


@pytest.mark.parametrize(
    ("written", "rows"),
    [
        ('Re"gion = north', [1, 2]),
        ('Re"gion != north', [3, 4, 5]),
        ('Re"gion ~ ORT', [1, 2]),
        ('Re"gion ~ %', [3]),
        ('Re"gion ^ no', [1, 2]),
        ('Re"gion = ΟΔΟΣ', [4]),
        ('Re"gion ^ ΟΔΟΣ', [4]),
        ('Re"gion is_empty', [5]),
        ('Re"gion is_not_empty', [1, 2, 3, 4]),
        ("Total > 1,5", [3, 5]),
        ("Total >= 1,5", [1, 3, 5]),
        ("Total < 0", [2]),
        ("Total != 10", [1, 2, 3, 4]),
        ("Total is_empty", [4]),
        ("No <= 2,5", [1, 2]),
        ("Day > 01/01/2025", [2, 3, 5]),
        ("Day = 2025-01-01", [1]),
        ("At = 31/12/2024", [1]),
        ("At = 01/01/2025", [2, 3]),
        ("At > 01/01/2025", [5]),
        ("At <= 31/12/2024", [1]),
        ("At >= 01/01/2025 23:59:59", [3, 5]),
        ("At != 01/01/2025", [1, 4, 5]),
        ("At <= 31/12/9999", [1, 2, 3, 5]),
        ("At > 31/12/9999", []),
        ("At < 0001-01-01", []),
        ("Paid = yes", [1, 3]),
        ("Paid != yes", [2, 4, 5]),
        ("Paid is_empty", [4]),
    ],
)
def test_a_filter_keeps_the_rows_that_pass(mixed, tmp_path, written, rows):
    # A column of times holds what the clocks of the zone show.
    spec = spec_for(mixed, "listing", {"filters": written}, zone="America/Sao_Paulo")
    with opened(mixed, tmp_path) as connection:
        condition, parameters = where(connection, spec)
        found = connection.execute(f'SELECT "No" FROM rows WHERE {condition} ORDER BY 1', parameters).fetchall()
    assert [number for (number,) in found] == rows


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_parquet('{other}')",
        "COPY (SELECT 1) TO '{other}'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "ATTACH '{other}' AS other",
    ],
)
def test_a_connection_reaches_nothing_but_its_own_files(mixed, tmp_path, query):
    other = snapshot(tmp_path, "SELECT 1 AS a")
    inside = tmp_path / "inside"
    inside.mkdir()
    with opened(mixed, inside) as connection, pytest.raises(duckdb.Error):
        connection.execute(query.format(other=other))


def test_a_sample_is_the_first_rows(mixed, tmp_path):
    with opened(mixed, tmp_path, sample=2) as connection:
        assert connection.execute('SELECT "No" FROM rows').fetchall() == [(1,), (2,)]


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ("9223372036854775807::BIGINT), (9223372036854775807::BIGINT", "18446744073709551614"),
        ("0.1::DOUBLE), (0.2::DOUBLE), (1e15::DOUBLE", "1000000000000000.30000000000000000000"),
        ("1.5e-13::DOUBLE), (2.5e-13::DOUBLE", "4.0000000E-13"),
        ("1.5e-30::DOUBLE), (2.5e-30::DOUBLE", "4.0E-30"),
        ("0.1::DOUBLE), (1.2345678901234568e-05::DOUBLE", "0.100012345678901234568"),
        ("NULL::DOUBLE), (0.25::DOUBLE", "0.25000000000000000000"),
        ("1e30::DOUBLE), (0.5::DOUBLE", "1000000000000000000000000000000.5"),
        ("'nan'::DOUBLE), (1::DOUBLE", "None"),
        ("NULL::DECIMAL(18,2)", "None"),
    ],
)  # fmt: skip
def test_sums_are_exact(tmp_path, values, total):
    parquet = snapshot(tmp_path, f"SELECT * FROM (VALUES ({values})) AS numbers(n)")
    with opened(parquet, tmp_path) as connection:
        (found,) = aggregated(connection, lambda sums: f"SELECT {sums.of('n')} FROM rows", [])[0]
    assert str(found) == total


@pytest.mark.parametrize(
    ("type_", "written", "rows"),
    [
        ("DECIMAL(38,26)", "V > 12345678901234567890.5", []),
        ("DECIMAL(38,26)", "V >= -12345678901234567890.5", ["1.5", "9"]),
        ("DECIMAL(38,26)", "V < 12345678901234567890.5", ["1.5", "9"]),
        ("DECIMAL(38,26)", "V = 12345678901234567890.5", []),
        ("DECIMAL(38,26)", "V != 12345678901234567890.5", ["1.5", "9", None]),
        ("DECIMAL(38,26)", "V = 1,5", ["1.5"]),
        ("DECIMAL(38,0)", "V > 8.5", ["9", "9" * 38]),
        ("DECIMAL(38,0)", "V = 9.5", []),
    ],
)
def test_a_filter_compares_with_every_number_that_one_can_write(tmp_path, type_, written, rows):
    values = ["1.5", "9"] if type_ == "DECIMAL(38,26)" else ["9", "9" * 38]
    query = ", ".join(f"('{value}'::{type_})" for value in values)
    parquet = snapshot(tmp_path, f'SELECT * FROM (VALUES {query}, (NULL)) AS wide("V")')
    with opened(parquet, tmp_path) as connection:
        condition, parameters = where(connection, spec_for(parquet, "listing", {"filters": written}))
        found = connection.execute(f'SELECT "V" FROM rows WHERE {condition}', parameters).fetchall()
    assert [value for (value,) in found] == [row and Decimal(row) for row in rows]


def test_a_sum_that_outgrows_the_widest_decimal_is_exact(tmp_path):
    parquet = snapshot(tmp_path, "SELECT 9999999999.0000000000000000000000000001::DECIMAL(38,28) AS n FROM range(20)")
    with opened(parquet, tmp_path) as connection:
        (found,) = aggregated(connection, lambda sums: f"SELECT {sums.of('n')} FROM rows", [])[0]
    assert found == Decimal("199999999980.0000000000000000000000000020")


def test_sums_in_lists_can_still_be_sorted_by():
    assert Sums({"n": "DOUBLE"}, in_lists=True).rank_of("n") != Sums({"n": "DOUBLE"}, in_lists=True).of("n")


def test_numbers_are_printed_with_the_decimals_they_need(tmp_path):
    query = """SELECT 1::BIGINT AS whole, 1.5::DECIMAL(18,2) AS money, 1.25::DECIMAL(38,10) AS roomy,
        0.5::DOUBLE AS half, (1/3)::DOUBLE AS third, 1e-9::DOUBLE AS tiny"""
    parquet = snapshot(tmp_path, query)
    with opened(parquet, tmp_path) as connection:
        found = decimals_of(connection, columns_of(parquet))
    assert found == {"whole": 0, "money": 2, "roomy": 2, "half": 1, "third": 6, "tiny": 6}


def test_what_the_disk_refuses_is_an_error_of_the_system(mixed, tmp_path):
    with pytest.raises(FileNotFoundError), opened(mixed, tmp_path) as connection:
        connection.execute(f"COPY rows TO '{tmp_path}/nowhere/rows.csv'")


def test_spilled_data_does_not_stay(mixed, tmp_path):
    _facts, folder = gathered(spec_for(mixed, "listing", {"sort": "Total"}), mixed, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["facts.json", "rows.parquet"]
