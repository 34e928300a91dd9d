"""Rows for tests.  What they name in storage exists only when a test puts it there."""

from datetime import UTC, date, datetime
from functools import cache

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from reports.lifecycle.definitions import Content, define
from reports.models import Burst, BurstPart, BurstValue, Dataset, Definition, Report, Schedule, Slot, Snapshot, State

COLUMNS = [{"name": "Region", "type": "text"}, {"name": "Day", "type": "date"}, {"name": "Total", "type": "decimal"}]
PASSWORD = "a pass phrase for tests"


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; once is enough."""
    return make_password(PASSWORD)


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    password = factory.LazyFunction(_hashed)


class DatasetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dataset

    owner = factory.SubFactory(PersonFactory)
    name = factory.Sequence(lambda n: f"Sales {n}")


class SnapshotFactory(factory.django.DjangoModelFactory):
    """A snapshot that is ready; its dataset does not point to it unless a test says so."""

    class Meta:
        model = Snapshot

    dataset = factory.SubFactory(DatasetFactory)
    owner = factory.SelfAttribute("dataset.owner")
    number = factory.Sequence(lambda n: n + 1)
    original = factory.Sequence(lambda n: f"originals/{n}")
    file_name = "sales.csv"
    state = State.READY
    rows = 3
    columns = COLUMNS
    artifacts = factory.LazyAttribute(lambda snapshot: {"read": f"snapshots/{snapshot.number}/1/read"})


class ReportFactory(factory.django.DjangoModelFactory):
    """Whoever asks for a report owns the dataset, unless a test names one."""

    class Meta:
        model = Report

    @classmethod
    def _generate(cls, strategy, params):
        if "owner" in params and "snapshot" not in params:
            params.setdefault("snapshot__dataset__owner", params["owner"])
        return super()._generate(strategy, params)

    snapshot = factory.SubFactory(SnapshotFactory)
    owner = factory.SelfAttribute("snapshot.owner")
    dataset_name = factory.SelfAttribute("snapshot.dataset.name")
    kind = "listing"
    title = "Sales by region"
    language = "en"
    time_zone = "UTC"


def definition_of(owner, name="Monthly", dataset: Dataset | None = None, **values) -> Definition:
    """A listing of a dataset, or of one of its own without a file; a period and a region are asked each time."""
    if dataset is None:
        snapshot = SnapshotFactory(dataset__owner=owner)
        dataset = snapshot.dataset
        dataset.current = snapshot
        dataset.save()
    options = {
        "title": "",
        "columns": ["Region", "Total"],
        "filters": [
            {"column": "Day", "test": "between", "value": "", "said": "last_month", "asked": "Period"},
            {"column": "Region", "test": "equals", "value": "", "asked": "Region"},
        ],
        "sort": ["-Total"],
        "group": "",
        "totals": [],
        "carry": False,
        "orientation": "auto",
        "standard": "ua-1",
    }
    content = Content(name, "listing", dataset, "Sales", options, COLUMNS, **values)
    return define(owner, content)


def schedule_of(definition, **values) -> Schedule:
    """Every day at 08:00 UTC, from the first day of 2026; it comes round next on that day."""
    return Schedule.objects.create(
        **{
            "owner": definition.owner,
            "name": "Every morning",
            "definition": definition,
            "definition_name": definition.name,
            "language": "en",
            "rule": "day at 08:00",
            "time_zone": "UTC",
            "starts_on": date(2026, 1, 1),
            "next_at": datetime(2026, 1, 1, 8, tzinfo=UTC),
            **values,
        }
    )


def burst_of(schedule, *states: State | None, **values) -> Burst:
    """One by region, asked for by hand, that is split: the reports of its values are in these states, or not there
    yet (None)."""
    definition, snapshot = schedule.definition, schedule.definition.current.dataset.current
    common = {
        "owner": schedule.owner,
        "kind": "listing",
        "snapshot": snapshot,
        "dataset_name": "Sales",
        "language": "en",
    }
    common |= {"time_zone": "UTC", "definition": definition, "definition_name": definition.name}
    known = {"column": "Region", "rows": 3, "state": State.READY, "artifacts": {"split": "bursts/none"}}
    known |= {"finished_at": timezone.now(), **values}
    burst = Burst.objects.create(title=definition.name, **common, **known)
    Slot.objects.create(schedule=schedule, moment=burst.requested_at, origin="hand", state="asked", burst=burst)
    part = BurstPart.objects.create(burst=burst, owner=schedule.owner, number=0)
    if None in states:
        part.queue()
    else:
        BurstPart.objects.filter(pk=part.pk).update(state=State.READY)
    for place, state in enumerate(states):
        value = BurstValue(burst=burst, part=part, place=place, value=f"Region {place}", name=f"Region {place}", rows=3)
        value.save()
        if state:
            ended = {"state": state, "finished_at": burst.requested_at, "burst": burst}
            known = {"pk": value.pk, "title": value.title, "options": value.options}
            value.report = Report.objects.create(**known, **ended, **common)
            value.save()
    return burst


def facts_of_pdf(**known) -> dict:
    """What the last step tells of a PDF that was judged good."""
    verdict = {"standard": "ua-1", "conforms": True, "broken": [], "reason": "", "validator": "page-validation 0"}
    return {
        "pages": 1,
        "bytes": 4,
        "sha256": "ab" * 32,
        "content_sha256": "ab" * 32,
        "receipt": {"rows": 3, "columns": [{"name": "Total", "place": 2, "decimals": 2, "filled": 3, "sum": "12.50"}]},
        "notes": [],
        "standard": "ua-1",
        "verdict": verdict,
        "engine": {"engine": "70.0"},
        **known,
    }
