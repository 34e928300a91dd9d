"""The steps of a burst: what they are told of its rows, and the PDFs of some values, made in one process.

A report of its own costs three processes, and each of them what no other needs: a database, a document's style sheet, a
place in a queue.  Here the values of a part share them.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from django.conf import settings

from reports import artifacts, storage
from reports.kinds import Spec
from reports.kinds.database import shared
from reports.models import Burst, BurstPart, Report, State
from reports.models.burst import report_for
from reports.pipeline import gather, render, write_pdf
from reports.pipeline.spec import spec_of
from reports.pipeline.split import Mapping, split
from reports.problems import Problem
from reports.sandbox import Reporter

logger = logging.getLogger(__name__)

STEPS = dict(zip(Report.STEPS, (gather.gather, render.render, write_pdf.write_pdf), strict=True))


def splitting_of(burst: Burst) -> Callable[[Path, Path, Reporter], dict]:
    """Raises Problem `burst_mapping` when the mapping is gone."""
    mapping = None
    if burst.mapping_value:
        if burst.mapping is None or burst.mapping.state != State.READY:
            raise Problem("burst_mapping", dataset="")
        mapping = Mapping(storage.path_of(burst.mapping.data), burst.mapping_value, burst.mapping_address)
    return partial(split, spec_of(burst), burst.column, settings.MAX_BURST, mapping)


def printing_of(part: BurstPart) -> Callable[[Path, Path, Reporter], dict]:
    """Of the values that have no report yet."""
    spec = spec_of(part.burst)
    specs = {}
    for value in part.values.filter(report=None):
        value.burst = part.burst
        report = report_for(value)
        report.epoch, report.step = part.epoch, Report.STEPS[-1]
        found = replace(spec, report_id=str(report.pk), title=report.title, options=report.options)
        specs[artifacts.folder_of(report)] = found
    return partial(print_values, specs)


def print_values(specs: dict[str, Spec], rows: Path, folder: Path, progress: Reporter) -> dict:
    """Make the PDF of each spec of the same rows; `specs` by the keys under which they are to be kept.

    Returns {"rows": how many were made, "kept": as `pipeline.step` wants it, "reports": by their ids, as
    `BurstPart.advance` wants them}.  What has failed keeps no other from being made; raises MemoryError and OSError,
    after which all of them are made again.
    """
    kept, reports = {}, {}
    with shared(rows, folder):
        for done, (key, spec) in enumerate(specs.items(), 1):
            home = folder / spec.report_id
            made = _made(spec, rows, home)
            if "problem" in made:
                rmtree(home)
            else:
                kept[home.name], made["folder"] = key, key
            reports[spec.report_id] = made
            progress(done, len(specs))
    return {"rows": len(kept), "kept": kept, "reports": reports}


def _made(spec: Spec, rows: Path, home: Path) -> dict:
    """{"facts", "timeline"} of a PDF in `home`, or {"step", "problem"} when there is none."""
    facts, timeline, source = {}, [], rows
    home.mkdir()
    with TemporaryDirectory(dir=home.parent) as before:
        for step, make in STEPS.items():
            target = home if step == Report.STEPS[-1] else Path(before, step)
            target.mkdir(exist_ok=True)
            started = datetime.now(UTC).isoformat()
            try:
                found = make(spec, source, target, _quiet)
            except Problem as problem:
                return {"step": step, "problem": problem.as_json()}
            except (MemoryError, OSError):
                raise
            except Exception:
                logger.exception("Report %s failed", spec.report_id)
                return {"step": step, "problem": Problem("unexpected").as_json()}
            finished = datetime.now(UTC).isoformat()
            done = found.get("rows", found.get("pages", 0))
            timeline.append({"step": step, "started": started, "finished": finished, "done": done})
            facts, source = facts | found, target
    return {"facts": facts, "timeline": timeline}


def _quiet(done: int, total: int | None = None) -> None:
    """How far a value is, which nobody is told: how many of them are made is."""
