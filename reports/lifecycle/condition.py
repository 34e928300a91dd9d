"""Whether the owner of a report that was scheduled is told of it: by a key figure, and that of the last one."""

from decimal import Decimal

from reports.models import Report, Slot
from reports.models.schedule import Condition, SlotState
from reports.problems import Problem


def figure_of(report: Report, column: str) -> Decimal | None:
    """The number of rows, for "", or the sum of a column that the report prints; None where it prints none."""
    if not column:
        return Decimal(report.rows or 0)
    sums = {found["name"]: found["sum"] for found in (report.receipt or {}).get("columns", [])}
    return Decimal(sums[column]) if column in sums else None


def reason_to_hold(slot: Slot) -> Problem | None:
    """Why the report of a slot is held back; None when it is not.  Raises Problem when there is no such figure."""
    schedule = slot.schedule
    value, threshold = figure_of(slot.report, schedule.figure), schedule.threshold
    if value is None:
        raise Problem("slot_no_figure", figure=schedule.figure)
    told = {
        "figure": schedule.figure,
        "value": str(value),
        "threshold": format((threshold or Decimal()).normalize(), "f"),
    }
    match schedule.condition:
        case Condition.ROWS if not slot.report.rows:
            return Problem("slot_no_rows")
        case Condition.ABOVE if value <= threshold:
            return Problem("slot_not_above", **told)
        case Condition.BELOW if value >= threshold:
            return Problem("slot_not_below", **told)
        case Condition.CHANGED:
            before = _figure_before(slot)
            if before is not None and abs(value - before) * 100 <= abs(before) * threshold:
                return Problem("slot_not_changed", **told, before=str(before))
    return None


def _figure_before(slot: Slot) -> Decimal | None:
    """Of the newest slot before it; None when there is none: then it has nothing to be compared with."""
    judged = Slot.objects.filter(
        schedule=slot.schedule_id, moment__lt=slot.moment, state__in=[SlotState.MADE, SlotState.HELD]
    )
    newest = judged.exclude(figure="").order_by("-moment").first()
    return newest.number if newest else None
