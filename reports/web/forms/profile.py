"""How somebody wants to be served."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reports.models import Profile
from reports.models.person import time_zones


class Suggestions(forms.TextInput):
    """A text field that suggests some values while one types."""

    template_name = "forms/suggestions.html"

    def __init__(self, suggestions, **kwargs):
        super().__init__(**kwargs)
        self.suggestions = suggestions

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, {**attrs, "list": f"{name}_suggestions"})
        return context | {"suggestions": self.suggestions()}


def cities() -> list[str]:
    return sorted(zone for zone in time_zones() if "/" in zone and not zone.startswith("Etc/"))


def time_zone_named(typed: str) -> str:
    """Also by a city alone, however it is written, when there is one of that name.  Raises ValidationError."""
    wanted = typed.casefold().replace(" ", "_")
    found = [zone for zone in time_zones() if wanted == zone.casefold()]
    found = found or [zone for zone in time_zones() if wanted == zone.casefold().rpartition("/")[2]]
    if len(found) != 1:
        raise forms.ValidationError(
            _("There is no time zone “%(zone)s”. Choose one from the list, such as America/Sao_Paulo."),
            params={"zone": typed},
        )
    return found[0]


class ProfileForm(forms.ModelForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        help_text=_("As it is printed on your reports. Left empty, it is your user name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser asks")), *settings.LANGUAGES],
        help_text=_("Of the pages, of messages to you, and of the reports that you ask for."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        required=False,
        widget=Suggestions(cities),
        help_text=_("Type a city, such as Sao_Paulo or Lisbon. Left empty, it is the time zone of the portal."),
    )

    class Meta:
        model = Profile
        fields = ["language", "time_zone", "paper", "theme", "wants_notices"]
        labels = {"paper": _("Paper"), "theme": _("Theme"), "wants_notices": _("An email when a long report has ended")}
        help_texts = {
            "paper": _("What new reports are laid out for; each of them may have another."),
            "wants_notices": _("When it took longer than a minute, and you have not seen it meanwhile."),
        }

    field_order = ["name", "language", "time_zone", "paper", "theme", "wants_notices"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["name"] = self.instance.person.get_full_name()

    def clean_time_zone(self) -> str:
        typed = self.cleaned_data["time_zone"]
        return time_zone_named(typed) if typed else ""

    def save(self, commit: bool = True) -> Profile:
        person = self.instance.person
        if self.cleaned_data["name"] != person.get_full_name():
            person.first_name, person.last_name = self.cleaned_data["name"], ""
            person.save(update_fields=["first_name", "last_name"])
        return super().save(commit)
