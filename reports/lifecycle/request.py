"""Ask for a report, or for a preview of one."""

from statistics import median
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from reports.lifecycle.dispatch import dispatch
from reports.models import Report, Snapshot, State

PAST_REPORTS = 20


def request_report(
    owner: AbstractBaseUser,
    kind: str,
    snapshot: Snapshot,
    options: dict,
    *,
    title: str,
    language: str,
    client_token: UUID | None = None,
    is_preview: bool = False,
) -> Report:
    """Keep the request; it is published once the transaction is committed.

    `options` are a valid form's.  Asking twice with the same token gives the same report.  A person has one
    preview at a time: a new one cancels the others.
    """
    if is_preview:
        for preview in Report.objects.previews().unfinished().filter(owner=owner):
            preview.cancel()
    try:
        with transaction.atomic():
            report = Report.objects.create(
                owner=owner,
                kind=kind,
                snapshot=snapshot,
                dataset_name=snapshot.dataset.name,
                options=options,
                title=title,
                language=language,
                client_token=client_token,
                is_preview=is_preview,
                expected_seconds=usual_seconds(kind),
            )
            transaction.on_commit(dispatch)
    except IntegrityError:
        if client_token is None:
            raise
        return Report.objects.get(owner=owner, client_token=client_token)
    return report


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
