"""What is in the data: what each column holds, how it is spread, and what does not fit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.kinds import Kind
from reports.kinds.profile.form import ProfileForm
from reports.kinds.profile.gather import data_query, gather
from reports.kinds.profile.render import render

PROFILE = Kind(
    code="profile",
    name=pgettext_lazy("kind of report", "Profile"),
    description=_("What is in the data: every column, what is missing, and what does not fit."),
    prints_every_row=False,
    form=ProfileForm,
    gather=gather,
    render=render,
    data_query=data_query,
)
