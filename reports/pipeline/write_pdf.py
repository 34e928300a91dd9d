"""The third step: the document becomes a PDF."""

import hashlib
from pathlib import Path

from reports.kinds import Spec
from reports.kinds.document import ASSETS
from reports.sandbox import Reporter


def write_pdf(spec: Spec, rendered: Path, folder: Path, progress: Reporter) -> dict:
    """Write `folder/report.pdf`, and of a preview the first page as `folder/preview.png`.

    Returns {"pages": number, "bytes": size, "sha256": hexadecimal}.
    """
    from reports import press  # WeasyPrint takes a second to load, and the web server has no use for it

    target = folder / "report.pdf"
    pages = press.write_pdf(rendered / "document.html", target, progress=progress, assets=ASSETS)
    if spec.sample:
        press.draw_first_page(target, folder / "preview.png")
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"pages": pages, "bytes": target.stat().st_size, "sha256": digest}
