"""The database that the settings name, and what happens when it falls silent."""

import http.client
import socket
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import ConnectionHandler, OperationalError, connection
from django.test import Client

from portal import database, env
from tests.factories import PersonFactory

# What a page may take, whatever the database does.
MOST_SECONDS = 5
only_postgresql = pytest.mark.skipif(not env.DATABASE_URL, reason="about PostgreSQL: make test DATABASE=postgresql")


def test_without_an_address_it_is_a_file_in_the_data_folder(tmp_path):
    assert database.at("", tmp_path)["NAME"] == tmp_path / "prelo.sqlite3"


def test_an_address_is_read_as_libpq_reads_it(tmp_path):
    found = database.at("postgresql://ana:p%40ss@db.example:5433/prelo?sslmode=require&connect_timeout=7", tmp_path)
    assert [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ana",
        "p@ss",
        "db.example",
        "5433",
        "prelo",
    ]
    assert (found["OPTIONS"]["sslmode"], found["OPTIONS"]["connect_timeout"]) == ("require", "7")
    assert "lock_timeout" in found["OPTIONS"]["options"]


@pytest.mark.parametrize("address", ["mysql://ana@db.example/prelo", "prelo", "postgresql://ana@db/prelo?colour=red"])
def test_an_address_of_something_else_is_refused_in_words(tmp_path, address):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database.at(address, tmp_path)


def test_a_server_that_says_nothing_keeps_nobody_waiting(db, tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / ".s.PGSQL.5432"))
        listener.listen()
        silent = ConnectionHandler({"default": database.at(f"postgresql://prelo@/prelo?host={tmp_path}", tmp_path)})
        started = time.monotonic()
        with pytest.raises(OperationalError):
            silent["default"].ensure_connection()
    assert time.monotonic() - started < MOST_SECONDS


@only_postgresql
def test_nobody_holds_rows_for_ever(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')")
        assert cursor.fetchone() == ("10s", "20s")


def status_of_history(address: str, session: str) -> int:
    page = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    page.request("GET", "/reports/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    return page.getresponse().status


@only_postgresql
def test_a_page_survives_a_database_that_was_restarted(live_portal):
    client = Client()
    client.force_login(PersonFactory())
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    # Each thread of the server keeps a connection; one after another they find theirs ended.
    assert {status_of_history(live_portal, session) for _ in range(20)} == {200}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert {status_of_history(live_portal, session) for _ in range(20)} == {200}
