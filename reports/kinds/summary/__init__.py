"""What the data says: key figures, charts and rankings."""

from django.utils.translation import gettext_lazy as _

from reports.kinds import Kind
from reports.kinds.summary.form import SummaryForm
from reports.kinds.summary.gather import data_query, gather
from reports.kinds.summary.render import render

SUMMARY = Kind(
    code="summary",
    name=_("Summary"),
    description=_("Key figures, charts over time and by category, and rankings."),
    prints_every_row=False,
    form=SummaryForm,
    gather=gather,
    render=render,
    data_query=data_query,
)
