"""The document of a summary."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import render_to_string

from reports.kinds import Spec, receipt
from reports.kinds.document import frame
from reports.kinds.formats import Formats
from reports.kinds.summary.data import write_csv
from reports.kinds.summary.facts import Facts
from reports.kinds.summary.form import PARTS
from reports.kinds.summary.parts import breakdown, ranking
from reports.kinds.summary.sections import key_figures, series


def render(spec: Spec, gathered: Path, folder: Path, progress) -> dict:
    formats = Formats(spec.language, spec.time_zone)
    facts = Facts(spec, formats, json.loads((gathered / "facts.json").read_text()))
    rows = facts.found["rows"]
    sections = []
    for section in _sections(facts) if rows else []:
        sections.append({"id": f"section-{len(sections) + 1}", **section})
        progress(len(sections), None)
    drawn_up = {"rows": rows, "figures": _figures(facts) if rows else []}
    (folder / receipt.FILE).write_text(json.dumps(drawn_up))
    if spec.standard == "a-3u":
        write_csv(facts.found, folder / "data.csv")
    context = {**frame(spec, formats, receipt=drawn_up), "sections": sections}
    (folder / "document.html").write_text(render_to_string("documents/summary.html", context), encoding="utf-8")
    return {"sections": len(sections)}


def _figures(facts: Facts) -> list[str]:
    """What has to be found in the PDF: the sums of the key figures, and the total."""
    known = [figure for figure in facts.found["figures"] if figure["sum"] is not None]
    return [
        facts.formats.number(facts.found["rows"]),
        *(facts.number(figure["column"], figure["sum"]) for figure in known),
    ]


def _sections(facts: Facts) -> Iterator[dict]:
    found = facts.found
    makers = {
        "figures": lambda: [key_figures(facts)],
        "series": lambda: [series(facts)] if found["series"] else [],
        "breakdowns": lambda: (breakdown(facts, one) for one in found["breakdowns"]),
        "rankings": lambda: (ranking(facts, one) for one in found["rankings"]),
    }
    for part in facts.spec.options.get("parts", PARTS):
        yield from makers[part]()
