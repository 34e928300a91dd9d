"""What the steps are told of a report: plain data instead of a row."""

from reports import storage
from reports.kinds import Spec
from reports.kinds.brand import NO_BRAND, Brand
from reports.models import Report
from reports.models.person import name_of


def spec_of(report: Report) -> Spec:
    original = report.again_of or report
    return Spec(
        report_id=str(original.pk),
        kind=report.kind,
        title=report.title,
        language=report.language,
        time_zone=report.time_zone,
        requested_at=original.requested_at.isoformat(),
        requested_by=name_of(original.owner),
        dataset=report.dataset_name,
        columns=report.snapshot.typed_columns if report.snapshot else (),
        options=report.options,
        sample=report.sample,
        data_of=report.snapshot.requested_at.isoformat() if report.snapshot else "",
        brand=_brand_of(report),
    )


def _brand_of(report: Report) -> Brand:
    if not report.brand:
        return NO_BRAND
    logo = str(storage.path_of(report.logo.folder)) if report.logo else ""
    return Brand(**report.brand, logo=logo)
