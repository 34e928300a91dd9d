"""Ask for a report, or for a preview of one."""

import logging
from datetime import datetime
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from portal import logs
from reports.kinds.filters import settled
from reports.lifecycle import audit
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.limits import refuse_report
from reports.lifecycle.refresh import fresh
from reports.lifecycle.words import answers_in_words
from reports.models import Brand, DefinitionVersion, Description, Export, Report, Snapshot, State
from reports.models.act import Did
from reports.models.brand import brand_of
from reports.models.history import searchable
from reports.models.person import time_zone_of
from reports.problems import Problem
from reports.sealed import seal, unseal

PAST_REPORTS = 20

logger = logging.getLogger(__name__)


def request_report(owner: AbstractBaseUser, kind: str, snapshot: Snapshot, options: dict, **wanted) -> Report:
    """Keep the request, as `keep_report` does; it is published once the transaction is committed."""
    report = keep_report(owner, kind, snapshot, options, **wanted)
    transaction.on_commit(dispatch)
    return report


def keep_report(
    owner: AbstractBaseUser,
    kind: str,
    snapshot: Snapshot,
    options: dict,
    *,
    password: str = "",
    client_token: UUID | None = None,
    is_preview: bool = False,
    again_of: Report | None = None,
    **wanted,
) -> Report:
    """Keep a request that whoever calls dispatches, or the sweeper; `wanted` as `ticket_of` takes it.

    Data that its source wants read before each report, or that is too old, is asked for, and the report waits for it.
    `password` opens the PDF.  Asking twice with the same token gives the same report.  A person has one preview at a
    time: a new one cancels the others.  Raises Problem when they have as many reports, or bytes, as they may have.
    """
    asked_before = client_token and Report.objects.filter(owner=owner, client_token=client_token).first()
    if asked_before:
        return asked_before
    if not is_preview:
        refuse_report(owner)
    ticket = ticket_of(owner, kind, snapshot, options, again_of=again_of, **wanted)
    if is_preview:
        for preview in Report.objects.previews().unfinished().filter(owner=owner):
            preview.cancel()
    try:
        with transaction.atomic():
            if not (is_preview or again_of):
                ticket["snapshot"] = fresh(snapshot)
            report = Report.objects.create(
                **ticket,
                search=_searched(ticket),
                password=seal(password),
                again_of=again_of,
                client_token=client_token,
                is_preview=is_preview,
                expected_seconds=usual_seconds(kind),
            )
            with logs.about(**report.in_logs):
                logger.info("Asked for")
            if not is_preview:
                audit.record(Did.ASKED, report, person=owner)
    except IntegrityError:
        if client_token is None:
            raise
        return Report.objects.get(owner=owner, client_token=client_token)
    return report


def ticket_of(
    owner: AbstractBaseUser,
    kind: str,
    snapshot: Snapshot,
    options: dict,
    *,
    title: str,
    language: str,
    time_zone: str = "",
    again_of: Report | None = None,
    version: DefinitionVersion | None = None,
    brand: Brand | None = None,
    moment: datetime | None = None,
) -> dict:
    """The fields of a Ticket: `options` are a valid form's; without a `time_zone` it is the owner's.

    Periods such as last month become dates: today is what the time zone says at the `moment`, which is now, and a
    repetition keeps its original's.  `version` is the definition's that it is made from, whose group may read it; it
    looks as `brand` says, or else as the group's others do.
    """
    time_zone = time_zone or time_zone_of(owner)
    if again_of:
        parameters = again_of.parameters
    else:
        types = {column.name: column.type for column in snapshot.typed_columns}
        options, answers = settled(options, timezone.localdate(moment, timezone=ZoneInfo(time_zone)))
        parameters = [{**answer, "type": types[answer["column"]]} for answer in answers]
    return {
        "owner": owner,
        "kind": kind,
        "snapshot": snapshot,
        "dataset_name": snapshot.dataset.name,
        "options": options,
        "parameters": parameters,
        "title": title,
        **_of(version),
        **looks_kept(again_of or brand or brand_of(version.definition.group if version else None)),
        "language": language,
        "time_zone": time_zone,
    }


def _of(version: DefinitionVersion | None) -> dict:
    if version is None:
        return {}
    definition = version.definition
    return {
        "definition": definition,
        "version": version,
        "definition_name": definition.name,
        "group_id": definition.group_id,
    }


def _searched(ticket: dict) -> str:
    """The answers as they stand in the report, so that it is found by what can be read in it."""
    with translation.override(ticket["language"]):
        answers = answers_in_words(ticket["parameters"])
    names = [ticket["title"], ticket.get("definition_name", ""), ticket["dataset_name"]]
    return searchable(*names, *(word for answer in answers for word in answer))


def looks_kept(looks: Brand | Report | None) -> dict:
    """What a report keeps of the looks of a group, or of the report that it repeats."""
    if looks is None:
        return {}
    return {"brand": looks.brand if isinstance(looks, Report) else looks.as_json(), "logo": looks.logo}


def make_again(report: Report, owner: AbstractBaseUser, *, client_token: UUID | None = None) -> Report:
    """The same document once more, for somebody who wants to know whether its bytes are the same.

    A repetition of a repetition is one of the original.  Raises Problem when the data is gone or the password can no
    longer be read.
    """
    original = report.again_of or report
    _refuse_lost_data(report)
    return request_report(
        owner,
        report.kind,
        report.snapshot,
        report.options,
        title=report.title,
        language=report.language,
        time_zone=report.time_zone,
        password=unseal(report.password),
        client_token=client_token,
        again_of=original,
        version=report.version,
    )


def _refuse_lost_data(report: Report) -> None:
    if not report.has_data:
        raise Problem("data_expired" if report.snapshot else "dataset_gone")


def request_export(report: Report, owner: AbstractBaseUser, format_: str) -> Export:
    """The data of a report as a file: the one that is there or being written, else a new one.

    Raises Problem `dataset_gone` or `data_expired`.
    """
    _refuse_lost_data(report)
    with transaction.atomic():
        export, _created = Export.objects.get_or_create(report=report, format=format_, defaults={"owner": owner})
        export.ask_again("export")
        transaction.on_commit(dispatch)
    return export


def request_description(snapshot: Snapshot) -> Description:
    """What is in a snapshot: the description that is being made, else a new one.  A page asks for another one when the
    file of one that was ready is gone."""
    with transaction.atomic():
        Description.objects.filter(snapshot=snapshot, state=State.READY).delete()
        description, _created = Description.objects.get_or_create(
            snapshot=snapshot, defaults={"owner_id": snapshot.owner_id}
        )
        description.ask_again("describe")
        transaction.on_commit(dispatch)
    return description


def usual_seconds(kind: str) -> float | None:
    """The median time from request to PDF of the last reports of a kind; None when there is none yet."""
    times = (
        Report.objects.listed()
        .filter(kind=kind, state__in=(State.READY, State.EXPIRED), burst=None)
        .order_by("-finished_at")
        .values_list("requested_at", "finished_at")[:PAST_REPORTS]
    )
    seconds = [(finished - requested).total_seconds() for requested, finished in times]
    return median(seconds) if seconds else None
