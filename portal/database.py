"""Django's settings of the database: SQLite in the data folder, or the PostgreSQL that `DATABASE_URL` names."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

POSTGRESQL = ("postgresql://", "postgres://")
# libpq's names for what Django has names of its own for.
NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
# For libpq, where the address does not say otherwise.
OPTIONS = {
    # A page must answer: a server that is down, or does not reach us, is an error after this many seconds.
    "connect_timeout": "3",
    # The same for one that falls silent later (milliseconds, then seconds).
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    # Whoever is stopped in the middle of a transaction keeps nobody waiting for the rows that it holds.
    "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=20s",
}


def at(url: str, data_dir: Path) -> dict:
    """For an address as libpq understands it, parameters included; an empty one means SQLite.

    Raises ImproperlyConfigured for any other address.
    """
    if not url:
        return _sqlite(data_dir / "prelo.sqlite3")
    if not url.startswith(POSTGRESQL):
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name, or be empty")
    return _postgresql(url)


def _sqlite(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Web and workers write at the same time: a transaction that takes its lock at the start waits its
            # turn, one that upgrades a read lock later fails at once.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(url: str) -> dict:
    import psycopg

    try:
        given = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from None
    named = {name: given.pop(libpq) for libpq, name in NAMES.items() if libpq in given}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "OPTIONS": OPTIONS | given,
        # Opening one takes longer than most pages; one that broke meanwhile is noticed before it is used.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
