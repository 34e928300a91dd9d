"""The forms of definitions: what one is called, who may use it, and how its PDF is made."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.kinds.forms import KindForm
from reports.models import Definition, DefinitionVersion
from reports.web.forms.language import LanguageForm

MOST_DESCRIPTION = 2_000


class AboutForm(forms.Form):
    """What a definition is called, and where it stands in the catalogue.

    began: the number of the version that is edited; empty for a new definition.
    """

    name = forms.CharField(label=_("Name"), max_length=Definition._meta.get_field("name").max_length)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=MOST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the report shows, and for whom."),
    )
    folder = forms.CharField(
        label=_("Folder"),
        required=False,
        max_length=Definition._meta.get_field("folder").max_length,
        widget=forms.TextInput(attrs={"list": "folders", "autocomplete": "off"}),
        help_text=_("Such as Sales / Monthly. Left empty, it stands at the top."),
    )
    note = forms.CharField(
        label=_("What has changed"),
        required=False,
        max_length=DefinitionVersion._meta.get_field("note").max_length,
        help_text=_("A few words for the list of versions."),
    )
    began = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, is_new: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["note"]

    def clean_folder(self) -> str:
        """`Sales/Monthly` and ` Sales /  Monthly` are one folder."""
        parts = (" ".join(part.split()) for part in self.cleaned_data["folder"].split("/"))
        return " / ".join(part for part in parts if part)

    def refuse_name(self) -> None:
        line = _("There is a definition called “%(name)s” already. Choose another name.")
        self.add_error("name", line % {"name": self.cleaned_data["name"]})


class PrintForm(LanguageForm):
    """How the PDF of a definition is made this time.  standard: what it is to claim (`reports.kinds.forms`)."""

    password = KindForm.base_fields["password"]

    def __init__(self, *args, standard: str, **kwargs):
        super().__init__(*args, **kwargs)
        if standard == "a-3u":  # the standard forbids it
            del self.fields["password"]

    clean_password = KindForm.clean_password
