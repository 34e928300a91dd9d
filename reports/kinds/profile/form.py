"""The options of a profile."""

from django.utils.translation import gettext_lazy as _

from reports.kinds.content_fields import LooksField
from reports.kinds.fields import ColumnsField
from reports.kinds.forms import KindForm


class ProfileForm(KindForm):
    columns = ColumnsField(label=_("Columns"), help_text=_("Each of them is described, in this order."))
    looks = LooksField(
        label=_("Columns in print"),
        has_rules=False,
        help_text=_("What a column is called, and how its numbers are written."),
    )

    field_order = ["title", "columns", "filters"]

    @staticmethod
    def defaults(columns) -> dict:
        return {"columns": [column.name for column in columns]}
