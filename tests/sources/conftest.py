"""Files are written, read by `file.read`, and looked at as a snapshot."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from reports.problems import Problem
from reports.sources import file


@dataclass
class Snapshot:
    facts: dict
    rows: list[tuple]
    physical: dict[str, str]

    @property
    def types(self) -> dict[str, str]:
        return {column["name"]: column["type"] for column in self.facts["columns"]}

    @property
    def names(self) -> list[str]:
        return list(self.types)

    @property
    def notes(self) -> dict[str, dict]:
        return {note["code"]: note["params"] for note in self.facts["notes"]}

    def column(self, name: str) -> list:
        return [row[self.names.index(name)] for row in self.rows]


@pytest.fixture(scope="session")
def engine():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def read(tmp_path, engine):
    """read(content, name) -> Snapshot.  Content: text, bytes, or the path of a file."""

    def read(content, name="data.csv", *, sheet=None, types=None, max_cells=100_000, time_zone="UTC") -> Snapshot:
        source, target = tmp_path / "original", tmp_path / "target.parquet"
        if isinstance(content, Path):
            source = content
        else:
            source.write_bytes(content.encode() if isinstance(content, str) else content)
        steps = []
        facts = file.read(
            source,
            name,
            target,
            sheet=sheet,
            types=types or {},
            progress=lambda done, total: steps.append((done, total)),
            max_cells=max_cells,
            time_zone=time_zone,
        )
        assert steps == sorted(steps)
        assert {total for _done, total in steps} <= {source.stat().st_size}
        assert facts["bytes"] == target.stat().st_size
        assert not list(tmp_path.glob(".reading-*"))
        with engine.cursor() as connection:
            relation = f"read_parquet('{target}')"
            described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
            rows = connection.execute(f"SELECT * FROM {relation}").fetchall()
        physical = {name: kind for name, kind, *_rest in described}
        assert facts["rows"] == len(rows)
        assert list(physical) == [column["name"] for column in facts["columns"]]
        return Snapshot(facts, rows, physical)

    return read


@pytest.fixture
def problem(read):
    """problem(content, name) -> the Problem that reading it raises; its sentence can be made."""

    def problem(*args, **options) -> Problem:
        with pytest.raises(Problem) as raised:
            read(*args, **options)
        assert "%(" not in str(raised.value)
        return raised.value

    return problem
