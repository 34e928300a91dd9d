"""The form of a group's looks."""

from decimal import Decimal

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports import colours
from reports.kinds import faces
from reports.kinds.formats import Formats
from reports.models import Brand
from reports.pipeline.logo import MOST_BYTES
from reports.web.forms.file_drop import FileDrop

SUFFIXES = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif")


class ColourField(forms.CharField):
    """A colour with enough contrast on paper; an error says how much it has, and which shade would do."""

    widget = forms.TextInput(attrs={"type": "color"})

    def __init__(self, *, least: float, **kwargs):
        self.least = least
        super().__init__(**kwargs)

    def clean(self, value) -> str:
        colour = super().clean(value).lower()
        if not colours.is_colour(colour):
            raise forms.ValidationError(
                _("“%(value)s” is not a colour. Write it like #24409a."), params={"value": value}
            )
        if colours.contrast(colour) < self.least:
            raise forms.ValidationError(
                _("%(found)s It needs %(least)s to 1. The shade %(shade)s would do."),
                params={
                    "found": contrast_in_words(colour),
                    "least": number_format(Decimal(f"{self.least:g}")),
                    "shade": colours.darkened(colour, self.least),
                },
            )
        return colour


def contrast_in_words(colour: str) -> str:
    ratio = int(colours.contrast(colour) * 10) / 10  # rounded down: 4.49 is not 4.5
    return gettext("%(colour)s on white paper has a contrast of %(ratio)s to 1.") % {
        "colour": colour,
        "ratio": number_format(ratio, decimal_pos=1),
    }


class BrandForm(forms.ModelForm):
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("Stands at the top of the first page, at most 70 by 16 mm. Its description is the group's name."),
        widget=FileDrop(accepted=_("SVG, PNG, JPEG, WebP or GIF"), suffixes=SUFFIXES, limit=MOST_BYTES),
        error_messages={
            "invalid": _("The file did not arrive. Choose it again."),
            "empty": _("The file is empty. Choose a picture."),
        },
    )
    remove_logo = forms.BooleanField(label=_("Use no logo"), required=False)
    accent = ColourField(label=_("Accent colour"), least=colours.OF_TEXT)
    second = ColourField(label=_("Second colour"), least=colours.OF_SHAPES)
    face = forms.ChoiceField(label=_("Text face"), required=False)
    field_order = ["logo_file", "remove_logo", "accent", "second", "face", "header", "footer"]

    class Meta:
        model = Brand
        fields = ("accent", "second", "face", "header", "footer")
        labels = {"header": _("Header"), "footer": _("Footer")}
        help_texts = {
            "header": _("At the top right of every page, in place of the dataset's name."),
            "footer": _("At the foot of every page, between the date and the page's number."),
        }

    def __init__(self, data=None, files=None, *, instance: Brand):
        super().__init__(data, files, instance=instance)
        if not instance.logo_id and not instance.newest_id:
            del self.fields["remove_logo"]
        self.fields["face"].choices = list(_faces(instance.face))
        uses = {"accent": _("Titles, rules and the first bar of a chart."), "second": _("The other bars of a chart.")}
        for name, use in uses.items():
            colour = str(self.data.get(name) or getattr(instance, name)).lower()
            ratio = contrast_in_words(colour) if colours.is_colour(colour) else ""
            self.fields[name].help_text = f"{use} {ratio}".strip()

    def clean_header(self) -> str:
        return _printable(self.cleaned_data["header"])

    def clean_footer(self) -> str:
        return _printable(self.cleaned_data["footer"])


def _printable(text: str) -> str:
    return Formats("en", "UTC").text(text)


def _faces(chosen: str):
    yield "", gettext("The usual one (%(face)s)") % {"face": faces.USUAL}
    known = [name for name in faces.installed() if name != faces.USUAL]
    yield from ((name, name) for name in known)
    if chosen and chosen not in known:
        yield chosen, gettext("%(face)s (not installed any more)") % {"face": chosen}
