"""One PDF for each value of a column: from the request to what is sent."""

from datetime import UTC, datetime

import pytest

from reports import artifacts, storage
from reports.lifecycle import burst as bursts
from reports.lifecycle import inline, schedule, sweep
from reports.lifecycle.cancel import retry
from reports.lifecycle.request import make_again
from reports.models import Burst, BurstPart, Delivery, Report, Schedule, Slot, State
from reports.models.schedule import Condition, Origin, SlotState
from reports.pipeline import burst as printing
from reports.pipeline import split, step
from reports.pipeline.spec import spec_of
from reports.problems import Problem
from reports.tasks import WORK
from tests.factories import PersonFactory, SnapshotFactory, definition_of, schedule_of
from tests.kinds.making import snapshot
from tests.lifecycle.test_schedule import sent

pytestmark = pytest.mark.django_db(transaction=True)

EIGHT = datetime(2026, 1, 1, 8, tzinfo=UTC)
ROWS = """
    SELECT * FROM (VALUES
        ('South', DATE '2025-12-01', 1.5), ('North', DATE '2025-12-02', 2.25), ('South', DATE '2025-12-03', 4.0),
        (NULL, DATE '2025-12-04', 8.0), ('West/East', DATE '2025-12-05', 16.0)
    ) AS sales("Region", "Day", "Total")
"""
PEOPLE = """
    SELECT 'North' AS "Region", 'ana@example.org, bia@example.org' AS "Address"
    UNION ALL SELECT 'South', 'caio@example.org'
"""
PERIOD = {"label": "Period", "type": "date", "column": "Day", "test": "between", "value": "2025-12-01..2025-12-31"}
PEOPLE_COLUMNS = [{"name": "Region", "type": "text"}, {"name": "Address", "type": "text"}]


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """The broker is told nothing: this process does the steps."""
    for module in ("schedule", "burst", "request", "cancel"):
        monkeypatch.setattr(f"reports.lifecycle.{module}.dispatch", lambda: 0)
    monkeypatch.setattr("reports.lifecycle.paused.post", lambda letter, *arguments: None)


def keep(brought, parquet) -> None:
    path = storage.path_of(brought.data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(parquet.read_bytes())


@pytest.fixture
def daily(tmp_path) -> Schedule:
    """By region, with the addresses of two of them."""
    definition = definition_of(PersonFactory(username="alice"))
    keep(definition.current.dataset.current, snapshot(tmp_path, ROWS))
    people = SnapshotFactory(dataset__owner=definition.owner, columns=PEOPLE_COLUMNS)
    keep(people, snapshot(tmp_path, PEOPLE))
    mapping = {"mapping": people.dataset, "mapping_value": "Region", "mapping_address": "Address"}
    return schedule_of(definition, burst_column="Region", answers=[PERIOD], **mapping)


def make(burst: Burst) -> Burst:
    """All its jobs, as workers would do them."""
    inline.make(burst, lambda job: None)
    for part in BurstPart.objects.unfinished().filter(burst=burst):
        inline.make(part, lambda job: None)
    return Burst.objects.get(pk=burst.pk)


def made(daily: Schedule) -> Burst:
    schedule.tick(EIGHT)
    burst = make(Burst.objects.get())
    schedule.tick(EIGHT)
    return burst


def by_value(burst: Burst) -> dict:
    return {value.value: value for value in burst.values.select_related("report")}


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_each_value_has_one_report_with_its_rows(daily):
    values = by_value(made(daily))
    assert {name: (value.report.state, value.report.rows) for name, value in values.items()} == {
        "North": (State.READY, 1),
        "South": (State.READY, 2),
        "West/East": (State.READY, 1),
        None: (State.READY, 1),
    }
    slot = daily.slots.get()
    assert (slot.state, slot.problem, slot.report) == (SlotState.MADE, None, None)


def test_its_reports_are_ordinary_ones(daily):
    report = by_value(made(daily))["South"].report
    assert (report.title, report.definition, report.owner) == ("Monthly: South", daily.definition, daily.owner)
    assert report.options["filters"][-1] == {"column": "Region", "test": "equals", "value": "South"}
    assert [entry["step"] for entry in report.timeline] == list(Report.STEPS)
    assert report.verdict["conforms"] and report.receipt["rows"] == 2
    assert list(report.artifacts) == ["write_pdf"] and storage.exists(report.pdf)
    assert report.artifacts["write_pdf"].startswith(artifacts.home_of(report))


def test_a_report_of_a_burst_is_made_again_byte_for_byte(daily):
    """From the whole snapshot, while the burst made it from its part."""
    for value in by_value(made(daily)).values():
        again = make_again(value.report, daily.owner)
        assert spec_of(again) == spec_of(value.report)
        inline.make(again, lambda job: None)
        assert fresh(again).content_sha256 == value.report.content_sha256


def test_decimals_are_those_of_the_rows_that_are_printed(daily, tmp_path):
    """Another part may have more of them; a column of measured values has as many as its rows need."""
    rows = ROWS.replace("1.5)", "1.5::DOUBLE)").replace("16.0", "16.125")
    keep(daily.definition.current.dataset.current, snapshot(tmp_path, rows))
    test_a_report_of_a_burst_is_made_again_byte_for_byte(daily)


def test_each_is_sent_to_its_own_recipients_once(daily):
    burst = made(daily)
    schedule.tick(EIGHT)
    sent_to = {(delivery.report.title, delivery.recipient) for delivery in Delivery.objects.all()}
    assert sent_to == {
        ("Monthly: North", "ana@example.org"),
        ("Monthly: North", "bia@example.org"),
        ("Monthly: South", "caio@example.org"),
    }
    assert by_value(burst)["West/East"].problem["code"] == "burst_no_recipient"


def test_all_are_sent_where_the_schedule_sends_them_with_its_words(daily):
    Schedule.objects.update(deliveries=[{**sent("boss@example.org"), "subject": "Look: {title}"}])
    made(daily)
    assert Delivery.objects.filter(recipient="boss@example.org").count() == 4
    assert Delivery.objects.get(recipient="caio@example.org").content["subject"] == "Look: {title}"


def test_conditions_hold_for_each_value(daily):
    Schedule.objects.update(condition=Condition.ABOVE, figure="", threshold=1)
    burst = made(daily)
    assert Delivery.objects.get().recipient == "caio@example.org"
    assert by_value(burst)["North"].problem["code"] == "slot_not_above"


def test_a_value_is_compared_with_itself(daily):
    Schedule.objects.update(condition=Condition.CHANGED, figure="", threshold=10)
    made(daily)
    assert Delivery.objects.count() == 3
    Report.objects.update(state=State.EXPIRED)
    slot = schedule.run_now(daily, Origin.HAND)
    make(slot.burst)
    schedule.tick(EIGHT)
    assert {value.problem["code"] for value in slot.burst.values.all()} == {"slot_not_changed"}
    assert Delivery.objects.count() == 3


def test_a_trial_is_sent_nowhere(daily):
    make(schedule.run_now(daily, Origin.TRIAL).burst)
    schedule.tick(EIGHT)
    assert Report.objects.count() == 4 and not Delivery.objects.exists()


def test_too_many_recipients_are_said(daily, settings):
    settings.MAX_RECIPIENTS = 1
    assert by_value(made(daily))["North"].problem["code"] == "too_many_recipients"
    assert Delivery.objects.get().recipient == "caio@example.org"


def fails_for(monkeypatch, *names: str) -> None:
    """Values whose document cannot be laid out."""

    def render(spec, *arguments):
        if spec.title.rpartition(": ")[2] in names:
            raise Problem("too_many_columns", asked=90, fit=60)
        return step(spec, *arguments)

    step = printing.STEPS["render"]
    monkeypatch.setitem(printing.STEPS, "render", render)


def test_only_what_failed_is_made_again_and_then_sent(daily, monkeypatch):
    with monkeypatch.context() as patch:
        fails_for(patch, "South")
        burst = made(daily)
    values = by_value(burst)
    failed = values["South"].report
    assert (failed.state, failed.step, failed.problem["code"]) == (State.FAILED, "render", "too_many_columns")
    slot = daily.slots.get()
    counts = {"total": 4, "made": 3, "expired": 0, "failed": 1, "gone": 0}
    assert (slot.state, slot.problem["params"]) == (SlotState.MADE, counts)
    assert not Delivery.objects.filter(recipient="caio@example.org").exists()
    assert bursts.try_again(burst) == 1
    inline.make(fresh(failed), lambda job: None)
    schedule.tick(EIGHT)
    again = by_value(burst)
    assert {value.report.state for value in again.values()} == {State.READY}
    assert again["North"].report.finished_at == values["North"].report.finished_at
    assert Delivery.objects.filter(recipient="caio@example.org").count() == 1


def test_a_burst_of_which_nothing_was_made_has_failed(daily, monkeypatch):
    fails_for(monkeypatch, "South", "North", "West/East", "(empty)")
    made(daily)
    assert (daily.slots.get().state, fresh(daily).failures) == (SlotState.FAILED, 1)


def test_without_rows_there_is_nothing_to_make(daily):
    Schedule.objects.update(answers=[{**PERIOD, "value": "2024-12-01..2024-12-31"}])
    made(daily)
    slot = daily.slots.get()
    assert (slot.state, slot.problem["code"], fresh(daily).failures) == (SlotState.HELD, "slot_no_rows", 0)


def test_a_part_that_is_lost_leaves_reports_that_can_be_tried_again(daily):
    schedule.tick(EIGHT)
    burst = Burst.objects.get()
    inline.make(burst, lambda job: None)
    [part] = burst.parts.all()
    assert part.fail(Problem("worker_lost", attempts=3))
    assert {report.problem["code"] for report in burst.reports.all()} == {"worker_lost"}
    report = burst.reports.get(burst_value__value="North")
    assert retry(report)
    inline.make(fresh(report), lambda job: None)
    assert fresh(report).state == State.READY


def test_a_part_that_is_done_twice_publishes_once(daily):
    schedule.tick(EIGHT)
    burst = make(Burst.objects.get())
    [part] = burst.parts.all()
    before = dict(burst.reports.values_list("pk", "sha256"))
    BurstPart.objects.filter(pk=part.pk).update(state=State.RETRY_WAIT)
    inline.make(fresh(part), lambda job: None)
    assert dict(burst.reports.values_list("pk", "sha256")) == before
    artifacts.collect_orphans()
    assert all(storage.exists(report.pdf) for report in burst.reports.all())


def test_what_was_overtaken_leaves_no_files(daily, monkeypatch):
    schedule.tick(EIGHT)
    burst = Burst.objects.get()
    inline.make(burst, lambda job: None)
    [part] = burst.parts.all()
    advance = BurstPart.advance

    def too_late(job, facts, folder):
        BurstPart.objects.filter(pk=job.pk).update(epoch=job.epoch + 1, state=State.REQUESTED)
        return advance(job, facts, folder)

    part.queue()
    with monkeypatch.context() as patch:
        patch.setattr(BurstPart, "advance", too_late)
        assert step.perform(BurstPart, part.pk, part.epoch, "print", WORK["print"]) == "fenced"
    assert not Report.objects.exists()
    homes = [storage.path_of(f"reports/{value.pk}") for value in burst.values.all()]
    assert not [path for home in homes for path in home.rglob("*.pdf")]


def test_a_cancelled_burst_goes_on_where_it_stopped(daily, monkeypatch):
    monkeypatch.setattr(split, "PART_VALUES", 2)
    schedule.tick(EIGHT)
    burst = Burst.objects.get()
    inline.make(burst, lambda job: None)
    first = burst.parts.first()
    inline.make(first, lambda job: None)
    assert bursts.cancel_burst(burst) == 1
    assert Burst.objects.ended().count() == 1 and burst.reports.count() == 2
    assert bursts.try_again(burst) == 1
    make(burst)
    assert burst.reports.filter(state=State.READY).count() == 4


@pytest.mark.parametrize(
    ("lost", "code"),
    [({"burst_column": "Nowhere"}, "burst_column"), ({"mapping_address": "Nowhere"}, "burst_mapping")],
)
def test_a_column_that_is_gone_is_said_and_pauses_the_schedule(daily, lost, code):
    Schedule.objects.update(**lost, most_failures=1)
    schedule.tick(EIGHT)
    for burst in Burst.objects.all():
        make(burst)
    schedule.tick(EIGHT)
    slot = daily.slots.get()
    assert (slot.state, slot.problem["code"]) == (SlotState.FAILED, code)
    assert not fresh(daily).is_active


def test_a_mapping_that_was_deleted_is_said(daily):
    daily.mapping.delete()
    schedule.tick(EIGHT)
    assert daily.slots.get().problem["code"] == "burst_mapping"


def test_data_that_is_no_longer_lent_is_not_printed(daily):
    schedule.tick(EIGHT)
    burst = Burst.objects.get()
    inline.make(burst, lambda job: None)
    dataset = burst.snapshot.dataset
    dataset.owner = PersonFactory()
    dataset.save()
    make(burst)
    assert {report.problem["code"] for report in burst.reports.all()} == {"data_not_shared"}


def test_the_rows_of_a_burst_are_forgotten_after_a_day(daily):
    burst = made(daily)
    folder = storage.path_of(burst.artifacts["split"])
    sweep.collect()
    assert folder.exists()
    Burst.objects.update(finished_at=EIGHT)
    sweep.collect()
    assert not folder.exists()
    assert all(storage.exists(report.pdf) for report in burst.reports.all())


def test_one_that_is_being_made_is_not_begun_again(daily):
    first = schedule.run_now(daily, Origin.HAND)
    assert schedule.run_now(daily, Origin.HAND) == first
    make(first.burst)
    assert schedule.run_now(daily, Origin.HAND) != first
    assert Slot.objects.count() == 2
