"""The third step: the document becomes a PDF."""

import atexit
import gc
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from reports.kinds import Spec
from reports.kinds.formats import Formats
from reports.kinds.registry import KINDS, kind_named
from reports.sandbox import Reporter

ASSETS = settings.BASE_DIR / "static"


def write_pdf(spec: Spec, rendered: Path, folder: Path, progress: Reporter) -> dict:
    """Write `folder/report.pdf`, and of a preview the first page as `folder/preview.png`.

    Returns {"pages": number, "bytes": size, "sha256": hexadecimal}.
    """
    from reports import press  # WeasyPrint takes a second to load, and the web server has no use for it

    target = folder / "report.pdf"
    tallies = kind_named(spec.kind).tallies(spec, rendered)
    facts = press.write_pdf(rendered / "document.html", target, progress=progress, assets=ASSETS, tallies=tallies)
    if spec.sample:
        press.draw_first_page(target, folder / "preview.png")
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"pages": facts.pages, "bytes": target.stat().st_size, "sha256": digest}


def warm_up() -> None:
    """What a worker does once, so that the processes it forks for the steps begin at once."""
    from reports import press

    languages = [language for language, _name in settings.LANGUAGES]
    press.warm_up(ASSETS, [translation.to_locale(language).replace("_", "-") for language in languages])
    for language in languages:
        with translation.override(language):
            Formats(language, settings.TIME_ZONE).moment(datetime.now(UTC))
    for code in KINDS:
        get_template(f"documents/{code}.html")
    # What is loaded by now never is garbage: every fork is spared looking through it.
    gc.collect()
    gc.freeze()
    # At the end of the worker itself they are.
    atexit.register(gc.unfreeze)
