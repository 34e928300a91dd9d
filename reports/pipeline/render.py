"""The second step: the data becomes one HTML document, in the reader's language."""

from pathlib import Path

from django.utils import translation

from reports.kinds import Spec
from reports.kinds.registry import kind_named
from reports.sandbox import Reporter


def render(spec: Spec, gathered: Path, folder: Path, progress: Reporter) -> dict:
    """Write `folder/document.html`; returns facts about it."""
    with translation.override(spec.language):
        return kind_named(spec.kind).render(spec, gathered, folder, progress)
