"""Is the database that of this release?  Processes of an older one may still run when a newer one has changed it."""

import pkgutil

from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from reports import migrations

KNOWN = {module.name for module in pkgutil.iter_modules(migrations.__path__)}
OUTDATED = "The database is that of a newer Prelo: this process is to be started again with the new release"
BEHIND = "The database is that of an older Prelo: make migrate brings it up to date"


def is_outdated() -> bool:
    """Whether a newer release has changed the database."""
    return _applied().exclude(name__in=KNOWN).exists()


def check() -> None:
    """At the start of a process.  Raises SystemExit when the database is another release's; one that does not answer is
    waited for elsewhere."""
    try:
        applied = set(_applied().values_list("name", flat=True)) if MigrationRecorder(connection).has_table() else set()
    except DatabaseError:
        return
    finally:
        connection.close()  # a fork must not inherit it
    if applied - KNOWN:
        raise SystemExit(OUTDATED)
    if KNOWN - applied:
        raise SystemExit(BEHIND)


def _applied():
    return MigrationRecorder(connection).migration_qs.filter(app="reports")
