"""The form of a connection to a database."""

from django import forms
from django.utils.translation import gettext_lazy as _
from sqlalchemy import URL, make_url

from reports.models import Connection, Group
from reports.pipeline.given import where_files_are
from reports.problems import Problem
from reports.sealed import seal
from reports.sources.servers import url_of


class ConnectionForm(forms.ModelForm):
    """The password is written and never shown: left empty it stays, unless it would go to another server."""

    password = forms.CharField(
        label=_("Password"), required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    class Meta:
        model = Connection
        fields = ("name", "address", "password", "groups")
        labels = {"name": _("Name"), "address": _("Address"), "groups": _("Whose authors may query it")}
        help_texts = {
            "address": _(
                "postgresql://user@host:5432/name, mysql://user@host/name, mariadb://user@host/name, or "
                "sqlite:////folder/file.db. Choose an account of the database that may only read."
            ),
        }
        widgets = {"groups": forms.CheckboxSelectMultiple}
        error_messages = {"name": {"unique": _("There is a connection of this name. Choose another name.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = (self.instance.address, self.instance.password)
        self.fields["groups"].queryset = Group.objects.all()
        self.initial.pop("password", None)
        if self.instance.password:
            self.fields["password"].help_text = _("Left empty, it stays what it is.")

    def clean_address(self) -> str:
        """Without a password in it, which is sealed instead."""
        try:
            url_of(self.cleaned_data["address"], **where_files_are())
        except Problem as problem:
            raise forms.ValidationError(str(problem)) from None
        url = make_url(self.cleaned_data["address"])
        self.in_address = str(url.password or "")
        return url._replace(password=None).render_as_string() if url.password else self.cleaned_data["address"]

    def clean(self) -> dict:
        cleaned = super().clean()
        password = cleaned.get("password") or getattr(self, "in_address", "")
        address, sealed = self.before
        if password or "address" not in cleaned:
            cleaned["password"] = seal(password)
        elif sealed and _whereto(address) != _whereto(cleaned["address"]):
            self.add_error("password", _("Write the password again: it was meant for another server or user."))
        else:
            cleaned["password"] = sealed
        return cleaned


def _whereto(address: str) -> tuple:
    """Whom a password is sent to, and as whose."""
    url: URL = make_url(address)
    return url.get_backend_name(), url.host, url.port, url.username, url.query
