"""The columns of a snapshot: their names and types.

A datetime has no zone: it is what the clocks of the portal's TIME_ZONE showed when the file was read, so that nothing
that shows, filters or counts it converts it again.  Text is never blank, and has no white space around it.
"""

from dataclasses import dataclass

TEXT, INTEGER, DECIMAL, DATE, DATETIME, BOOLEAN = TYPES = (
    "text",
    "integer",
    "decimal",
    "date",
    "datetime",
    "boolean",
)
NUMERIC = (INTEGER, DECIMAL)
TEMPORAL = (DATE, DATETIME)


@dataclass(frozen=True)
class Column:
    """A column as people know it: the header they gave it, and one of TYPES."""

    name: str
    type: str
