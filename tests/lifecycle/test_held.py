"""New data that would break definitions is held back until somebody decides; the last good data stays in use."""

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import transaction
from django.urls import reverse

from reports.lifecycle import inline, refresh, schedule
from reports.lifecycle.definitions import trouble_of
from reports.lifecycle.notices import tell_of_held
from reports.models import Dataset, Definition, Report, Snapshot, Source, State
from reports.models.schedule import Origin
from reports.tasks import send_dataset_held
from reports.web.news import news_of
from tests.factories import COLUMNS, DatasetFactory, PersonFactory, SnapshotFactory, definition_of, schedule_of
from tests.lifecycle.test_refresh import OPTIONS, asked, change, dataset, file, owner, read

__all__ = ["dataset", "file", "owner"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]

RENAMED = "ALTER TABLE orders RENAME COLUMN total TO amount"
RETYPED = "UPDATE orders SET total = 'many'"


@pytest.fixture
def totals(dataset):
    """A definition that needs the column `total`; and the data is read when somebody asks for it."""
    Source.objects.update(refresh="hand")
    return printing(dataset, "Totals", "region", "total")


def printing(dataset, name: str, *columns: str) -> Definition:
    definition = definition_of(dataset.owner, name)
    version = definition.current
    version.dataset, version.options = dataset, OPTIONS | {"columns": list(columns), "totals": []}
    version.columns = [column for column in dataset.current.columns if column["name"] in columns]
    version.save()
    return definition


def read_anew(dataset) -> Snapshot:
    snapshot = refresh.refresh(dataset)
    read(snapshot)
    dataset.refresh_from_db()
    return snapshot


def come_in(*snapshots: Snapshot) -> None:
    """As their readings end, one after the other."""
    for snapshot in snapshots:
        with transaction.atomic():
            snapshot._come_into_use()


def found(definition) -> Definition:
    return Definition.objects.with_data().get(pk=definition.pk)


def made(definition, **more) -> Report:
    report = asked(definition.current.dataset, version=definition.current, **more)
    report = Report.objects.get(pk=report.pk)
    if report.waits_for_data:
        read(report.snapshot)
        report = Report.objects.get(pk=report.pk)
    inline.make_report(report, lambda job: None)
    return report


@pytest.mark.parametrize(
    ("sql", "lost"), [(RENAMED, (["total"], [])), (RETYPED, ([], ["total"]))], ids=["gone", "of another type"]
)
def test_what_would_break_a_definition_is_held_back_and_the_last_good_data_stays(dataset, file, totals, sql, lost):
    good = dataset.current
    change(file, sql)
    new = read_anew(dataset)
    assert (dataset.current, dataset.held, new.state) == (good, new, State.READY)
    version = found(totals).current
    assert (version.would_lose.gone, version.would_lose.retyped) == lost and version.lost is None
    report = made(totals)
    assert (report.state, report.snapshot) == (State.READY, good)


def test_what_breaks_nothing_comes_into_use_at_once(dataset, file):
    change(file, RENAMED)
    broken = printing(dataset, "Broken already", "region", "total")
    assert read_anew(dataset) == dataset.held
    dataset.decide(dataset.held, use=True)
    change(file, "ALTER TABLE orders ADD COLUMN day TEXT")
    new = read_anew(dataset)
    assert (dataset.current, dataset.held) == (new, None)
    assert trouble_of(found(broken)).code == "definition_columns"


def test_a_definition_whose_owner_may_not_see_the_data_holds_nothing_back(dataset, file, totals):
    Definition.objects.filter(pk=totals.pk).update(owner=PersonFactory())
    change(file, RENAMED)
    assert read_anew(dataset) == dataset.current


def test_the_new_columns_are_used_when_somebody_says_so(dataset, file, totals):
    change(file, RENAMED)
    new = read_anew(dataset)
    assert dataset.decide(new, use=True) and not dataset.decide(new, use=False)
    dataset.refresh_from_db()
    assert (dataset.current, dataset.held) == (new, None)
    assert "has no column total any more" in str(trouble_of(found(totals)))


def test_the_old_data_is_kept_until_a_reading_fits_again(dataset, file, totals):
    good = dataset.current
    change(file, RENAMED)
    assert dataset.decide(read_anew(dataset), use=False)
    dataset.refresh_from_db()
    assert (dataset.current, dataset.held) == (good, None)
    read_anew(dataset)
    assert dataset.held is not None
    change(file, "ALTER TABLE orders RENAME COLUMN amount TO total")
    assert read_anew(dataset) == dataset.current and dataset.held is None


@pytest.mark.parametrize("fits", [True, False])
def test_of_readings_that_end_in_another_order_the_newer_one_counts(fits):
    definition = definition_of(PersonFactory())
    dataset = definition.current.dataset
    numbers = [dataset.current.number + 1, dataset.current.number + 2]
    older, newer = (SnapshotFactory(dataset=dataset, number=number, columns=COLUMNS[:1]) for number in numbers)
    older.columns = COLUMNS if fits else COLUMNS[:2]
    older.save()
    come_in(newer, older)
    used = Dataset.objects.get()
    assert (used.current, used.held) == (older if fits else dataset.current, newer)


def test_before_each_report_a_definition_that_fits_has_new_data_and_one_that_does_not_says_why(
    dataset, file, totals, client
):
    """Old figures never come in the place of new ones by themselves."""
    Source.objects.update(refresh="each")
    regions = printing(dataset, "Regions", "region")
    good = dataset.current
    change(file, RENAMED)
    report = made(totals)
    assert (report.state, report.problem["code"]) == (State.FAILED, "refresh_held")
    assert "held back until somebody decides" in report.problem_in_words and "total" in report.problem_in_words
    fitting = asked(dataset, version=regions.current, is_preview=False)
    read(fitting.snapshot)
    fitting = Report.objects.get(pk=fitting.pk)
    assert fitting.data == fitting.snapshot.data and fitting.snapshot.number > good.number
    assert report.last_good == good
    client.force_login(dataset.owner)
    client.post(reverse("report_last_data", args=[report.pk]))
    report = Report.objects.get(pk=report.pk)
    inline.make_report(report, lambda job: None)
    assert (report.state, report.snapshot) == (State.READY, good)


def test_what_is_held_back_and_new_enough_is_not_read_once_more(dataset, file, totals):
    Source.objects.update(refresh="age")
    Snapshot.objects.update(requested_at="2020-01-01T00:00Z")
    change(file, RENAMED)
    dataset.refresh_from_db()
    new = asked(dataset).snapshot
    read(new)
    dataset.refresh_from_db()
    assert dataset.held == new and asked(dataset).snapshot == new


def test_a_schedule_goes_on_with_the_last_good_data(dataset, file, totals):
    good = dataset.current
    change(file, RENAMED)
    read_anew(dataset)
    slot = schedule.run_now(schedule_of(totals, answers=[]), Origin.TRIAL)
    assert slot.report.snapshot == good


def test_the_owner_is_told_once_by_a_badge_and_a_letter(dataset, file, totals, settings):
    settings.PUBLIC_URL = "https://prelo.example"
    get_user_model().objects.filter(pk=dataset.owner_id).update(email="ana@example.org")
    change(file, RENAMED)
    read_anew(dataset)
    read_anew(dataset)
    assert news_of(dataset.owner) == 1 and news_of(PersonFactory(is_staff=True)) == 0
    tell_of_held()
    assert Dataset.objects.get(pk=dataset.pk).held_told
    read_anew(dataset)
    assert dataset.held_told
    send_dataset_held(str(dataset.pk), "https://prelo.example")
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == (["ana@example.org"], "New data of “Orders” is held back")
    assert "Totals: total" in letter.body and f"https://prelo.example/datasets/{dataset.pk}/" in letter.body
    dataset.decide(dataset.held, use=False)
    count = len(mail.outbox)
    send_dataset_held(str(dataset.pk), "")
    assert news_of(dataset.owner) == 0 and len(mail.outbox) == count


def test_a_file_that_somebody_brings_is_held_back_too_and_needs_no_letter():
    definition = definition_of(PersonFactory(email="ana@example.org"))
    dataset = definition.current.dataset
    come_in(SnapshotFactory(dataset=dataset, number=dataset.current.number + 1, columns=COLUMNS[:1]))
    tell_of_held()
    assert not Dataset.objects.get().held_told and Dataset.objects.get().held


def test_a_first_reading_is_never_held_back():
    snapshot = SnapshotFactory(dataset=DatasetFactory(), columns=[])
    come_in(snapshot)
    assert Dataset.objects.get().current == snapshot
