"""What a PDF is to be, besides what it looks like."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from weasyprint import Attachment

# Tags (PDF/UA) cost time and make the file several times as large; a document with more rows is printed without.
MOST_TAGGED_ROWS = 20_000


@dataclass(frozen=True)
class Claim:
    """What a PDF claims to be.

    standard: `ua-1` (PDF/UA-1, when it has at most `most_tagged_rows` rows) or `a-3u` (PDF/A-3u).
    identifier: of the document, 16 bytes, in the file for everybody to read.
    attached: a file that goes along with it.  created: when the document, and so its attachment, was made.
    """

    standard: str = "ua-1"
    most_tagged_rows: int = MOST_TAGGED_ROWS
    identifier: bytes | None = None
    attached: Path | None = None
    created: datetime | None = None

    def options(self) -> dict:
        """As WeasyPrint knows them."""
        return {
            "custom_metadata": True,
            **({"pdf_variant": "pdf/a-3u"} if self.standard == "a-3u" else {}),
            "attachments": [self._attachment()] if self.attached else None,
        }

    def _attachment(self) -> Attachment:
        return Attachment(
            file_obj=self.attached.open("rb"),
            name=self.attached.name,
            created=self.created,
            modified=self.created,
            relationship="Data",
        )
