"""From somewhere to a snapshot: one module for each source.

A file is read by `file.read`.  Every other source is a module with the name of its code (`reports.models.source`):

    read(settings: dict, target: Path, *, progress, limits: Limits, types: dict[str, str], time_zone: str, **given)

It writes `target`, a Parquet file as `file.read` describes it, and returns what is known about it, as JSON: rows,
columns [{name, type}], sheets [], sheet None, notes [{code, params}] and bytes.  It raises Problem for what a person
can mend, MemoryError and OSError.

`settings` are what a person saved: never a secret.  `given` is what the worker knows and nobody else may: the address
of a database with its password, the token of a web address, where the files of other datasets lie.
`pipeline.given.GIVEN` says what each source is given.  `types`: corrections by a person, {column: type}.
`progress(done, total)`: rows, or bytes of a web address; None where nobody knows how many there will be.

It runs in a process that is killed when it takes too long, needs too much memory or is not wanted any more, so what
has to be ended elsewhere must end by itself.  Scratch files stand beside `target`.  To add a source, copy a sibling.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one reading may take: rows, bytes that come over the network, and seconds that somebody else works."""

    rows: int
    bytes: int
    seconds: int
