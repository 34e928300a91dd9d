"""Looks at sources in a process of their own: real ones that take too much, and what they say."""

import os
import sqlite3
import time
from decimal import Decimal
from functools import partial

import duckdb
import pytest

from reports.problems import Problem
from reports.sources import look, pages, query
from reports.sources.servers import url_of


def shell(expression: str, **names):
    """What an expression of Python is there."""
    return look.run(partial(eval, expression, names), 20)


def sqlite_rows(folder, sql: str):
    sqlite3.connect(folder / "data.db").close()
    url = url_of(f"sqlite:///{folder}/data.db", folders=[str(folder)])
    asked = {"url": url, "values": {"letter": "a"}, "count": 100, "seconds": 10, "time_zone": "UTC"}
    return look.run(partial(query.first_rows, {"sql": sql}, target=folder / "data.parquet", **asked), 10)


def test_it_is_another_program_that_knows_no_django_and_has_its_secrets_from_nobody_who_could_see_them():
    assert shell("__import__('os').getppid()") == os.getpid()
    assert shell("__import__('django.conf').conf.settings.configured") is False
    shown = shell("open('/proc/self/cmdline').read() + open('/proc/self/environ').read()", secret="of-the-house")
    assert "reports.sources.look" in shown and "of-the-house" not in shown


def test_rows_come_with_types_and_without_long_texts(tmp_path):
    sql = "SELECT :letter AS a, 1.5 AS b, NULL AS c, hex(zeroblob(1000)) AS d"
    types = ["text", "decimal", "text", "text"]
    assert sqlite_rows(tmp_path, sql) == [{"name": n, "type": t} for n, t in zip("abcd", types, strict=True)]
    assert duckdb.sql(f"FROM '{tmp_path}/data.parquet'").fetchall() == [("a", Decimal("1.5"), None, "0" * 200)]


def test_problems_and_errors_come_as_they_are(tmp_path):
    with pytest.raises(Problem) as caught:
        sqlite_rows(tmp_path, "SELECT :number AS a")
    assert caught.value.as_json() == {"code": "query_parameters", "params": {"names": ":number"}}
    with pytest.raises(FileNotFoundError):
        shell("open('/nowhere')")
    with pytest.raises(Problem) as caught:
        shell("1 / 0")
    assert caught.value.code == "unexpected"


@pytest.mark.parametrize("rows", [1, 20])
def test_what_takes_too_much_memory_is_refused_it(tmp_path, rows):
    """One row, and many."""
    size = 400_000_000 // rows
    with pytest.raises(MemoryError):
        sqlite_rows(tmp_path, f"SELECT hex(zeroblob({size})) AS a" + f" UNION ALL SELECT hex(zeroblob({size}))" * rows)


def test_a_path_that_doubles_a_page_again_and_again_is_stopped(tmp_path):
    (tmp_path / "page").write_text('{"data": [{"a": 1}]}')
    path = "@" + "|{a: [@, @]}" * 38
    settings = {"address": "http://a.example", "format": "json", "rows": path, "cursor": "", "pages": "none"}
    there = {"page": tmp_path / "page", "target": tmp_path / "data.parquet", "time_zone": "UTC"}
    with pytest.raises((Problem, MemoryError)) as caught:
        look.run(partial(pages.first_rows, settings, **there), 2)
    assert isinstance(caught.value, MemoryError) or caught.value.code == "look_slow"


def test_what_takes_too_long_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(look, "MORE_SECONDS", 1)
    left = "open(path, 'w').write(str(__import__('os').getpid())) and __import__('time').sleep(60)"
    started = time.monotonic()
    with pytest.raises(Problem) as caught:
        look.run(partial(eval, left, {"path": str(tmp_path / "id")}), 1)
    assert caught.value.as_json() == {"code": "look_slow", "params": {"seconds": 2}}
    assert time.monotonic() - started < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "id").read_text()), 0)
