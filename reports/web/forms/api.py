"""The form of a dataset that is read from a web address."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.guarded import expect_headers
from reports.models.dataset import Code
from reports.networks import origin_of, read_address
from reports.problems import Problem
from reports.sources import api, pages
from reports.sources.pages import CSV, JSON, LINES
from reports.sources.pagination import CURSOR, LINK, NONE, OFFSET, PAGE
from reports.web.forms.lines import PairsField, PathField
from reports.web.forms.sources import FIRST_SECONDS, ROWS, SourceForm

FORMATS = {JSON: "JSON", LINES: _("JSON Lines"), CSV: "CSV"}
PAGES = {
    NONE: _("It answers with everything at once"),
    PAGE: _("By the number of the page"),
    OFFSET: _("By the number of rows to leave out"),
    CURSOR: _("By a cursor, or an address, in the answer"),
    LINK: _("By a header Link"),
}
TOKENS = {"": _("None"), api.HEADER: _("In a header"), api.PARAMETER: _("In a parameter of the address")}
USUAL_NAMES = {PAGE: "page", OFFSET: "offset"}


@dataclass(frozen=True)
class Group:
    """Fields that few addresses need; `is_open` when something is in them."""

    title: str
    fields: list[forms.BoundField]
    is_open: bool


class ApiForm(SourceForm):
    code = Code.API
    own = ("address", "format", "rows", "pages", "page_name", "first_page", "cursor")
    own += ("token", "token_name", "token_value", "parameters", "headers", "body")

    address = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("It begins with https:// or http://. Leave secrets out: a token has a field of its own."),
    )
    format = forms.ChoiceField(label=_("It answers with"), choices=FORMATS.items())
    rows = PathField(
        label=_("Where the rows are"),
        help_text=_(
            "A JMESPath, such as data.items. Leave it empty when the answer is a list of objects, or an object with "
            "one such list."
        ),
    )
    pages = forms.ChoiceField(label=_("How it turns pages"), choices=PAGES.items())
    page_name = forms.CharField(
        label=_("Parameter that turns pages"), required=False, max_length=200, help_text=_("Such as page or offset.")
    )
    first_page = forms.TypedChoiceField(
        label=_("Number of the first page"), choices=[(1, "1"), (0, "0")], coerce=int, empty_value=1, required=False
    )
    cursor = PathField(
        label=_("Where the cursor is"),
        help_text=_("A JMESPath, such as meta.next. When there is nothing, the page is the last one."),
    )
    token = forms.ChoiceField(label=_("Where the token goes"), choices=TOKENS.items(), required=False)
    token_name = forms.CharField(
        label=_("Name of the header or parameter"),
        required=False,
        max_length=200,
        help_text=_("Such as Authorization."),
    )
    # What was typed comes back with the first rows; what is kept never does.
    token_value = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=10_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
        help_text=_("All of the value, such as Bearer 12ab. It is kept encrypted, and never shown again."),
    )
    parameters = PairsField(
        sign="=", label=_("Parameters"), help_text=_("One on each line: name=value. They are added to the address.")
    )
    headers = PairsField(sign=": ", label=_("Headers"), help_text=_("One on each line: Name: value. No secrets."))
    body = forms.CharField(
        label=_("JSON to send"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"class": "mono", "rows": 3, "spellcheck": "false"}),
        help_text=_("With it, the address is asked by POST instead of GET."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.source and self.source.secret:
            self.fields["token_value"].help_text = _("There is one. Leave this empty to keep it.")

    def plain_fields(self) -> list[forms.BoundField]:
        """Those that every address needs; when it is read anew comes last."""
        names = ("name", "address", "format", "rows")
        return [self[name] for name in names if name in self.fields]

    def groups(self) -> list[Group]:
        return [
            self._group(_("Pages"), "pages", "page_name", "first_page", "cursor"),
            self._group(_("Token"), "token", "token_name", "token_value"),
            self._group(_("Parameters, headers and what is sent"), "parameters", "headers", "body"),
        ]

    def _group(self, title: str, *names: str) -> Group:
        fields = [self[name] for name in names]
        usual = ("", None, [], NONE, "1", 1)
        return Group(title, fields, any(field.errors or field.value() not in usual for field in fields))

    def clean_address(self) -> str:
        return self._checked(read_address, self.cleaned_data["address"]) or ""

    def clean_headers(self) -> list[list[str]]:
        self._checked(expect_headers, dict(self.cleaned_data["headers"]))
        return self.cleaned_data["headers"]

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        try:
            if body:
                json.loads(body)
        except (ValueError, RecursionError):
            raise forms.ValidationError(
                _("This is not correct JSON. Check commas, brackets and quotation marks.")
            ) from None
        return body

    def _checked(self, check, value):
        """The value, when the check raises no Problem."""
        try:
            check(value)
        except Problem as problem:
            raise forms.ValidationError(str(problem)) from None
        return value

    def clean(self) -> dict:
        cleaned = super().clean()
        self._clean_pages(cleaned)
        if cleaned.get("token"):
            self._clean_token(cleaned)
        if cleaned.get("format") in (LINES, CSV) and cleaned.get("rows"):
            self.add_error("rows", _("Only JSON has a path to the rows. Leave this empty."))
        return cleaned

    def _clean_pages(self, cleaned: dict) -> None:
        pages, form = cleaned.get("pages"), cleaned.get("format")
        cleaned["page_name"] = cleaned.get("page_name") or USUAL_NAMES.get(pages, "")
        if pages == CURSOR and form != JSON:
            self.add_error("pages", _("Only JSON has a cursor in it. Choose another way."))
        elif pages == CURSOR and not cleaned.get("cursor") and "cursor" not in self.errors:
            self.add_error("cursor", _("Say where the cursor is in the answer."))
        elif pages == OFFSET and form == CSV:
            self.add_error("pages", _("CSV cannot be turned by rows. Choose another way."))

    def _clean_token(self, cleaned: dict) -> None:
        name, value = cleaned.get("token_name", ""), cleaned.get("token_value", "")
        if not name:
            self.add_error("token_name", _("Say what the header or parameter is called."))
        elif cleaned["token"] == api.HEADER:
            try:
                expect_headers({name: value})
            except Problem as problem:
                self.add_error("token_name", str(problem))
        if not value and not self._may_keep_secret(cleaned.get("address")):
            self.add_error(
                "token_value",
                _("Write the token again: the one that is there was given for another host.")
                if self.source and self.source.secret
                else _("Write the token."),
            )

    def _may_keep_secret(self, address: str | None) -> bool:
        """Who may edit a source shall not be able to have its token sent to a server of their own."""
        if not address or not self.source or not self.source.secret:
            return False
        return origin_of(read_address(address)) == origin_of(read_address(self.source.settings["address"]))

    def settings(self) -> dict:
        names = ("address", "format", "rows", "pages", "token", "parameters", "headers", "body")
        cleaned = self.cleaned_data
        turns = cleaned["pages"] in (PAGE, OFFSET, CURSOR)
        return {
            **{name: cleaned[name] for name in names},
            "page_name": cleaned["page_name"] if turns else "",
            "first_page": cleaned["first_page"] if cleaned["pages"] == PAGE else 1,
            "cursor": cleaned["cursor"] if cleaned["pages"] == CURSOR else "",
            "token_name": cleaned["token_name"] if cleaned["token"] else "",
        }

    def secret(self) -> str | None:
        if not self.cleaned_data["token"]:
            return ""
        return self.cleaned_data["token_value"] or None

    def looking(self, folder: Path) -> Callable[[], list[dict]]:
        """The page is fetched here, with all that guards it, and looked into elsewhere."""
        written, settings = self.secret(), self.settings()
        secret = self.source.open_secret if written is None else written
        page = folder / "page"
        api.fetch_first(settings, page, secret=secret, seconds=FIRST_SECONDS)
        zone = timezone.get_default_timezone_name()
        return partial(pages.first_rows, settings, page=page, target=folder / ROWS, time_zone=zone)
