"""The document of a summary."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import render_to_string

from reports.kinds import Spec
from reports.kinds.document import frame
from reports.kinds.formats import Formats
from reports.kinds.summary.facts import Facts
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
    context = {**frame(spec, formats, rows=rows), "rows": rows, "sections": sections}
    (folder / "document.html").write_text(render_to_string("documents/summary.html", context), encoding="utf-8")
    return {"sections": len(sections)}


def _sections(facts: Facts) -> Iterator[dict]:
    yield key_figures(facts)
    if facts.found["series"]:
        yield series(facts)
    for found in facts.found["breakdowns"]:
        yield breakdown(facts, found)
    for found in facts.found["rankings"]:
        yield ranking(facts, found)
