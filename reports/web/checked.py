"""What was checked of a finished report, as its page shows it: complete, valid, the same when made again."""

from dataclasses import dataclass
from uuid import uuid4

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from reports.kinds.formats import Formats
from reports.kinds.receipt import rows_in_words, totals_in_words
from reports.models import Report, State

STANDARD_NAMES = {"ua-1": "PDF/UA-1", "a-3u": "PDF/A-3u"}
# What a repetition may differ in, as `Report.engine` calls it.
PARTS = {
    "fonts": gettext_lazy("the fonts of the machine"),
    "data": gettext_lazy("DuckDB, which reads the data"),
    "charts": gettext_lazy("vl-convert, which draws the charts"),
    "engine": gettext_lazy("WeasyPrint, which sets the pages"),
    "text": gettext_lazy("Pango, which sets the text"),
    "portal": gettext_lazy("Prelo itself"),
}


@dataclass(frozen=True)
class VerdictView:
    """outcome: good, bad, unknown (`reason` says why), pending, or unclaimed (the PDF follows no standard)."""

    outcome: str
    standard: str = ""
    broken: tuple[dict, ...] = ()
    reason: str = ""


def context_of(report: Report) -> dict:
    """Next to nothing for a report whose PDF was written before anything was checked."""
    if report.state not in (State.READY, State.EXPIRED):
        return {}
    if not report.receipt:
        return {"again_token": uuid4()}
    formats = Formats(get_language(), get_current_timezone_name())
    return {
        "receipt": report.receipt,
        "rows_in_words": rows_in_words(report.receipt, formats),
        "totals": totals_in_words(report.receipt, formats),
        "verdict": verdict_of(report),
        "again_token": uuid4(),
        **_repetition(report),
    }


def verdict_of(report: Report) -> VerdictView:
    if report.verdict:
        outcome = {True: "good", False: "bad", None: "unknown"}[report.verdict["conforms"]]
        standard = STANDARD_NAMES[report.verdict["standard"]]
        return VerdictView(outcome, standard, tuple(report.verdict["broken"]), report.verdict["reason"])
    validation = getattr(report, "validation", None)
    if validation is None:
        return VerdictView("unclaimed")
    standard = STANDARD_NAMES[validation.standard]
    if validation.is_unfinished:
        return VerdictView("pending", standard)
    return VerdictView("unknown", standard, reason=validation.problem_in_words or _("It was cancelled."))


def _repetition(report: Report) -> dict:
    original = report.again_of
    if original is None or not original.content_sha256:
        return {}
    differences = [str(name) for part, name in PARTS.items() if report.engine.get(part) != original.engine.get(part)]
    return {
        "original": original,
        "is_same": report.content_sha256 == original.content_sha256,
        "differences": differences,
    }
