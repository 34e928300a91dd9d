"""What holds after every fault, whatever it was."""

from hashlib import file_digest, sha256
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from reports import artifacts, storage
from reports.models import Report, Snapshot, State
from reports.storage.bucket import TRIAL, Bucket
from tests import processes
from tests.factories import PersonFactory
from tests.faults.asking import all_jobs, wait_until
from tests.folders import files_in

# What a process that was told to end, or whose parent was killed, may take to be gone.
END_SECONDS = 20


def check(monkeypatch, workers: list[int]) -> None:
    """Raises AssertionError.  `workers` are the ids of the workers that still run."""
    wait_until(lambda: not any(job.is_unfinished for job in all_jobs()))
    assert all(job.attempts <= job.most_attempts for job in all_jobs())
    _check_processes(workers)
    _check_files(monkeypatch)
    for report in Report.objects.all():
        _check_pdf(report)


def _check_processes(workers: list[int]) -> None:
    """Nobody works any more, and nobody has lost their parent."""
    wait_until(lambda: not any(map(_works, workers)), END_SECONDS)
    wait_until(lambda: not processes.left_behind(), END_SECONDS)


def _works(worker: int) -> bool:
    """Whether a child of the worker's pool has a child of its own, which does a step."""
    children = [pid for pid, line in processes.descendants(worker).items() if "celery" in line]
    return any(map(processes.is_alive, [pid for child in children for pid in processes.descendants(child)]))


def _check_files(monkeypatch) -> None:
    """The collector deletes what no row names, without waiting an hour; then no such file is there."""
    with monkeypatch.context() as patch:
        patch.setattr(artifacts, "ORPHAN_SECONDS", 0)
        patch.setattr(settings, "STEP_SECONDS", 0)
        artifacts.collect_orphans()
    named = {folder for job in all_jobs() for folder in job.artifacts.values()}
    named |= set(Snapshot.objects.values_list("original", flat=True))
    nobodys = [key for key in _keys() if not any(key == name or key.startswith(f"{name}/") for name in named)]
    assert nobodys == []
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def _keys() -> list[str]:
    """Of all files that are in storage; what the probes write there is nobody's."""
    if isinstance(default_storage, Bucket):
        return [key for key in map(default_storage._key_of, default_storage.bucket.objects.all()) if key != TRIAL]
    root = storage.path_of("")
    return [str(path.relative_to(root)) for path in files_in(root)]


def _check_pdf(report: Report) -> None:
    """A ready report has one PDF, the one that its row describes; any other has none; a stranger sees neither."""
    home = artifacts.home_of(report)
    pdfs = [key for key in _keys() if key.startswith(f"{home}/") and key.endswith(".pdf")]
    owners, strangers = (_download(report, person) for person in (report.owner, PersonFactory()))
    assert strangers.status_code == 404
    if report.state == State.READY:
        assert pdfs == [report.pdf]
        with storage.opened(report.pdf) as file:
            assert file_digest(file, "sha256").hexdigest() == report.sha256
        assert sha256(b"".join(owners.streaming_content)).hexdigest() == report.sha256
    else:
        assert (pdfs, owners.status_code) == ([], 404)


def _download(report: Report, person):
    client = Client()
    client.force_login(person)
    return client.get(reverse("report_pdf", args=[report.pk]))
