"""What storage promises, of a folder and of a bucket alike."""

import os

import pytest

from reports import storage
from reports.storage.local import scratch_root

HOME = "reports/5d6f2f0a-0000-4000-8000-000000000000"
FOLDER = f"{HOME}/1/write_pdf"


@pytest.fixture(params=["disk", "bucket"], autouse=True)
def _either(request, settings, tmp_path):
    if request.param == "bucket":
        request.getfixturevalue("bucket")
        return
    disk = {"BACKEND": "reports.storage.disk.Disk", "OPTIONS": {"location": tmp_path / "storage"}}
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.STORAGES = settings.STORAGES | {"default": disk}


def put(key: str, **files: str) -> None:
    with storage.scratch() as folder:
        for name, text in files.items():
            (folder / f"{name}.txt").write_text(text)
        storage.put(folder, key)


def read(key: str) -> bytes:
    with storage.opened(key) as file:
        return file.read()


def test_a_folder_is_kept_with_all_that_is_in_it():
    put(FOLDER, report="pages", receipt="rows")
    assert storage.exists(FOLDER) and read(f"{FOLDER}/report.txt") == b"pages"
    assert (storage.path_of(FOLDER) / "receipt.txt").read_text() == "rows"
    assert storage.path_of(f"{FOLDER}/report.txt").read_text() == "pages"


def test_a_file_is_kept():
    with storage.scratch() as folder:
        (folder / "copy").write_bytes(b"as it came")
        storage.put(folder / "copy", "originals/one")
    assert storage.exists("originals/one") and read("originals/one") == b"as it came"
    assert storage.path_of("originals/one").read_bytes() == b"as it came"
    assert list(scratch_root().iterdir()) == []


def test_parts_of_a_folder_go_where_they_belong_and_the_rest_elsewhere():
    keys = {"a": f"{HOME}/1/write_pdf", "": "parts/one/1/print"}
    with storage.scratch() as folder:
        (folder / "a").mkdir()
        (folder / "a/report.txt").write_text("of a")
        (folder / "notes.txt").write_text("of all")
        storage.prepare(folder, keys)
        for name, key in keys.items():
            storage.put(folder / name, key)
    assert read(f"{FOLDER}/report.txt") == b"of a" and read("parts/one/1/print/notes.txt") == b"of all"
    assert not storage.exists("parts/one/1/print/a")


def test_what_is_not_there_is_no_file():
    put(FOLDER, report="pages")
    missing = f"{HOME}/1/write"
    assert not storage.exists(missing) and not storage.path_of(missing).exists()
    with pytest.raises(FileNotFoundError):
        storage.opened(f"{FOLDER}/other.txt")


def test_a_folder_is_deleted_whole_and_no_other_whose_name_begins_alike():
    for epoch in (1, 10):
        put(f"{HOME}/{epoch}/gather", a="a", b="b")
    storage.delete(f"{HOME}/1")
    storage.delete(f"{HOME}/2")
    assert not storage.exists(f"{HOME}/1/gather") and not storage.path_of(f"{HOME}/1/gather").exists()
    assert read(f"{HOME}/10/gather/b.txt") == b"b"


def test_names_are_told_as_deep_as_one_asks_and_those_of_what_is_old_alone():
    for step in ("gather", "render"):
        put(f"{HOME}/1/{step}", a="a", b="b")
    assert storage.names_in("reports") == [HOME.removeprefix("reports/")]
    assert sorted(storage.names_in(HOME, depth=2)) == ["1/gather", "1/render"]
    assert storage.names_in("reports", older_than=60) == [] and storage.names_in("exports") == []


def test_good_storage_has_no_fault():
    assert storage.fault() == "" and storage.free_bytes() > 0


def test_a_scratch_that_is_full_is_a_fault(settings):
    settings.FILE_UPLOAD_TEMP_DIR = "/proc/gone"
    assert storage.fault() == os.strerror(2)
