"""What one person may have at a time: what is beyond it is refused in words, waits, and is never lost."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from reports.lifecycle import schedule as schedules
from reports.lifecycle.limits import use_of
from reports.models import Burst, Dataset, Group, Logo, Membership, Report, Role, Slot, Snapshot, Source, State
from reports.models.access import May
from tests.factories import DatasetFactory, PersonFactory, ReportFactory, SnapshotFactory, definition_of, schedule_of

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024
EIGHT = datetime(2026, 1, 1, 8, tzinfo=UTC)


@pytest.fixture
def ana(client):
    person = PersonFactory(username="ana", first_name="Ana")
    client.force_login(person)
    return person


@pytest.fixture
def definition(ana):
    return definition_of(ana)


@pytest.fixture
def full(ana, settings):
    """Ana has two reports that wait, which is as many as one may have."""
    settings.MAX_WAITING_PER_PERSON = 2
    return [ReportFactory(owner=ana), ReportFactory(owner=ana, state=State.RUNNING)]


@pytest.fixture
def stuffed(ana, settings):
    """Ana has 10 MB stored, which is as much as one may have."""
    settings.MAX_STORED_MB_PER_PERSON = 10
    snapshot = SnapshotFactory(dataset__owner=ana, file_bytes=4 * MEGABYTE, bytes=2 * MEGABYTE)
    # Read again from the same file.
    SnapshotFactory(dataset=snapshot.dataset, original=snapshot.original, file_bytes=4 * MEGABYTE, bytes=MEGABYTE)
    ReportFactory(owner=ana, snapshot=snapshot, state=State.READY, bytes=3 * MEGABYTE)
    return snapshot.dataset


def listing(snapshot: Snapshot) -> tuple[str, dict]:
    """The address and the fields that ask for one."""
    address = f"{reverse('report_request')}?kind=listing&dataset={snapshot.dataset_id}"
    fields = {"columns": ["Total"], "orientation": "auto", "standard": "ua-1", "client_token": str(uuid4())}
    return address, fields


def current_of(owner) -> Snapshot:
    snapshot = SnapshotFactory(dataset__owner=owner)
    Dataset.objects.filter(pk=snapshot.dataset_id).update(current=snapshot)
    return snapshot


def upload(content: bytes = b"Region,Total\nNorth,1\n", **fields) -> dict:
    return {"file": SimpleUploadedFile("sales.csv", content), "client_token": str(uuid4()), **fields}


def test_another_report_than_may_wait_is_refused_until_one_has_ended(client, ana, full):
    address, fields = listing(current_of(ana))
    refused = client.post(address, fields)
    page = refused.content.decode()
    assert refused.status_code == 422 and "may have 2 reports that wait" in page and "error-summary" in page
    assert Report.objects.count() == 2
    again = client.post(reverse("report_again", args=[full[0].pk]), follow=True).content.decode()
    assert "may have 2 reports that wait" in again
    preview = client.post(reverse("preview_request") + address[address.index("?") :], fields)
    assert preview.status_code in (200, 303) and Report.objects.previews().count() == 1
    full[0].cancel()
    assert client.post(address, fields).status_code == 303
    # Sent twice it is one report, and is not refused the second time.
    assert client.post(address, fields).status_code == 303


def test_others_and_staff_are_not_kept_waiting_by_it(client, full):
    for other in (PersonFactory(), PersonFactory(is_staff=True)):
        client.force_login(other)
        for _ in range(2 + other.is_staff):
            assert client.post(*listing(current_of(other))).status_code == 303


def test_the_page_of_a_definition_and_the_command_line_say_so_too(client, ana, definition, full, tmp_path):
    fields = {"version": "1", "client_token": str(uuid4()), "answer_0_period": "last_week", "answer_1": "North"}
    answer = client.post(reverse("definition", args=[definition.pk]), {**fields, "language": "en"})
    assert answer.status_code == 422 and "may have 2 reports that wait" in answer.content.decode()
    snapshot = current_of(ana)
    with pytest.raises(CommandError, match="may have 2 reports that wait"):
        call_command(
            "request_report", "listing", dataset=snapshot.dataset.name, owner="ana", output=tmp_path / "x", inline=True
        )


@pytest.mark.parametrize("column", ["", "Region"])
def test_a_schedule_waits_and_loses_nothing(client, ana, definition, full, column):
    daily, others = schedule_of(definition, burst_column=column), schedule_of(definition_of(PersonFactory()))
    schedules.tick(EIGHT)
    waiting = daily.slots.get()
    assert (waiting.state, waiting.problem["code"]) == ("waiting", "limit_waiting")
    assert others.slots.get().state == "asked" and not daily.failures
    page = client.get(reverse("schedule", args=[daily.pk])).content.decode()
    assert "may have 2 reports that wait" in page
    full[0].cancel()
    schedules.tick(EIGHT)
    assert daily.slots.get().state == "waiting"  # it is looked at again in a minute
    Slot.objects.update(not_before=EIGHT)
    schedules.tick(EIGHT)
    made = daily.slots.get()
    assert (made.state, made.problem, made.moment) == ("asked", None, EIGHT)
    assert bool(made.burst) == bool(column) and bool(made.report) != bool(column)


def test_many_that_wait_do_not_stand_before_others(full, definition):
    Slot.objects.bulk_create(
        Slot(schedule=schedule_of(definition, next_at=None), moment=EIGHT) for _ in range(schedules.ASKED + 1)
    )
    others = schedule_of(definition_of(PersonFactory()))
    schedules.tick(EIGHT)
    assert others.slots.get().state == "asked"
    assert Slot.objects.filter(problem__code="limit_waiting").count() == schedules.ASKED + 1


def test_run_now_waits_once(client, full, definition):
    daily = schedule_of(definition)
    for _ in range(2):
        page = client.post(reverse("schedule_run", args=[daily.pk]), follow=True).content.decode()
        assert "It waits, and is made by itself." in page and "may have 2 reports that wait" in page
    assert daily.slots.count() == 1


def test_a_burst_counts_as_one_while_it_is_made(client, ana, definition, settings):
    settings.MAX_WAITING_PER_PERSON = 1
    Burst.objects.create(owner=ana, kind="listing", snapshot=definition.current.dataset.current, title="Regions")
    refused = client.post(*listing(current_of(ana)))
    assert refused.status_code == 422
    Burst.objects.update(state=State.READY)
    assert client.post(*listing(current_of(ana))).status_code == 303


def test_what_is_stored_of_a_person(stuffed):
    assert use_of(stuffed.owner) == (10 * MEGABYTE, 10 * MEGABYTE)
    SnapshotFactory(dataset=stuffed, state=State.EXPIRED, original="", bytes=MEGABYTE)
    SnapshotFactory(bytes=MEGABYTE), ReportFactory(owner=stuffed.owner, state=State.FAILED, bytes=MEGABYTE)
    ReportFactory(owner=stuffed.owner, state=State.READY, is_preview=True, bytes=MEGABYTE)
    assert use_of(stuffed.owner).used == 10 * MEGABYTE


def test_more_than_one_may_have_stored_is_refused(client, ana, stuffed, tmp_path):
    words = "Ana has 10 MB, and this would be more"
    answer = client.post(reverse("dataset_new"), upload(name="Another"))
    assert answer.status_code == 422 and words in answer.content.decode()
    answer = client.post(reverse("dataset_new_version", args=[stuffed.pk]), upload())
    assert answer.status_code == 422 and words in answer.content.decode()
    assert Dataset.objects.count() == 1 and Snapshot.objects.count() == 2
    (tmp_path / "sales.csv").write_text("Region,Total\nNorth,1\n")
    with pytest.raises(CommandError, match=words):
        call_command("import_dataset", tmp_path / "sales.csv", name="Another", owner="ana")
    Source.objects.create(dataset=stuffed, code="combination", settings={"sql": "SELECT 1", "datasets": []})
    assert words in client.post(reverse("dataset_refresh", args=[stuffed.pk]), follow=True).content.decode()
    assert words in client.post(*listing(current_of(ana))).content.decode()
    assert Dataset.objects.filter(name="Another").count() == 0 and Report.objects.unfinished().count() == 0
    Report.objects.all().delete()
    assert client.post(reverse("dataset_new"), upload(name="Another")).status_code == 303


def test_a_version_counts_for_whoever_owns_the_dataset(client, ana, stuffed):
    group, editor = Group.objects.create(name="Finance"), PersonFactory()
    Membership.objects.create(group=group, person=editor, role=Role.AUTHOR)
    Dataset.objects.filter(pk=stuffed.pk).update(group=group, group_may=May.EDIT)
    client.force_login(editor)
    answer = client.post(reverse("dataset_new_version", args=[stuffed.pk]), upload())
    assert answer.status_code == 422 and "Ana has 10 MB" in answer.content.decode()
    assert client.post(reverse("dataset_new"), upload(name="Own")).status_code == 303


def test_so_many_files_may_be_uploaded_within_an_hour(client, ana, settings):
    settings.MAX_UPLOADS_PER_HOUR = 2
    first = upload()
    for form in (first, upload(b"a\n2\n", name="Two")):
        assert client.post(reverse("dataset_new"), form).status_code == 303
    answer = client.post(reverse("dataset_new"), upload(b"a\n3\n", name="Three"))
    assert answer.status_code == 422 and "may upload 2 files an hour" in answer.content.decode()
    assert not Dataset.objects.filter(name="Three").exists()
    # What came in before, sent once more, is no third one.
    first["file"].seek(0)
    assert client.post(reverse("dataset_new"), first).status_code == 303
    group = Group.objects.create(name="Finance")
    Membership.objects.create(group=group, person=ana, role=Role.MANAGER)
    looks = {"accent": "#24409a", "second": "#24409a", "logo_file": SimpleUploadedFile("logo.png", b"x")}
    answer = client.post(reverse("brand", args=[group.pk]), looks)
    assert answer.status_code == 422 and "2 files an hour" in answer.content.decode() and not Logo.objects.exists()
    client.force_login(PersonFactory())
    assert client.post(reverse("dataset_new"), upload()).status_code == 303


def test_the_profile_shows_what_is_stored_at_a_constant_cost(client, stuffed, settings, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(7):
            page = client.get(reverse("profile")).content.decode()
        assert "10.0\xa0MB of 10.0\xa0MB that you may have" in page
        ReportFactory(owner=stuffed.owner), DatasetFactory(owner=stuffed.owner)
    settings.MAX_STORED_MB_PER_PERSON = 0
    with django_assert_num_queries(4):
        assert "that you may have" not in client.get(reverse("profile")).content.decode()
