"""What the modules of sources are given besides their settings: found out in the worker, before the fork.

Large files are brought here in the fork, where that may take its time: for them there is a function that gives them.
"""

from collections.abc import Callable
from datetime import date
from functools import partial, reduce
from operator import or_
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils import timezone

from reports import storage
from reports.columns import DATE, INTEGER
from reports.kinds.periods import PERIODS, bounds
from reports.kinds.values import typed
from reports.models import Connection, Dataset, Snapshot, Source
from reports.models.person import time_zone_of
from reports.problems import Problem
from reports.sources import combination
from reports.sources.query import Values
from reports.sources.servers import url_of

# A parameter of this type is two, :name_from and :name_to, the first and the last day of a period.
PERIOD = "period"


def given(snapshot: Snapshot) -> dict:
    """A secret goes only where it was meant to go: whoever edits a source begins a reading of its own.

    Raises Problem.
    """
    source = Source.objects.select_related("connection", "dataset__owner").filter(dataset=snapshot.dataset_id).first()
    if source is None or (source.code, source.pinned) != (snapshot.source_code, snapshot.settings):
        raise Problem("source_changed")
    return GIVEN[source.code](source, snapshot)


def _of_query(source: Source, snapshot: Snapshot) -> dict:
    """A period is that of the day on which the data was asked for, where its owner lives."""
    owner = source.dataset.owner
    if source.connection is None or not Connection.objects.queryable_by(owner).filter(pk=source.connection_id).exists():
        raise Problem("connection_gone")
    today = timezone.localdate(snapshot.requested_at, timezone=ZoneInfo(time_zone_of(owner)))
    return {"url": url_to(source.connection), "values": values_of(snapshot.settings.get("parameters", []), today)}


def url_to(connection: Connection):
    """With its password.  Raises Problem."""
    return url_of(connection.address, connection.open_password, **where_files_are())


def where_files_are() -> dict:
    """Which SQLite files `url_of` lets through."""
    database = settings.DATABASES["default"]
    own = Path(database["NAME"]).resolve() if "sqlite" in database["ENGINE"] else None
    return {"folders": settings.SQLITE_FOLDERS, "own": own}


def values_of(parameters: list[dict], today: date) -> Values:
    """What is bound for the parameters of a query, [{"name", "type", "value"}].

    type: one of columns.TYPES, and value a canonical text, for a date or a PERIOD also one of PERIODS.
    """
    values = {}
    for parameter in parameters:
        name, value = parameter["name"], parameter["value"]
        if parameter["type"] == PERIOD:
            values[f"{name}_from"], values[f"{name}_to"] = bounds(value, today)
        elif parameter["type"] == DATE and value in PERIODS:
            values[name] = bounds(value, today)[0]
        else:
            typed_value = typed(parameter["type"], value)
            values[name] = int(typed_value) if parameter["type"] == INTEGER else typed_value
    return values


def _of_api(source: Source, snapshot: Snapshot) -> dict:
    """Of the snapshots that were read in the same way, the current one may be as new as any."""
    current = source.dataset.current
    same = current and all(
        getattr(current, name) == getattr(snapshot, name) for name in ("source_code", "settings", "types")
    )
    previous = partial(storage.path_of, current.artifacts["read"]) if same else None
    return {"secret": source.open_secret, "previous": previous}


def _of_combination(source: Source, snapshot: Snapshot) -> dict:
    """Of what was named when it was saved, that which its owner still sees."""
    pinned = snapshot.settings["datasets"]
    visible = Dataset.objects.visible_to(source.dataset.owner).filter(pk__in=pinned.values()).select_related("current")
    seen = {str(dataset.pk): dataset for dataset in visible}
    gone = sorted(name for name, pk in pinned.items() if pk not in seen)
    if gone:
        raise Problem("combination_gone", names=", ".join(gone))
    keys = _keys_of({name: seen[pk] for name, pk in pinned.items()})
    return {"files": partial(_paths_of, keys)}


def datasets_in(sql: str, owner: AbstractBaseUser, *, written_by: AbstractBaseUser) -> dict[str, Dataset]:
    """What each table in a combination of somebody means: of the owner's datasets, before what is shared with them.

    Raises Problem: what one of the two may not see is as unknown as what is not there.
    """
    names = combination.tables_in(sql)
    known = _datasets_named(owner, names)
    found = [dataset.pk for datasets in known.values() for dataset in datasets]
    seen = set(Dataset.objects.visible_to(written_by).filter(pk__in=found))
    known = {name: datasets for name, datasets in known.items() if seen.issuperset(datasets)}
    unknown = sorted(name for name in names if name.casefold() not in known)
    if unknown:
        raise Problem("combination_unknown", names=", ".join(unknown))
    return {name: _only(name, known[name.casefold()]) for name in names}


def _datasets_named(person: AbstractBaseUser, names: set[str]) -> dict[str, list[Dataset]]:
    """By their names in small letters, as SQL tells them apart."""
    wanted = reduce(or_, (Q(name__iexact=name) for name in names), Q(pk=None))
    found: dict[str, list[Dataset]] = {}
    for dataset in Dataset.objects.visible_to(person).filter(wanted).select_related("current"):
        found.setdefault(dataset.name.casefold(), []).append(dataset)
    return {name: [one for one in of_name if one.owner_id == person.pk] or of_name for name, of_name in found.items()}


def _only(name: str, datasets: list[Dataset]) -> Dataset:
    if len(datasets) > 1:
        raise Problem("combination_ambiguous", name=name)
    return datasets[0]


def files_of(datasets: dict[str, Dataset]) -> dict[str, Path]:
    """The Parquet file of each.  Raises Problem."""
    return _paths_of(_keys_of(datasets))


def _keys_of(datasets: dict[str, Dataset]) -> dict[str, str]:
    for name, dataset in datasets.items():
        if dataset.current is None:
            raise Problem("combination_unread", name=name)
    return {name: dataset.current.data for name, dataset in datasets.items()}


def _paths_of(keys: dict[str, str]) -> dict[str, Path]:
    return {name: storage.path_of(key) for name, key in keys.items()}


GIVEN: dict[str, Callable[[Source, Snapshot], dict]] = {
    "query": _of_query,
    "combination": _of_combination,
    "api": _of_api,
}
