"""Gates before which a real worker waits, for a test that wants to do something to it just then.

They are in the application `tests.gated`, which such a worker runs.  Each step has four: `taken gather` (a message was
taken, and nothing recorded), `gather` (the work begins), `stored gather` (its files are in storage, and the row was not
told) and `published gather` (the next step was published, and the message is not acknowledged).
"""

import time
from pathlib import Path

from portal import env

FOLDER = env.DATA_DIR / "gates"
PATIENCE_SECONDS = 60


def shut(name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    _visitor(name).unlink(missing_ok=True)
    (FOLDER / name).touch()


def open_all() -> None:
    for gate in FOLDER.glob("*"):
        gate.unlink()


def who_stands_at(name: str) -> int:
    """The id of the worker's process that waits there, as soon as one does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _visitor(name).exists():
        assert time.monotonic() < deadline, f"nobody came to the gate {name}"
        time.sleep(0.01)
    return int(_visitor(name).read_text())


def stand_at(name: str, process_id: int) -> None:
    """Called in the worker: wait while the gate is shut."""
    gate = FOLDER / name
    if not gate.exists():
        return
    half = FOLDER / f"{name}.half"
    half.write_text(str(process_id))
    half.rename(_visitor(name))
    while gate.exists():
        time.sleep(0.01)


def _visitor(name: str) -> Path:
    return FOLDER / f"{name}.pid"
