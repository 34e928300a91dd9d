"""A person's file becomes a snapshot: an immutable, typed Parquet file."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from reports.sources import delimited, json_text, parquet, recognise, xlsx
from reports.sources.snapshot import READ, write
from reports.sources.stage import Meter, Original

FORMATS = {"parquet": parquet, "xlsx": xlsx, "json": json_text, "delimited": delimited}
SNAPSHOT = "snapshot.parquet"


def read(
    path: Path,
    file_name: str,
    target: Path,
    *,
    sheet: str | None,
    types: dict[str, str],
    progress: Callable[[int, int | None], None],
    max_cells: int,
    time_zone: str,
) -> dict:
    """Turn an uploaded file into `target`, a Parquet file, and return what is known about it, as JSON:
    rows, columns [{name, type}], sheets (to choose from, or []), sheet, notes [{code, params}] and bytes.

    The content decides what the file is, not its name.  `sheet`: of a workbook, else the first that has rows.
    `types`: corrections, column -> one of columns.TYPES; they read the original characters again.
    `progress(done, total)`: bytes.  `max_cells`: of a workbook's sheet.  `time_zone`: an IANA name.

    Text is VARCHAR, integer BIGINT, decimal DECIMAL (DOUBLE where the file holds floating-point numbers), date DATE,
    boolean BOOLEAN, datetime TIMESTAMP: what the clocks of `time_zone` show; a time without a zone is one of these,
    a time with a zone is converted.  Text loses the white space around it, also where somebody said that a column is
    text: nobody sees it, and it would tell equal values apart.  Blank text is no value.  Rows keep their order; rows
    without any value are left out, and so are columns with neither a header nor a value.

    Scratch files stand beside `target`.  Raises Problem, MemoryError, OSError.
    """
    meter = Meter(progress, path.stat().st_size)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".reading-") as scratch:
        folder = Path(scratch)
        original = Original(path, file_name, folder, meter.part(0.0, READ), sheet, max_cells)
        stage = FORMATS[recognise.format_of(original)].stage(original)
        told = {"types": types, "meter": meter, "time_zone": time_zone}
        try:
            facts = write(stage, folder / SNAPSHOT, path, **told)
        except duckdb.Error as refusal:
            facts = write(stage.refused(refusal), folder / SNAPSHOT, path, **told)
        (folder / SNAPSHOT).replace(target)
    return facts | {"bytes": target.stat().st_size}
