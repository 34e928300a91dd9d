"""The check of a PDF: in the step that writes it when it is short, in a job of its own when it is long."""

import json
import logging
from pathlib import Path

from django.conf import settings

from reports.problems import Problem
from reports.sandbox import Reporter

logger = logging.getLogger(__name__)

# Longer PDFs are published before they are judged: 0.4 s for each 1,000 tagged rows are better waited for elsewhere.
MOST_SHORT_PAGES = 20


def validate(report_id: str, standard: str, pdf: Path, folder: Path, progress: Reporter) -> dict:
    """Write `folder/verdict.json`; returns {"verdict": the same}."""
    verdict = verdict_on(report_id, pdf, standard)
    (folder / "verdict.json").write_text(json.dumps(verdict))
    return {"verdict": verdict}


def verdict_before_publication(report_id: str, pdf: Path, standard: str, *, is_late: bool) -> dict | None:
    """The verdict on a PDF that nobody has seen yet; None when it claims no standard, or may be judged late.

    Raises Problem when only valid PDFs are published and this is none.
    """
    if not standard or (is_late and not settings.PUBLISH_ONLY_VALID):
        return None
    verdict = verdict_on(report_id, pdf, standard)
    if settings.PUBLISH_ONLY_VALID and not verdict["conforms"]:
        name = f"PDF/{standard.upper()}"
        if verdict["conforms"] is None:
            raise Problem("not_judged", standard=name, reason=verdict["reason"])
        raise Problem("not_valid", standard=name, rule=verdict["broken"][0]["rule"])
    return verdict


def verdict_on(report_id: str, pdf: Path, standard: str) -> dict:
    """The verdict as JSON; what was found is logged, without the validator's words: they may quote the PDF."""
    from reports.press.verdict import judge  # the web server has no use for it

    verdict = judge(pdf, standard)
    for broken in verdict.broken:
        logger.warning("Report %s breaks %s", report_id, broken.rule)
    if verdict.conforms is None:
        logger.warning("Report %s could not be judged: %s", report_id, verdict.reason)
    return verdict.as_json()
