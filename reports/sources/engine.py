"""DuckDB as this package uses it: no network, no extensions, no files but the ones named, a bounded memory."""

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

POLL_SECONDS = 0.25
MEMORY = "1GB"
SETTINGS = (
    "enable_progress_bar = true",
    "enable_progress_bar_print = false",
    "progress_bar_time = 0",
    # It takes a time that grows with the square of the number of columns.
    "disabled_optimizers = 'common_subexpressions'",
    "enable_external_access = false",
    "lock_configuration = true",
)


@contextmanager
def connect(
    *paths: Path, folder: Path | None = None, time_zone: str = "UTC", memory: str = MEMORY, most_spilled: str = ""
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read `paths`, and read, write and spill in `folder`; moments are cast to and from the
    clocks of `time_zone`; it takes `memory`, and spills no more than `most_spilled`.

    What DuckDB says about memory and disks is raised as Python says it: MemoryError, OSError(ENOSPC).
    """
    settings = {
        "threads": 2,
        "memory_limit": memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(folder / "spill") if folder else "",
    }
    if most_spilled:
        settings["max_temp_directory_size"] = most_spilled
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("SET TimeZone = ?", [time_zone])
        connection.execute("SET allowed_paths = ?", [[str(path.resolve()) for path in paths]])
        if folder:
            connection.execute("SET allowed_directories = ?", [[f"{folder.resolve()}/"]])
        for setting in SETTINGS:
            connection.execute(f"SET {setting}")
        try:
            yield connection
        except duckdb.OutOfMemoryException as error:
            raise MemoryError(str(error)) from error
        except duckdb.IOException as error:
            if "No space left" in str(error):
                raise OSError(errno.ENOSPC, "No space left on device") from error
            raise


def run(connection: duckdb.DuckDBPyConnection, sql: str, report: Callable[[float], None]) -> list[tuple]:
    """The rows of `sql`; meanwhile `report` hears the share that is done, 0 to 1, from another thread."""
    ended = threading.Event()

    def poll() -> None:
        while not ended.wait(POLL_SECONDS):
            report(max(0.0, connection.query_progress()) / 100)

    watcher = threading.Thread(target=poll, daemon=True)
    watcher.start()
    try:
        return connection.execute(sql).fetchall()
    finally:
        ended.set()
        watcher.join()


def literal(text: str) -> str:
    """`text` as a string in SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as a name in SQL."""
    return '"' + name.replace('"', '""') + '"'
