"""The form that takes a PDF to be verified."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.web.forms.file_drop import FileDrop


class VerifyForm(forms.Form):
    """A PDF.  It is looked at and not kept."""

    file = forms.FileField(
        label=_("PDF"),
        help_text=_("The file is compared with what this portal made. It is not kept."),
        widget=FileDrop(accepted=_("A PDF"), suffixes=(".pdf",)),
        error_messages={
            "required": _("Choose a file."),
            "invalid": _("The file did not arrive. Choose it again."),
            "missing": _("Choose a file."),
            "empty": _("The file is empty. Choose a PDF."),
        },
    )
