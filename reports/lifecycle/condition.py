"""Whether the owner of a report that was scheduled is told of it: by a key figure, and that of the last one."""

from decimal import Decimal

from reports.models import Report, Schedule, Slot
from reports.models.schedule import Condition, SlotState
from reports.problems import Problem


def figure_of(report: Report, column: str) -> Decimal | None:
    """The number of rows, for "", or the sum of a column that the report prints; None where it prints none."""
    if not column:
        return Decimal(report.rows or 0)
    sums = {found["name"]: found["sum"] for found in (report.receipt or {}).get("columns", [])}
    return Decimal(sums[column]) if column in sums else None


def reason_to_hold(schedule: Schedule, report: Report, before: Decimal | None) -> Problem | None:
    """Why a report is held back; None when it is not.  `before` is the figure of the last one, with which the first
    has nothing to compare.  Raises Problem when there is no such figure."""
    value, threshold = figure_of(report, schedule.figure), schedule.threshold
    if value is None:
        raise Problem("slot_no_figure", figure=schedule.figure)
    told = {
        "figure": schedule.figure,
        "value": str(value),
        "threshold": format((threshold or Decimal()).normalize(), "f"),
    }
    match schedule.condition:
        case Condition.ROWS if not report.rows:
            return Problem("slot_no_rows")
        case Condition.ABOVE if value <= threshold:
            return Problem("slot_not_above", **told)
        case Condition.BELOW if value >= threshold:
            return Problem("slot_not_below", **told)
        case Condition.CHANGED if before is not None and abs(value - before) * 100 <= abs(before) * threshold:
            return Problem("slot_not_changed", **told, before=str(before))
    return None


def figure_before(slot: Slot) -> Decimal | None:
    """Of the newest slot before it; None when there is none."""
    judged = Slot.objects.filter(
        schedule=slot.schedule_id, moment__lt=slot.moment, state__in=[SlotState.MADE, SlotState.HELD]
    )
    newest = judged.exclude(figure="").order_by("-moment").first()
    return newest.number if newest else None
