"""The names of the files that jobs make: `<area>/<id>/<epoch>/<step>/`, an area for each sort of job.

The epoch in the name keeps two workers apart that believe to hold the same job; the row says whose files count.
"""

import uuid
from collections.abc import Iterator

from django.conf import settings

from reports import storage
from reports.models import Burst, BurstPart, Description, Export, Logo, Report, Snapshot, Validation
from reports.models.job import Job, State

AREAS = {
    Report: "reports",
    Snapshot: "snapshots",
    Validation: "validations",
    Export: "exports",
    Logo: "logos",
    Description: "descriptions",
    Burst: "bursts",
    BurstPart: "parts",
}
# Files that no row names are left alone for this long: somebody may be about to name them.
ORPHAN_SECONDS = 3600


def folder_of(job: Job) -> str:
    """Where the files of the current step and epoch go."""
    return f"{home_of(job)}/{job.epoch}/{job.step}"


def home_of(job: Job) -> str:
    return f"{AREAS[type(job)]}/{job.pk}"


def new_original() -> str:
    """A key for a file that somebody brings."""
    return f"originals/{uuid.uuid4()}"


def tidy(job: Job, names: list[str] | None = None) -> None:
    """Delete the files of an ended job that its row does not name, and those that led to a finished PDF.

    names: of the folders that it has, below its home, where they are known already.
    """
    job.refresh_from_db(fields=["state", "artifacts"])
    if job.is_unfinished:  # asked for again meanwhile
        return
    steps = job.STEPS[-1:] if job.state == State.READY else job.STEPS
    kept = {job.artifacts[step] for step in steps if step in job.artifacts}
    home = home_of(job)
    if not kept:
        storage.delete(home)
        return
    try:
        names = storage.names_in(home, depth=2) if names is None else names
    except storage.Unreachable:  # left to those who collect orphans
        return
    for folder in (f"{home}/{name}" for name in names):
        if folder not in kept:
            storage.delete(folder)


def collect_orphans() -> None:
    """Delete files that no row names and work in progress that nobody will finish."""
    # A step works in its folder for as long as it may.
    storage.clear_scratch(max(ORPHAN_SECONDS, 2 * settings.STEP_SECONDS))
    for model, area in AREAS.items():
        folders = _folders_in(area)
        for names in batched(storage.names_in(area, older_than=ORPHAN_SECONDS), 500):
            known = {str(job.pk): job for job in model.objects.filter(pk__in=filter(_is_id, names))}
            for name in names:
                if name not in known:
                    storage.delete(f"{area}/{name}")
                elif not known[name].is_unfinished:
                    tidy(known[name], folders.get(name, []))
    for names in batched(storage.names_in("originals", older_than=ORPHAN_SECONDS), 500):
        keys = {f"originals/{name}" for name in names}
        for model in (Snapshot, Logo):
            keys -= set(model.objects.filter(original__in=keys).values_list("original", flat=True))
        for key in keys:
            storage.delete(key)


def _folders_in(area: str) -> dict[str, list[str]]:
    """Of all jobs at once: to ask an object store for each one would take long."""
    folders: dict[str, list[str]] = {}
    for path in storage.names_in(area, depth=3):
        home, _, name = path.partition("/")
        folders.setdefault(home, []).append(name)
    return folders


def _is_id(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def batched(items: list, size: int) -> Iterator[list]:
    return (items[start : start + size] for start in range(0, len(items), size))
