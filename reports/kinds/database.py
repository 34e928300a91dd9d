"""The rows of a Parquet file as a view in a locked-down DuckDB."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

MEMORY = "400MB"
THREADS = 2
# Where it keeps what its memory has no room for, in the folder that it may write into.
SPILL = ".spill"
# A file of so many bytes is read before a second thread has begun.
_SMALL = 500_000
# A new database has no thread of its own, so that a process that is forked from here may take it over.
_NEW = {
    "threads": 1,
    "async_threads": 0,
    "memory_limit": MEMORY,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

# The database that is open for several files, if one is.
_shared: list[DuckDBPyConnection] = []
# Databases that were opened before the fork, and those of them that are taken.
_prepared: list[DuckDBPyConnection] = []
_taken: list[DuckDBPyConnection] = []


def prepare() -> None:
    """Open a database, which takes 20 ms, for each process that will be forked from this one."""
    _prepared[:] = [duckdb.connect(config=_NEW)]


@contextmanager
def opened(parquet: Path, folder: Path | None = None, *, sample: int | None = None) -> Iterator[DuckDBPyConnection]:
    """A connection whose view `rows` has the rows of the file (the first `sample`) and that can reach nothing else;
    it may write into `folder`.  Without one everything has to fit into its memory.

    What DuckDB says about memory and disks is raised as Python says it: MemoryError, OSError.
    """
    limit = f"LIMIT {int(sample)}" if sample else ""
    view = f"CREATE OR REPLACE VIEW rows AS SELECT * FROM read_parquet({_literal(parquet)}) {limit}"  # noqa: S608
    with _closed_at_the_end(_shared[-1].cursor() if _shared else _locked(parquet, folder), folder) as connection:
        connection.execute(view)
        yield connection


@contextmanager
def shared(parquet: Path, folder: Path) -> Iterator[None]:
    """Whatever is opened meanwhile, which must be this file or lie in the folder, is so in one database: to open one
    takes 20 ms."""
    with _closed_at_the_end(_locked(parquet, folder), folder) as connection:
        _shared.append(connection)
        try:
            yield
        finally:
            _shared.pop()


@contextmanager
def _closed_at_the_end(connection: DuckDBPyConnection, folder: Path | None) -> Iterator[DuckDBPyConnection]:
    try:
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise MemoryError(str(error)) from error
    except duckdb.IOException as error:
        raise _os_error(error) from error
    finally:
        connection.close()
        if folder:
            shutil.rmtree(folder / SPILL, ignore_errors=True)


def _locked(parquet: Path, folder: Path | None) -> DuckDBPyConnection:
    """A database that reaches this file and this folder, and nothing else."""
    connection = _new()
    if parquet.stat().st_size > _SMALL:
        connection.execute(f"SET threads = {THREADS}")
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET allowed_paths = [{_literal(parquet)}]")
    if folder:
        connection.execute(f"SET allowed_directories = [{_literal(folder)}]")
    connection.execute(f"SET temp_directory = {_literal(folder / SPILL if folder else '')}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _new() -> DuckDBPyConnection:
    """A connection to a database that nobody has used.  One that was prepared ends with its process: to take it apart
    takes 5 ms, so what the caller closes is only a cursor of it."""
    if not _prepared:
        return duckdb.connect(config=_NEW)
    _taken.append(_prepared.pop())
    return _taken[-1].cursor()


def _os_error(error: duckdb.IOException) -> OSError:
    """DuckDB keeps the system's words, and not its number."""
    number = next((number for number in errno.errorcode if os.strerror(number) in str(error)), errno.EIO)
    return OSError(number, os.strerror(number))


def write_csv(connection: DuckDBPyConnection, query: str, target: Path) -> None:
    """The rows of a query for programs: UTF-8, dates and decimals as ISO and DuckDB write them."""
    connection.execute(f"COPY ({query}) TO {_literal(target)} (FORMAT csv, HEADER)")


def _literal(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"
