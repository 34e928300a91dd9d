"""The databases that may be asked, each in its own way: PostgreSQL, MySQL and MariaDB, SQLite.

Whoever is `connected` is in a transaction that only reads, each statement has a time-out on the server, and all of them
together have one here.
"""

import logging
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from reports.problems import Problem

DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "sqlite": "sqlite",
}
CONNECT_SECONDS = 10
# A server that is gone without a word is noticed after this many seconds.
SILENT_SECONDS = 30
# A server has so long to stop a statement, by itself and when it is asked to, before the line is cut.
GRACE_SECONDS = 3
REASON_SHOWN = 300
# What the databases say, by SQLSTATE, number or name -> what people are told.
SIGN_IN = {"28P01", "28000", 1044, 1045, 1698}
SLOW = {"57014", 1969, 3024, "SQLITE_INTERRUPT"}
WRITES = {"25006", 1792, "SQLITE_READONLY", "SQLITE_AUTH"}
CUT = {"57P01", "57P02", "08006", "08003", 2006, 2013}
# SQLite may only read the tables and call functions.
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
SQLITE_STEPS = 20_000

logger = logging.getLogger(__name__)


def url_of(address: str, password: str = "", *, folders: Iterable[str] = (), own: Path | None = None) -> URL:
    """The address of a database for its driver.  Raises Problem `connection_address`, `connection_kind`,
    `connection_file` (an SQLite file must lie in one of the folders, and must not be `own`)."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise Problem("connection_address") from None
    driver = DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise Problem("connection_kind", kind=url.get_backend_name())
    if driver == "sqlite":
        return URL.create(driver, database=str(_file_of(url, folders, own)))
    return url.set(drivername=driver, password=password or url.password)


def _file_of(url: URL, folders: Iterable[str], own: Path | None) -> Path:
    """With every link followed, so that none leads out of the folders."""
    path = Path(url.database or "").resolve()
    if not any(path.is_relative_to(Path(folder).resolve()) for folder in folders) or path == own or not path.is_file():
        raise Problem("connection_file")
    return path


@contextmanager
def connected(url: URL, *, seconds: float, time_zone: str) -> Iterator[Connection]:
    """Raises Problem for what the database says: `query_refused` with its own words, `query_sign_in` and so on."""
    opened, late = False, threading.Event()
    engine = create_engine(_read_only(url), poolclass=NullPool, connect_args=_arguments(url, seconds, time_zone))
    event.listen(engine, "connect", lambda raw, _record: _SETTLE[engine.dialect.name](raw, seconds, time_zone))
    try:
        with engine.connect() as connection, _stopped_after(seconds, connection, late):
            opened = True
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            yield connection
    except DBAPIError as error:
        if late.is_set():
            raise Problem("query_slow", seconds=round(seconds)) from error
        raise _problem_of(error, opened, seconds) from error
    except SQLAlchemyError as error:
        raise Problem("query_refused", reason=_shortened(error)) from error
    finally:
        engine.dispose()


@contextmanager
def _stopped_after(seconds: float, connection: Connection, late: threading.Event) -> Iterator[None]:
    """A query can switch the server's time-out off, and a function of the database can pass over a cancellation."""
    ended, raw = threading.Event(), connection.connection.driver_connection

    def watch() -> None:
        if ended.wait(seconds + GRACE_SECONDS):
            return
        late.set()
        with suppress(Exception):
            raw.cancel_safe(timeout=GRACE_SECONDS)
        if not ended.wait(GRACE_SECONDS):
            with suppress(Exception), socket.socket(fileno=os.dup(_FILE[connection.dialect.name](raw))) as line:
                line.shutdown(socket.SHUT_RDWR)

    if connection.dialect.name != "sqlite":  # it runs here, and looks at the clock itself
        threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _read_only(url: URL) -> URL:
    if url.drivername != "sqlite":
        return url
    return url.set(database=f"file:{url.database}", query={"mode": "ro", "uri": "true"})


def _arguments(url: URL, seconds: float, time_zone: str) -> dict:
    if url.drivername == DRIVERS["postgresql"]:
        return {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={round(seconds * 1000)} -c default_transaction_read_only=on "
            f"-c timezone={time_zone}",
            "keepalives_idle": SILENT_SECONDS // 2,
            "keepalives_interval": 5,
            "tcp_user_timeout": SILENT_SECONDS * 1000,
            "application_name": "prelo",
        }
    if url.drivername == DRIVERS["mysql"]:
        patience = round(seconds) + CONNECT_SECONDS
        return {"connect_timeout": CONNECT_SECONDS, "read_timeout": patience, "write_timeout": SILENT_SECONDS}
    return {}


def _settle_postgresql(raw, seconds: float, time_zone: str) -> None:
    """Where the server can, it notices soon that whoever asked has been killed."""
    try:
        raw.execute(
            "SELECT set_config(name, '2s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'"
        )
        raw.commit()
    except Exception:  # not on every system
        raw.rollback()


def _settle_mysql(raw, seconds: float, time_zone: str) -> None:
    with raw.cursor() as cursor:
        if "MariaDB" in raw.get_server_info():
            cursor.execute("SET SESSION max_statement_time = %s", [seconds])
        else:
            cursor.execute("SET SESSION max_execution_time = %s", [round(seconds * 1000)])
        # A server may know offsets only.
        with suppress(Exception):
            cursor.execute("SET SESSION time_zone = %s", [time_zone])
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
    raw.commit()


def _settle_sqlite(raw: sqlite3.Connection, seconds: float, time_zone: str) -> None:
    deadline = time.monotonic() + seconds
    raw.execute("PRAGMA query_only = on")
    raw.set_progress_handler(lambda: time.monotonic() > deadline, SQLITE_STEPS)
    raw.set_authorizer(lambda action, *_about: sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY)


# The number of the file that is the line to the server.
_FILE = {
    "postgresql": lambda raw: raw.fileno(),
    **dict.fromkeys(("mysql", "mariadb"), lambda raw: raw._sock.fileno()),
}
_SETTLE = {"postgresql": _settle_postgresql, "mysql": _settle_mysql, "mariadb": _settle_mysql, "sqlite": _settle_sqlite}


def _problem_of(error: DBAPIError, opened: bool, seconds: float) -> Problem:
    """What the database says of a connection is for the log: it names the server."""
    code = _code_of(error.orig)
    if code in SLOW:
        return Problem("query_slow", seconds=round(seconds))
    if code in WRITES:
        return Problem("query_writes")
    if code in SIGN_IN or (not opened and "authentication failed" in str(error.orig)):
        logger.warning("The database let nobody in: %s", error.orig)
        return Problem("query_sign_in")
    if not opened:
        logger.warning("The database cannot be reached: %s", error.orig)
        return Problem("query_unreachable")
    if code in CUT or error.connection_invalidated:
        logger.warning("The database is gone: %s", error.orig)
        return Problem("query_cut")
    return Problem("query_refused", reason=_shortened(error.orig))


def said_by(problem: Problem) -> str:
    """What the database itself said, which names the server: for staff alone."""
    cause = problem.__cause__
    return _shortened(cause.orig) if isinstance(cause, DBAPIError) and "reason" not in problem.params else ""


def _code_of(error: Exception) -> str | int | None:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else None
    return number or getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)


def _shortened(error: Exception) -> str:
    """The first line of what a database says."""
    said = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], str) else str(error)
    return said.strip().partition("\n")[0][:REASON_SHOWN]
