"""Datasets that are read from a source: begin one, change it, read it anew."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from reports.lifecycle import audit
from reports.lifecycle.upload import ask_for_snapshot
from reports.models import Burst, Connection, Dataset, Report, Snapshot, Source, State
from reports.models.act import Did
from reports.sealed import seal


class NameTakenError(Exception):
    """The owner has another dataset of this name."""


class ChangedMeanwhileError(Exception):
    """Somebody else has changed the source since it was looked at."""


@dataclass(frozen=True)
class Content:
    """What a person says of a source.  secret: None keeps the one that is there."""

    code: str
    settings: dict
    secret: str | None = None
    connection: Connection | None = None
    refresh: str = Source._meta.get_field("refresh").default
    most_minutes: int = Source._meta.get_field("most_minutes").default

    def fields(self) -> dict:
        names = ("code", "settings", "connection", "refresh", "most_minutes")
        sealed = {} if self.secret is None else {"secret": seal(self.secret)}
        return {**{name: getattr(self, name) for name in names}, **sealed}


def begin(owner: AbstractBaseUser, name: str, content: Content, *, client_token: UUID) -> Dataset:
    """A new dataset, whose first snapshot is asked for; the one that was begun with the same token before.

    Raises NameTakenError.
    """
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(owner=owner, name=name)
            source = Source.objects.create(dataset=dataset, **content.fields())
            audit.record(Did.MADE, source, person=owner)
            refresh(dataset, client_token=client_token)
    except IntegrityError:
        begun = Dataset.objects.filter(owner=owner, name=name, snapshots__client_token=client_token).first()
        if begun is None:
            raise NameTakenError from None
        return begun
    return dataset


def change(source: Source, content: Content) -> None:
    """What is read otherwise from now on is read at once; snapshots that are there stay what they are.

    `content` was checked against `source` as it was loaded: its secret may not go where another edit points meanwhile.
    Raises ChangedMeanwhileError; Dataset.DoesNotExist when it was deleted meanwhile.
    """
    with transaction.atomic():
        current = _locked(source.dataset)
        before = current.pinned, current.secret
        if before != (source.pinned, source.secret):
            raise ChangedMeanwhileError
        for name, value in content.fields().items():
            setattr(current, name, value)
        current.save()
        audit.record(Did.CHANGED, current)
        if (current.pinned, current.secret) != before:
            _read_anew(current)


def refresh(dataset: Dataset, *, client_token: UUID | None = None) -> Snapshot:
    """A new snapshot of a dataset with a source; the one that is being made of the same settings, if there is one.

    Raises Dataset.DoesNotExist when it was deleted meanwhile.
    """
    with transaction.atomic():
        source = _locked(dataset)
        unfinished = dataset.snapshots.unfinished()
        being_made = unfinished.filter(source_code=source.code, settings=source.pinned).first()
        return being_made or _read_anew(source, client_token)


def _locked(dataset: Dataset) -> Source:
    """As it is now, and stays until the end of the transaction."""
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    return Source.objects.select_related("dataset__owner").get(dataset=dataset)


def _read_anew(source: Source, client_token: UUID | None = None) -> Snapshot:
    asked = {"source_code": source.code, "settings": source.pinned, "types": _types(source.dataset)}
    return ask_for_snapshot(source.dataset, client_token=client_token, **asked)


def fresh(snapshot: Snapshot) -> Snapshot:
    """What a report that is asked for with a snapshot is made of: that, or the one that its source wants read first.

    One that is held back and new enough is not read once more: a report that it does not fit says so.
    """
    source = Source.objects.filter(dataset=snapshot.dataset_id).select_related("dataset__held").first()
    if source is None or snapshot.pk != source.dataset.current_id or source.is_fresh(snapshot):
        return snapshot
    held = source.dataset.held
    return held if held and source.is_fresh(held) else refresh(source.dataset)


def read_again_for(ticket: Report | Burst) -> None:
    """What had ended because its data could not be read anew waits for another attempt."""
    if ticket.snapshot and ticket.snapshot.state in (State.FAILED, State.CANCELLED):
        _pin(ticket, refresh(ticket.snapshot.dataset))


def use_last_good(report: Report) -> bool:
    """Whether a report that had ended so can now be made of the data that was there before."""
    return report.last_good is not None and _pin(report, report.last_good)


def _pin(ticket: Report | Burst, snapshot: Snapshot) -> bool:
    ended = type(ticket).objects.filter(pk=ticket.pk, state__in=(State.FAILED, State.CANCELLED))
    pinned = ended.filter(snapshot=ticket.snapshot).update(snapshot=snapshot)
    ticket.snapshot = snapshot
    return pinned == 1


def _types(dataset: Dataset) -> dict[str, str]:
    """What people have corrected stays so."""
    newest = dataset.snapshots.first()
    return newest.types if newest else {}
