"""What the steps are told of a report: plain data instead of a row."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser

from reports.kinds import Spec
from reports.models import Report


def spec_of(report: Report) -> Spec:
    original = report.again_of or report
    return Spec(
        report_id=str(original.pk),
        kind=report.kind,
        title=report.title,
        language=report.language,
        time_zone=settings.TIME_ZONE,
        requested_at=original.requested_at.isoformat(),
        requested_by=_name_of(original.owner),
        dataset=report.dataset_name,
        columns=report.snapshot.typed_columns if report.snapshot else (),
        options=report.options,
        sample=report.sample,
    )


def _name_of(person: AbstractBaseUser) -> str:
    return person.get_full_name() or person.get_username()
