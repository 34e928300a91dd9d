"""Whether a PDF that somebody holds is one that this portal made, and has stayed as it was."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db.models import TextChoices

from reports.models import Report

# The first half of a file's identifier stays with it when another program changes it: ours is the report's id.
# It is to be read in every PDF, also in an encrypted one.
_IDENTIFIER = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]{32})>")
# Where a chunk ends, an identifier may be cut in two.
_OVERLAP = 100


class Outcome(TextChoices):
    AUTHENTIC = "authentic"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    NO_PDF = "no_pdf"


class Finding(NamedTuple):
    """report: None when the person who asks may not see it, which is no reason to doubt the PDF they hold."""

    outcome: Outcome
    report: Report | None = None


def verify(chunks: Iterable[bytes], user) -> Finding:
    """What is known of a file, for somebody who may see some reports: its bytes are looked at, and never parsed."""
    digest, identifiers, start, before = sha256(), set(), b"", b""
    for chunk in chunks:
        digest.update(chunk)
        start = start or chunk[:1024]
        identifiers.update(found.decode() for found in _IDENTIFIER.findall(before + chunk))
        before = chunk[-_OVERLAP:]
    made = Report.objects.listed().filter(sha256=digest.hexdigest()).order_by("requested_at")
    visible = Report.objects.listed().visible_to(user)
    if made.exists():
        return Finding(Outcome.AUTHENTIC, (made & visible).first())
    if altered := visible.exclude(sha256="").filter(pk__in=map(UUID, identifiers)).first():
        return Finding(Outcome.ALTERED, altered)
    return Finding(Outcome.UNKNOWN if b"%PDF-" in start else Outcome.NO_PDF)
