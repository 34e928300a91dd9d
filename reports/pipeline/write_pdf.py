"""The third step: the document becomes a PDF, which is checked before it is anybody's."""

import hashlib
import json
import logging
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from reports.kinds import Spec, faces, receipt
from reports.kinds.document import ASSETS
from reports.kinds.registry import kind_named
from reports.kinds.tally import Tally
from reports.pipeline import engine
from reports.pipeline.validate import MOST_SHORT_PAGES, verdict_before_publication
from reports.problems import Problem
from reports.sandbox import Reporter

logger = logging.getLogger(__name__)


def write_pdf(spec: Spec, rendered: Path, folder: Path, progress: Reporter, *, password: str = "") -> dict:
    """Write `folder/report.pdf`, which a password opens if there is one, and of a preview the first page as
    `folder/preview.png`.

    Returns what `Report.advance` keeps: {"pages": number, "bytes": size, "sha256", "content_sha256": hexadecimal,
    "receipt", "notes", "standard": what the PDF claims ("": nothing), "verdict": None when it is still to come,
    "engine"}.  Raises Problem when not all was printed, or when only valid PDFs are published and this is none.
    """
    from reports import press  # WeasyPrint takes a second to load, and the web server has no use for it

    target = folder / "report.pdf"
    drawn_up = json.loads((rendered / receipt.FILE).read_text())
    tallies = kind_named(spec.kind).tallies(spec, rendered)
    printed = _printed(spec, rendered, target, progress, tallies)
    _compare(drawn_up, tallies, target)
    standard = (printed.variant or "").removeprefix("pdf/")
    # What is encrypted could not be judged later.
    is_late = printed.pages > MOST_SHORT_PAGES and not password
    verdict = None if spec.sample else verdict_before_publication(spec.report_id, target, standard, is_late=is_late)
    content = _sha256(target)
    if spec.sample:
        press.draw_first_page(target, folder / "preview.png")
    if password:
        press.encrypt(target, password)
    return {
        "pages": printed.pages,
        "bytes": target.stat().st_size,
        "sha256": _sha256(target) if password else content,
        "content_sha256": content,
        "receipt": drawn_up,
        "notes": _notes(press.missing_by_script(printed.missing)) + _note_on_face(spec),
        "standard": standard,
        "verdict": verdict,
        "engine": engine.versions(printed.fonts),
    }


def _printed(spec: Spec, rendered: Path, target: Path, progress: Reporter, tallies: dict[str, Tally]):
    from reports import press

    document, claim = rendered / "document.html", _claim(spec, rendered)
    try:
        return press.write_pdf(document, target, progress=progress, assets=ASSETS, claim=claim, tallies=tallies)
    except press.TooManyRows as error:
        logger.warning("%s", error)
        raise Problem("style_few_rows", rows=error.rows, most=error.most) from error


def _claim(spec: Spec, rendered: Path):
    from reports.press import Claim

    attached = rendered / "data.csv"
    return Claim(
        standard=spec.standard,
        most_tagged_rows=settings.TAGGED_ROWS,
        identifier=UUID(spec.report_id).bytes,
        attached=attached if attached.exists() else None,
        created=datetime.fromisoformat(spec.requested_at),
    )


def _compare(drawn_up: dict, tallies: dict[str, Tally], pdf: Path) -> None:
    """A summary is short: its figures are looked for in the finished file."""
    if "figures" in drawn_up:
        from reports.press import texts_of

        receipt.find_figures(drawn_up, texts_of(pdf))
    elif drawn_up["rows"]:
        receipt.compare(drawn_up, tallies["rows"])


def _notes(missing) -> list[dict]:
    """Problems that do not keep a PDF from being published."""
    return [Problem("note_no_glyphs", **asdict(found)).as_json() for found in missing]


def _note_on_face(spec: Spec) -> list[dict]:
    face = spec.brand.face
    return [Problem("note_face_gone", face=face).as_json()] if face and face not in faces.installed() else []


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
