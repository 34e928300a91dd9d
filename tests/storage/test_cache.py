"""Copies of what lies in a bucket: the room that they take is bounded, and what may be in use stays."""

import os
import time

import pytest

from reports.storage import cache, local

AREA = "reports/5d6f2f0a-0000-4000-8000-000000000000/1"
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def _room_for_two(bucket, settings):
    settings.CACHE_MB = 2


def keep(key: str, *, hours: float = 0) -> None:
    with local.scratch() as folder:
        (folder / "copy").mkdir()
        (folder / "copy/data").write_bytes(bytes(MEGABYTE - 8192))
        cache.keep(folder / "copy", key)
    used = time.time() - hours * 3600
    os.utime(cache.path_of(key), (used, used))


def test_those_that_nobody_has_used_for_longest_make_room():
    for hours, name in enumerate(("newest", "newer", "older", "oldest"), 1):
        keep(f"{AREA}/{name}", hours=hours)
    cache.is_there(f"{AREA}/oldest/data")  # asked for: used
    cache.trim()
    assert [name for name in ("newest", "newer", "older", "oldest") if cache.path_of(f"{AREA}/{name}").exists()] == [
        "newest",
        "oldest",
    ]


def test_what_a_step_may_still_read_stays():
    for name in ("a", "b", "c"):
        keep(f"{AREA}/{name}")
    cache.trim()
    assert len(list(cache.path_of(AREA).iterdir())) == 3


def test_who_brings_something_makes_room_for_all():
    for hours, name in ((3, "a"), (2, "b")):
        keep(f"{AREA}/{name}", hours=hours)
    cache.path_of(cache.LOOKED).unlink()
    keep("originals/one")
    assert not cache.path_of(f"{AREA}/a").exists() and cache.path_of(f"{AREA}/b").exists()


def test_of_two_who_bring_the_same_the_first_counts():
    for text in ("first", "second"):
        with local.scratch() as folder:
            (folder / "copy").mkdir()
            (folder / "copy/data").write_text(text)
            cache.keep(folder / "copy", f"{AREA}/a")
    assert (cache.path_of(f"{AREA}/a") / "data").read_text() == "first"
