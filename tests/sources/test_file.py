import errno

import duckdb
import pytest

from reports.sources.engine import connect

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"SQLite format 3\0", "SQLite"),
        (b"<!DOCTYPE html>\n<table><tr><td>1</td></tr></table>", "HTML"),
        ('\ufeff<?xml version="1.0"?>\n<rows/>'.encode("utf-16"), "XML"),
    ],
)
def test_a_file_of_another_format_says_what_it_is(problem, content, name):
    error = problem(content, "data.csv")
    assert (error.code, error.params) == ("file_other_format", {"format": name})


def test_bytes_of_no_known_format_are_no_text(problem):
    assert problem(bytes(range(256)) * 50).code == "file_binary"


def test_an_old_workbook_is_asked_for_as_xlsx(problem):
    assert problem(OLE + "Workbook".encode("utf-16-le"), "data.xls").code == "xlsx_old"


def test_a_workbook_with_a_password_says_so(problem):
    padding = b"\0" * (1 << 20)
    assert problem(OLE + padding + "EncryptedPackage".encode("utf-16-le"), "data.xlsx").code == "xlsx_password"


def test_the_content_decides_and_not_the_name(read):
    assert read("a;b\n1;2\n", "data.xlsx").rows == [(1, 2)]
    assert read('[{"a": 1}]', "data.csv").rows == [(1,)]
    assert read("{a};[b]\n1;2\n", "data.csv").names == ["{a}", "[b]"]


def test_a_file_of_no_bytes_is_empty(problem):
    for name in ("data.csv", "data.xlsx", "data.json", "data.parquet"):
        assert problem("", name).code == "file_empty"


def test_a_failed_reading_leaves_nothing_behind(problem, tmp_path):
    problem("a;b\n1;2;3\n")
    assert [path.name for path in tmp_path.iterdir()] == ["original"]


def test_the_engine_reaches_only_the_files_it_was_given(tmp_path):
    given, other = tmp_path / "given.csv", tmp_path / "other.csv"
    for path in (given, other):
        path.write_text("a\n1\n")
    with connect(given, folder=tmp_path / "folder") as connection:
        assert connection.execute(f"SELECT * FROM read_csv('{given}')").fetchall() == [(1,)]
        for sql in (
            f"SELECT * FROM read_csv('{other}')",
            f"COPY (SELECT 1) TO '{tmp_path}/new.csv'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)


def test_the_engine_speaks_of_memory_and_disks_as_python_does(tmp_path):
    with pytest.raises(MemoryError), connect(folder=tmp_path):
        raise duckdb.OutOfMemoryException("full")
    with pytest.raises(OSError, check=lambda error: error.errno == errno.ENOSPC), connect(folder=tmp_path):
        raise duckdb.IOException("Could not write file: No space left on device")
