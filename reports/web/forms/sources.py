"""The forms of datasets that are read from a source, one for each code (`reports.models.dataset`).

A form of a source adds its fields, and says what they mean: `settings()`, `secret()` and `chosen_connection()` of a
valid one are kept, and what `looking()` finds is shown before.
"""

import uuid
from collections.abc import Callable
from pathlib import Path

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from reports import storage
from reports.columns import Column
from reports.lifecycle.refresh import Content
from reports.models import Connection, Dataset, Source
from reports.models.source import Refresh
from reports.sources import look
from reports.web.excerpt import rows_in

# What is shown before anything is saved, and how long a page may wait for it.
FIRST_ROWS = 100
FIRST_SECONDS = 10
ROWS = "data.parquet"


class SourceForm(forms.Form):
    """What all of them have: a name, unless the dataset has one already, and when the data is read anew."""

    code: str

    name = forms.CharField(label=_("Name"), max_length=Dataset._meta.get_field("name").max_length)
    refresh = forms.ChoiceField(label=_("Read it anew"), choices=Refresh.choices)
    most_minutes = forms.IntegerField(label=_("… so many minutes"), min_value=1, max_value=525_600)
    client_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    own: tuple[str, ...] = ()

    def __init__(self, data=None, *, person: AbstractBaseUser, source: Source | None = None):
        self.person, self.source = person, source
        super().__init__(data, initial=self.initial_of(source) if source else {"most_minutes": 60})
        self.fields["most_minutes"].required = False
        if source:
            del self.fields["name"]
        self.order_fields(["name", *self.own, "refresh", "most_minutes"])

    def initial_of(self, source: Source) -> dict:
        return {"refresh": source.refresh, "most_minutes": source.most_minutes, **source.settings}

    def settings(self) -> dict:
        """What the module of the source reads: JSON."""
        raise NotImplementedError

    def secret(self) -> str | None:
        """None keeps the one that is there."""
        return None

    def chosen_connection(self) -> Connection | None:
        return None

    def looking(self, folder: Path) -> Callable[[], list[dict]]:
        """What is run to look at the source, elsewhere: it writes ROWS into a folder, and returns its columns.

        Raises Problem.
        """
        raise NotImplementedError

    def first_rows(self) -> tuple[list[Column], list[list[str]]]:
        """The columns, and first rows as the page of a dataset shows them.  Raises as `looking` does."""
        with storage.scratch() as folder:
            columns = [Column(**column) for column in look.run(self.looking(folder), FIRST_SECONDS)]
            return columns, rows_in(folder / ROWS, columns)

    def content(self) -> Content:
        chosen = {"refresh": self.cleaned_data["refresh"]}
        if self.cleaned_data.get("most_minutes"):
            chosen["most_minutes"] = self.cleaned_data["most_minutes"]
        return Content(self.code, self.settings(), self.secret(), self.chosen_connection(), **chosen)

    def refuse_name(self) -> None:
        self.add_error(
            "name",
            _("You have a dataset called “%(name)s”. Choose another name.") % {"name": self.cleaned_data["name"]},
        )
