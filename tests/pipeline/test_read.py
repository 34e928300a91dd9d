"""A file is read with the portal's settings."""

from reports.models import Snapshot
from reports.pipeline.read import reading_of
from tests.kinds.making import lines, quiet, spec_for

TIMES = """Noted,Logged
2025-01-01 00:30,2025-01-01T00:30:00Z
2025-01-01 23:59,2025-01-01T23:59:00Z
"""


def test_a_time_without_a_zone_is_printed_as_it_was_written(settings, tmp_path):
    settings.TIME_ZONE = "America/Sao_Paulo"
    source = tmp_path / "times.csv"
    source.write_text(TIMES)
    reading_of(Snapshot(file_name=source.name))(source, tmp_path, quiet)

    spec = spec_for(
        tmp_path / "data.parquet", "listing", {"filters": "Noted = 2025-01-01 00:30"}, zone=settings.TIME_ZONE
    )
    assert lines(spec, tmp_path / "data.parquet", tmp_path) == [["row", "1 Jan 2025 00:30", "31 Dec 2024 21:30"]]
