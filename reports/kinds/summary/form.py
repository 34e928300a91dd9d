"""The options of a summary, guessed from the names and types of the columns."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.columns import BOOLEAN, DECIMAL, NUMERIC, TEMPORAL, TEXT, Column
from reports.kinds.content_fields import LooksField, OrderField
from reports.kinds.fields import ColumnField, ColumnsField, OptionField
from reports.kinds.forms import KindForm

MOST_CHARTS = 3
PARTS = {
    "figures": _("Key figures"),
    "series": _("Over time"),
    "breakdowns": _("Charts"),
    "rankings": _("Rankings"),
}
INTERVALS = {
    "auto": _("Whatever fits"),
    "day": _("Days"),
    "week": _("Weeks"),
    "month": _("Months"),
    "quarter": _("Quarters"),
    "year": _("Years"),
}
# Names of columns that identify a row instead of saying something about it.
_IDENTIFIER = re.compile(
    r"(^|[\W_])(id|ids|code|código|codigo|number|número|numero|no|nº|zip|postcode|cep|phone|telefone|year|ano)($|[\W_])|^#$",
    re.IGNORECASE,
)
# Numbers that say nothing when they are added up.
_RATE = re.compile(r"price|preço|preco|rate|taxa|percent|%|average|média|media|\bage\b|idade|score|nota", re.IGNORECASE)
_FREE_TEXT = re.compile(
    r"note|comment|description|address|e-?mail|observa|descri|endere|coment|url|link", re.IGNORECASE
)


class SummaryForm(KindForm):
    measures = ColumnsField(
        label=_("Key figures"),
        types=NUMERIC,
        required=False,
        help_text=_("For each of them the sum, the average, the smallest and the largest value are shown."),
    )
    measure = ColumnField(
        label=_("What to add up"),
        types=NUMERIC,
        none=_("Number of rows"),
        help_text=_("The series, the charts and the rankings show it."),
    )
    date = ColumnField(label=_("Over time, by"), types=TEMPORAL, none=_("Not over time"))
    interval = OptionField(label=_("Interval"), choices=list(INTERVALS.items()))
    breakdowns = ColumnsField(
        label=_("Charts by"),
        types=(TEXT, BOOLEAN),
        required=False,
        most=MOST_CHARTS,
        help_text=_("A chart and a table for each of these columns, at most three."),
    )
    rankings = ColumnsField(
        label=_("Rankings of"),
        types=(TEXT,),
        required=False,
        most=MOST_CHARTS,
        help_text=_("The values with the most, at most three columns."),
    )
    top = forms.IntegerField(label=_("Lines in a ranking"), min_value=1, max_value=100)

    looks = LooksField(
        label=_("Columns in print"),
        has_rules=False,
        help_text=_("What a column is called, and how its numbers are written."),
    )
    parts = OrderField(
        label=_("Order"), required=False, choices=list(PARTS.items()), help_text=_("They are printed in this order.")
    )

    field_order = ["title", "measure", "measures", "date", "interval", "breakdowns", "rankings", "top", "filters"]

    @staticmethod
    def defaults(columns) -> dict:
        numbers = [c for c in columns if c.type in NUMERIC and not _IDENTIFIER.search(c.name)]
        sums = [c for c in numbers if not _RATE.search(c.name)] or numbers
        # An amount has decimals: where there are such columns, they are what people add up.
        measures = [c.name for c in sums if c.type == DECIMAL] or [c.name for c in sums]
        texts = [c.name for c in columns if _is_a_category(c)]
        dates = [c.name for c in columns if c.type in TEMPORAL]
        return {
            "measures": [c.name for c in sums][-2:],
            "measure": measures[-1] if measures else "",
            "date": dates[0] if dates else "",
            "interval": "auto",
            "breakdowns": texts[:2],
            "rankings": texts[2:3] or texts[-1:],
            "top": 10,
            "parts": list(PARTS),
        }


def _is_a_category(column: Column) -> bool:
    return column.type == TEXT and not _IDENTIFIER.search(column.name) and not _FREE_TEXT.search(column.name)
