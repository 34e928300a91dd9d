"""Every row, in a table."""

from django.utils.translation import gettext_lazy as _

from reports.kinds import Kind
from reports.kinds.listing.form import ListingForm
from reports.kinds.listing.gather import data_query, gather
from reports.kinds.listing.render import render
from reports.kinds.listing.tally import tallies

LISTING = Kind(
    code="listing",
    name=_("Listing"),
    description=_("Every row in a table, sorted, grouped and added up as you choose."),
    prints_every_row=True,
    form=ListingForm,
    gather=gather,
    render=render,
    data_query=data_query,
    tallies=tallies,
)
