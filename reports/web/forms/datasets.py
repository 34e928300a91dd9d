"""The forms of datasets: bring a file, correct types, choose a sheet."""

import uuid
from collections.abc import Iterable
from pathlib import PurePosixPath

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.kinds.values import TYPE_NAMES
from reports.models import Dataset, Snapshot
from reports.web.forms.file_drop import FileDrop

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson", ".parquet")


class FileForm(forms.Form):
    """A file.  The token makes that sending the form twice brings the file once."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("The first row holds the names of the columns. The sheet of a workbook can be chosen afterwards."),
        widget=FileDrop(accepted=_("CSV, TSV, XLSX, JSON, JSON Lines or Parquet"), suffixes=SUFFIXES),
        error_messages={
            "required": _("Choose a file."),
            "invalid": _("The file did not arrive. Choose it again."),
            "missing": _("Choose a file."),
            "empty": _("The file is empty. Choose one with column names and rows."),
        },
    )
    client_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class DatasetForm(FileForm):
    """A file and the name of the dataset that it begins."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Dataset._meta.get_field("name").max_length,
        required=False,
        help_text=_("Left empty, it is the name of the file."),
    )
    field_order = ["file", "name"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if "file" in cleaned and cleaned.get("name") == "":
            stem = PurePosixPath(cleaned["file"].name).stem.strip()
            cleaned["name"] = stem[: self.fields["name"].max_length] or gettext("Untitled")
        return cleaned

    def refuse_name(self) -> None:
        self.add_error(
            "name",
            _("You have a dataset called “%(name)s”. Choose another name, or open it and bring a new version.")
            % {"name": self.cleaned_data["name"]},
        )


class TypesForm(forms.Form):
    """The types of some columns of a snapshot.

    The fields are named by position (`type_0`), since the name of a column may hold anything.
    """

    client_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data=None, *, snapshot: Snapshot, positions: Iterable[int]):
        super().__init__(data)
        self.columns = {f"type_{position}": snapshot.typed_columns[position] for position in positions}
        for name, column in self.columns.items():
            self.fields[name] = forms.ChoiceField(
                label=column.name,
                choices=TYPE_NAMES.items(),
                initial=column.type,
                widget=forms.Select(attrs={"class": "input"}),
            )

    def changes(self) -> dict[str, str]:
        """Column -> type, of those columns that should have another one."""
        chosen = {column: self.cleaned_data[name] for name, column in self.columns.items()}
        return {column.name: type_ for column, type_ in chosen.items() if type_ != column.type}


class SheetForm(forms.Form):
    """The sheet of a workbook that a snapshot should be read from."""

    sheet = forms.ChoiceField(label=_("Sheet"))
    client_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data=None, *, snapshot: Snapshot):
        super().__init__(data, initial={"sheet": snapshot.sheet})
        self.fields["sheet"].choices = [(sheet, sheet) for sheet in snapshot.sheets]
