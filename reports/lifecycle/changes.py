"""What has changed in the columns of a dataset from one snapshot to the next, and what that breaks."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.contrib.auth.models import AbstractBaseUser

from reports.models import Dataset, Definition, Snapshot, State


@dataclass(frozen=True)
class Changes:
    """Names of columns; `retyped` are those with another type than before."""

    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    retyped: list[str] = field(default_factory=list)


def between(before: Snapshot, after: Snapshot) -> Changes:
    old, new = ({column["name"]: column["type"] for column in snapshot.columns} for snapshot in (before, after))
    return Changes(
        added=[name for name in new if name not in old],
        gone=[name for name in old if name not in new],
        retyped=[name for name in new if name in old and new[name] != old[name]],
    )


def tell(snapshots: list[Snapshot]) -> None:
    """Each that was read is told its `changes` since the one that was read before; the newest come first."""
    read = [snapshot for snapshot in snapshots if snapshot.state in (State.READY, State.EXPIRED)]
    for after, before in pairwise(read):
        after.changes = between(before, after)


def broken_by(dataset: Dataset, person: AbstractBaseUser) -> list[Definition]:
    """The definitions that somebody sees and that name columns which the data in use has no more."""
    return Definition.objects.visible_to(person).broken_by(dataset, dataset.current.columns)


def broken_without(dataset: Dataset, names: list[str], person: AbstractBaseUser) -> list[tuple[Definition, list[str]]]:
    """The definitions that somebody sees and that would break if the dataset had these columns alone; with those that
    they would miss."""
    known = Definition.objects.visible_to(person).filter(current__dataset=dataset).select_related("current")
    missed = (
        (definition, [c["name"] for c in definition.current.columns if c["name"] not in names]) for definition in known
    )
    return [(definition, columns) for definition, columns in missed if columns]


@dataclass(frozen=True)
class Held:
    """New data that waits for a decision: the definitions that it would break, as far as somebody sees them, and how
    many more there are."""

    snapshot: Snapshot
    changes: Changes
    definitions: list[Definition]
    more: int


def held_back(dataset: Dataset, person: AbstractBaseUser) -> Held | None:
    if dataset.held is None or dataset.current is None:
        return None
    seen = Definition.objects.visible_to(person).newly_broken_by(dataset.held)
    every = seen if person.is_staff else Definition.objects.newly_broken_by(dataset.held)
    return Held(dataset.held, between(dataset.current, dataset.held), seen, len(every) - len(seen))
