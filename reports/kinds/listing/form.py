"""The options of a listing."""

from django.utils.translation import gettext_lazy as _

from reports.columns import NUMERIC
from reports.kinds.fields import ColumnField, ColumnsField, OptionField, SortField, YesNoField, names_in
from reports.kinds.forms import KindForm

SORTS = ("sort_1", "sort_2", "sort_3")


class ListingForm(KindForm):
    columns = ColumnsField(label=_("Columns"), help_text=_("They are printed in this order."))
    sort_1 = SortField(label=_("Sort by"), none=_("As in the data"))
    sort_2 = SortField(label=_("Then by"), none=_("Nothing more"))
    sort_3 = SortField(label=_("Then by"), none=_("Nothing more"))
    group = ColumnField(
        label=_("Group by"),
        none=_("No groups"),
        help_text=_("Rows that share a value stand together under a heading, with subtotals."),
    )
    totals = ColumnsField(label=_("Add up"), types=NUMERIC, required=False)
    carry = YesNoField(
        label=_("Carry totals over each page"),
        required=False,
        help_text=_("Each page ends with the totals so far, and the next one begins with them."),
    )
    orientation = OptionField(
        label=_("Page"),
        choices=[("auto", _("Whatever fits")), ("portrait", _("Portrait")), ("landscape", _("Landscape"))],
    )

    field_order = ["title", "columns", "filters", *SORTS, "group", "totals", "carry", "orientation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.fields["totals"].choices:
            del self.fields["carry"]

    @staticmethod
    def defaults(columns) -> dict:
        return {
            "columns": [column.name for column in columns],
            "group": "",
            "totals": [],
            "carry": False,
            "orientation": "auto",
        }

    @classmethod
    def option_names(cls) -> list[str]:
        return [*(name for name in super().option_names() if name not in SORTS), "sort"]

    def options(self) -> dict:
        options = super().options()
        chosen = [options.pop(name) for name in SORTS]
        return {**options, "sort": [name for name in dict.fromkeys(chosen) if name]}

    def _option_of(self, field: str) -> str:
        return "sort" if field in SORTS else field

    def _complete(self, options) -> dict:
        """`sort`, a list or a text, is spread over the three fields."""
        data = super()._complete(options)
        sort = data.pop("sort", [])
        if isinstance(sort, str):
            sort = names_in(sort, [name for name, _label in self.fields["sort_1"].choices])
        return {**data, **dict(zip(SORTS, sort, strict=False)), "sort": sort}

    def clean(self) -> dict:
        cleaned = super().clean()
        sort = self.data.get("sort")
        if isinstance(sort, list) and len(sort) > len(SORTS):
            self.add_error("sort_3", _("Sort by at most three columns."))
        for name in set(cleaned.get("totals", [])) - set(cleaned.get("columns", [])):
            self.add_error("totals", _("“%(name)s” is not among the columns. Add it to them.") % {"name": name})
        return cleaned
