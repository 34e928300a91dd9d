"""What time it is for everybody: the clocks of hosts may differ by minutes, and a lease that one host has written is
read by another.  The database's clock is the one that counts.
"""

from datetime import datetime, timedelta

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

# Clocks that are kept by a time server differ by less; then nothing is made of it.
NOTHING = timedelta(seconds=1)

_ahead = timedelta()


def now() -> datetime:
    return timezone.now() + _ahead


def compare(connection: BaseDatabaseWrapper, **_) -> None:
    """Called with each connection to a database as it opens: how far is its clock ahead of this host's?"""
    global _ahead
    if connection.vendor != "postgresql":  # SQLite has none of its own
        return
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        [there] = cursor.fetchone()
    here = before + (timezone.now() - before) / 2
    _ahead = there - here if abs(there - here) > NOTHING else timedelta()
