"""Whatever is deleted, its files go with it: storage has none that no row names, and every one that a row does."""

from datetime import timedelta

import pytest

from reports import artifacts, storage
from reports.lifecycle import sweep
from reports.lifecycle.brand import remove_logo
from reports.lifecycle.burst import delete_burst
from reports.lifecycle.cancel import delete_dataset, delete_report
from reports.models import (
    JOBS,
    Brand,
    Burst,
    BurstPart,
    Delivery,
    Description,
    Export,
    Group,
    Logo,
    Membership,
    Report,
    Snapshot,
    State,
    Validation,
)
from tests.factories import PersonFactory, ReportFactory, SnapshotFactory, burst_of, definition_of, schedule_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """The sweeper waits for nobody."""
    monkeypatch.setattr(artifacts, "ORPHAN_SECONDS", 0)
    monkeypatch.setattr(sweep, "LOGO_LIFE", timedelta(0))
    for module in ("burst", "cancel"):
        monkeypatch.setattr(f"reports.lifecycle.{module}.dispatch", lambda: 0)


def with_file(job):
    key = artifacts.folder_of(job)
    storage.path_of(key).mkdir(parents=True)
    (storage.path_of(key) / "file").write_bytes(b"bytes")
    type(job).objects.filter(pk=job.pk).update(artifacts={job.step: key}, state=State.READY)
    return job


def brought() -> str:
    key = artifacts.new_original()
    storage.path_of(key).parent.mkdir(parents=True, exist_ok=True)
    storage.path_of(key).write_bytes(b"bytes")
    return key


def belongings(name: str) -> dict:
    """One of everything that has files, in a group, of one person."""
    person, group = PersonFactory(username=name), Group.objects.create(name=name)
    Membership.objects.create(group=group, person=person)
    snapshot = with_file(SnapshotFactory(dataset__owner=person, original=brought()))
    with_file(Description.objects.create(snapshot=snapshot, owner=person))
    definition = definition_of(person, dataset=snapshot.dataset)
    snapshot.dataset.current = snapshot
    snapshot.dataset.save()
    report = with_file(ReportFactory(owner=person, snapshot=snapshot, step="write_pdf", group=group))
    for job in (
        Validation.objects.create(report=report, owner=person, standard="ua-1"),
        Export.objects.create(report=report, owner=person, format="csv"),
    ):
        with_file(job)
    Delivery.objects.create(report=report, owner=person, channel="email", recipient="ana@example.org")
    schedule = schedule_of(definition)
    burst = with_file(burst_of(schedule, State.READY, State.READY))
    for job in (*BurstPart.objects.filter(burst=burst), *Report.objects.filter(burst=burst)):
        job.step = job.STEPS[-1]
        with_file(job)
    logo = with_file(Logo.objects.create(owner=person, original=brought(), file_name="logo.png"))
    brand = Brand.objects.create(group=group, logo=logo, newest=logo)
    things = {"person": person, "group": group, "dataset": snapshot.dataset, "definition": definition}
    return {**things, "report": report, "schedule": schedule, "burst": burst, "logo": brand}


def named_by_rows() -> set[str]:
    folders = {
        key for model in JOBS for row in model.objects.values_list("artifacts", flat=True) for key in row.values()
    }
    originals = {key for model in (Snapshot, Logo) for key in model.objects.values_list("original", flat=True)}
    return {f"{folder}/file" for folder in folders} | originals


def in_storage() -> set[str]:
    root = storage.path_of(".")
    areas = [root / area for area in (*artifacts.AREAS.values(), "originals")]
    return {str(path.relative_to(root)) for area in areas for path in area.rglob("*") if path.is_file()}


DELETE = {
    "report": (delete_report, 3),
    "dataset": (delete_dataset, 3),
    "burst": (delete_burst, 4),
    "logo": (remove_logo, 2),
    "group": (lambda group: group.delete(), 2),
    "definition": (lambda definition: definition.delete(), 0),
    "schedule": (lambda schedule: schedule.delete(), 0),
    "person": (lambda person: person.delete(), 10),
}


@pytest.mark.parametrize("kind", DELETE)
def test_it_takes_its_files_along_and_no_others(kind, django_capture_on_commit_callbacks):
    delete, count = DELETE[kind]
    mine, others = belongings("mine"), belongings("others")
    artifacts.collect_orphans()  # of other tests
    before = in_storage()
    assert before == named_by_rows() and len(before) == 24
    with django_capture_on_commit_callbacks(execute=True):
        delete(mine[kind])
    sweep.collect()
    assert in_storage() == named_by_rows()
    assert len(before - in_storage()) == count
    assert type(others[kind]).objects.filter(pk=others[kind].pk).exists()


def test_a_burst_goes_as_a_whole_and_at_once(django_capture_on_commit_callbacks):
    things = belongings("mine")
    artifacts.collect_orphans()
    burst = things["burst"]
    with django_capture_on_commit_callbacks(execute=True):
        delete_burst(burst)
    assert in_storage() == named_by_rows()
    assert not Burst.objects.exists() and Report.objects.get() == things["report"]
    things["schedule"].refresh_from_db()
