"""Ask for a report, or for a preview of one."""

import logging
from statistics import median
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from portal import logs
from reports.lifecycle.dispatch import dispatch
from reports.models import Brand, Group, Report, Snapshot, State
from reports.models.brand import brand_of
from reports.problems import Problem
from reports.sealed import seal, unseal

PAST_REPORTS = 20

logger = logging.getLogger(__name__)


def request_report(
    owner: AbstractBaseUser,
    kind: str,
    snapshot: Snapshot,
    options: dict,
    *,
    title: str,
    language: str,
    password: str = "",
    client_token: UUID | None = None,
    is_preview: bool = False,
    again_of: Report | None = None,
    group: Group | None = None,
    brand: Brand | None = None,
) -> Report:
    """Keep the request; it is published once the transaction is committed.

    Members of `group` may read it, and it looks like the group's others: as `brand` says, or else as the group's does.
    `options` are a valid form's, `password` opens the PDF.  Asking twice with the same token gives the same report.
    A person has one preview at a time: a new one cancels the others.
    """
    if is_preview:
        for preview in Report.objects.previews().unfinished().filter(owner=owner):
            preview.cancel()
    looks = again_of or brand or brand_of(group)
    try:
        with transaction.atomic():
            report = Report.objects.create(
                owner=owner,
                group=group,
                **looks_kept(looks),
                kind=kind,
                snapshot=snapshot,
                dataset_name=snapshot.dataset.name,
                options=options,
                title=title,
                language=language,
                password=seal(password),
                again_of=again_of,
                client_token=client_token,
                is_preview=is_preview,
                expected_seconds=usual_seconds(kind),
            )
            with logs.about(**report.in_logs):
                logger.info("Asked for")
            transaction.on_commit(dispatch)
    except IntegrityError:
        if client_token is None:
            raise
        return Report.objects.get(owner=owner, client_token=client_token)
    return report


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
    if report.snapshot is None:
        raise Problem("dataset_gone")
    return request_report(
        owner,
        report.kind,
        report.snapshot,
        report.options,
        title=report.title,
        language=report.language,
        password=unseal(report.password),
        client_token=client_token,
        again_of=original,
    )


def usual_seconds(kind: str) -> float | None:
    """The median time from request to PDF of the last reports of a kind; None when there is none yet."""
    times = (
        Report.objects.listed()
        .filter(kind=kind, state=State.READY)
        .order_by("-finished_at")
        .values_list("requested_at", "finished_at")[:PAST_REPORTS]
    )
    seconds = [(finished - requested).total_seconds() for requested, finished in times]
    return median(seconds) if seconds else None
