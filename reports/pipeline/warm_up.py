"""What a worker does once, so that the processes that it forks for the steps begin at once.

It makes a small report of each kind in each language: whatever that loads, parses and compiles, every fork inherits.
"""

import atexit
import gc
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import duckdb
from django.conf import settings
from django.utils import timezone, translation

from reports.columns import Column
from reports.kinds import Spec
from reports.kinds.database import prepare
from reports.kinds.document import ASSETS
from reports.kinds.listing.layout import SIZES
from reports.kinds.registry import KINDS
from reports.pipeline import gather, render, write_pdf

COLUMNS = (Column("No", "integer"), Column("Region", "text"), Column("Day", "date"), Column("Total", "decimal"))
# So many that the press sets them.
COUNT = 20
ROWS = f"""SELECT i AS "No", 'Region ' || i AS "Region", DATE '2025-01-01' AS "Day", i::DECIMAL(18, 2) AS "Total"
           FROM range({COUNT}) AS numbers(i)"""  # noqa: S608
# Of those that a kind has: none of them asks for a chart, because the chart engine must not start here.
OPTIONS = {"measures": ["Total"], "date": "", "breakdowns": [], "totals": ["Total"]}


def warm_up() -> None:
    # WeasyPrint takes a second to load, and the web server has no use for it.
    from reports import press
    from reports.press import verdict

    verdict.validator()
    languages = [language for language, _name in settings.LANGUAGES]
    locales = [translation.to_locale(language).replace("_", "-") for language in languages]
    press.warm_up(ASSETS, locales, SIZES)
    with TemporaryDirectory() as folder:
        snapshot = Path(folder) / "data.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({ROWS}) TO '{snapshot}'")
        for code in KINDS:
            for language in languages:
                _make(_spec(code, language), snapshot, Path(folder))
    prepare()
    freeze()


def freeze() -> None:
    """What is loaded by now never is garbage: every fork is spared looking through it."""
    gc.collect()
    gc.freeze()
    # At the end of the process itself it is.
    atexit.register(gc.unfreeze)


def _spec(code: str, language: str) -> Spec:
    form = KINDS[code].form(OPTIONS, columns=COLUMNS)
    form.is_valid()
    return Spec(
        report_id=str(UUID(int=0)),
        kind=code,
        title="Warm-up",
        language=language,
        time_zone=settings.TIME_ZONE,
        requested_at=timezone.now().isoformat(),
        requested_by="",
        dataset="",
        columns=COLUMNS,
        options=form.options(),
        # A preview is not judged: the validator, like the chart engine, must not start here.
        sample=COUNT,
    )


def _make(spec: Spec, source: Path, folder: Path) -> None:
    for step in (gather.gather, render.render, write_pdf.write_pdf):
        target = folder / f"{spec.kind}-{spec.language}-{step.__name__}"
        target.mkdir()
        step(spec, source, target, lambda done, total=None: None)
        source = target
