"""One PDF for each value of a column, as a schedule's form asks for it: of which column, and who gets which."""

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from reports.kinds.filters import listed
from reports.models import Dataset, DefinitionVersion, Schedule
from reports.pipeline.split import TYPES
from reports.web.forms.profile import Suggestions

NAMES = ("burst_column", "mapping", "mapping_value", "mapping_address")


class BurstForm(forms.Form):
    """`values` of a valid one has the fields of a schedule."""

    burst_column = forms.ChoiceField(
        label=_("One PDF for each value of"),
        required=False,
        help_text=_("Capital and small letters are the same. Rows without a value have a PDF of their own."),
    )
    mapping = forms.ModelChoiceField(
        Dataset.objects.none(),
        label=_("Recipients from"),
        required=False,
        empty_label=_("Nowhere: nobody is sent their own"),
        help_text=_("A dataset with a value and an email address in each row, or several with commas."),
    )
    mapping_value = forms.CharField(label=_("Its column of values"), required=False, max_length=255)
    mapping_address = forms.CharField(label=_("Its column of addresses"), required=False, max_length=255)

    def __init__(self, *args, version: DefinitionVersion, owner: AbstractBaseUser, **kwargs):
        super().__init__(*args, **kwargs)
        columns = [column.name for column in version.dataset.current.typed_columns if column.type in TYPES]
        self.fields["burst_column"].choices = [
            ("", _("Nothing: one PDF of all rows")),
            *((name, name) for name in columns),
        ]
        readable = Dataset.objects.visible_to(owner).exclude(current=None).select_related("current")
        self.fields["mapping"].queryset = readable
        for name in ("mapping_value", "mapping_address"):
            self.fields[name].widget = Suggestions(self._columns)

    def _columns(self) -> list[str]:
        """Those of the dataset that is chosen."""
        try:
            dataset = self.fields["mapping"].clean(self["mapping"].value())
        except forms.ValidationError:
            return []
        return [column["name"] for column in dataset.current.columns] if dataset else []

    @property
    def is_wanted(self) -> bool:
        return bool(self["burst_column"].value())

    def clean(self) -> dict:
        cleaned = super().clean()
        dataset = cleaned.get("mapping")
        if dataset and not cleaned.get("burst_column") and "burst_column" not in self.errors:
            self.add_error("burst_column", _("Choose the column whose values the recipients are for."))
        known = [column["name"] for column in dataset.current.columns] if dataset else []
        for name in ("mapping_value", "mapping_address"):
            if dataset and cleaned.get(name) not in known:
                sentence = _("“%(dataset)s” has no column “%(column)s”. There is: %(known)s.")
                words = {"dataset": dataset.name, "column": cleaned.get(name, ""), "known": listed(known)}
                self.add_error(name, sentence % words)
        return cleaned

    @property
    def values(self) -> dict:
        found = {name: self.cleaned_data[name] for name in NAMES}
        return found if found["mapping"] else {**found, "mapping_value": "", "mapping_address": ""}


def burst_of(schedule: Schedule | None) -> dict:
    """What stands in the fields of BurstForm for a schedule."""
    return {name: getattr(schedule, name) for name in NAMES} if schedule else {}
