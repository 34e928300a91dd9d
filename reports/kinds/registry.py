"""All kinds, by code."""

from reports.kinds import Kind
from reports.kinds.listing import LISTING
from reports.kinds.profile import PROFILE
from reports.kinds.summary import SUMMARY
from reports.problems import Problem

KINDS: dict[str, Kind] = {kind.code: kind for kind in (LISTING, SUMMARY, PROFILE)}


def kind_named(code: str) -> Kind:
    """Raises Problem `unknown_kind`."""
    if code not in KINDS:
        raise Problem("unknown_kind", kind=code, known=", ".join(KINDS))
    return KINDS[code]
