"""The disk of the storage is full, read-only, or fails: a real one, which is small enough to be filled."""

import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from portal import env
from reports import artifacts, storage
from reports.models import Report, State
from reports.models.job import MAX_ATTEMPTS
from tests import gates
from tests.faults.asking import ask, ended, stored, wait_until

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=13)]

MEGABYTES = 48
DISK = env.DATA_DIR / "small-disk"


@pytest.fixture(scope="module", autouse=True)
def disk() -> Iterator[None]:
    """Storage and scratch lie on a disk of their own; it is there for the whole module, also when the promises are
    looked at."""
    DISK.mkdir()
    if mount("-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", DISK).returncode:
        pytest.skip("NOT TESTED: a small disk needs the right to mount one")
    try:
        with _moved("storage"), _moved("tmp"):
            yield
    finally:
        subprocess.run(["umount", DISK], check=True)


@contextmanager
def _moved(name: str) -> Iterator[None]:
    own, aside, there = env.DATA_DIR / name, env.DATA_DIR / f"{name}-aside", DISK / name
    own.mkdir(exist_ok=True)
    own.rename(aside)
    there.mkdir()
    own.symlink_to(there)
    try:
        yield
    finally:
        own.unlink()
        aside.rename(own)


def mount(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False)


@contextmanager
def full_disk() -> Iterator[None]:
    filler = DISK / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only_disk() -> Iterator[None]:
    assert mount("-o", "remount,ro", DISK).returncode == 0
    try:
        yield
    finally:
        assert mount("-o", "remount,rw", DISK).returncode == 0


@contextmanager
def unreadable(file: Path) -> Iterator[None]:
    """The system refuses to open the file: in its place there is a disk that is not connected."""
    aside = file.rename(f"{file}.aside")
    os.mknod(file, stat.S_IFBLK | 0o600, os.makedev(240, 0))
    try:
        yield
    finally:
        aside.rename(file)


@contextmanager
def blocked(folder: Path) -> Iterator[None]:
    """Nothing can be put into a folder that is a file."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()


def is_tried_again(report: Report) -> None:
    wait_until(lambda: stored(report).problem is not None)
    assert (stored(report).state, stored(report).problem["code"]) == (State.RETRY_WAIT, "storage")


def test_a_report_that_fills_the_disk_fails_with_the_reason_and_frees_it(worker, sales):
    report = ended(ask(sales, title="fills the disk"))
    assert (report.state, report.attempts) == (State.FAILED, MAX_ATTEMPTS)
    assert report.problem == {"code": "storage", "params": {"reason": "No space left on device"}}
    assert ended(ask(sales)).state == State.READY


@pytest.mark.parametrize("step", Report.STEPS)
@pytest.mark.parametrize("trouble", [full_disk, read_only_disk])
def test_a_disk_that_takes_nothing_is_waited_for(worker, sales, step, trouble: Callable):
    gates.shut(step)
    report = ask(sales)
    gates.who_stands_at(step)
    with trouble():
        gates.open_all()
        is_tried_again(report)
    assert ended(report).state == State.READY


def test_a_folder_that_takes_no_files_is_waited_for(worker, sales):
    gates.shut("gather")
    report = ask(sales)
    gates.who_stands_at("gather")
    with blocked(storage.path_of(artifacts.home_of(report))):
        gates.open_all()
        is_tried_again(report)
    assert ended(report).state == State.READY


def test_a_file_that_cannot_be_opened_for_a_while_is_waited_for(worker, sales):
    gates.shut("write_pdf")
    report = ask(sales)
    gates.who_stands_at("write_pdf")
    with unreadable(storage.path_of(f"{stored(report).artifacts['render']}/receipt.json")):
        gates.open_all()
        is_tried_again(report)
    assert ended(report).state == State.READY
