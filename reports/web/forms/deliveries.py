"""What is asked of somebody who sends a report: one form for each way.  `target` of a valid one is what
`reports.lifecycle.deliver` takes."""

import re
import unicodedata

from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from reports.delivery.folder import MOST_PATTERN, check_pattern
from reports.delivery.names import check
from reports.models.delivery import MOST_RECIPIENT, Channel
from reports.models.share_link import MOST_DAYS, USUAL_DAYS
from reports.networks import checked, read_address, resolve
from reports.problems import Problem
from reports.sealed import seal

MOST_ADDRESS = 254
# How long a page waits to learn where a name leads.
LOOK_SECONDS = 3
# A name in front of an address, as mail programs write it.
_NAMED = re.compile(r"^[^<>]*<([^<>]*)>$")
PLACES_HELP = _("{title}, {date}, {pages} and {rows} are filled in.")


class Addresses(forms.CharField):
    """Several, with commas, semicolons or lines between; in small letters, each once."""

    def __init__(self, **kwargs):
        area = forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=100_000, widget=area, **kwargs)

    def clean(self, value) -> list[str]:
        typed = [part.strip() for part in re.split(r"[,;\n]", super().clean(value)) if part.strip()]
        found = [(_NAMED.match(part) or [part, part])[1].strip().lower() for part in typed]
        wrong = [address for address in found if not _is_address(address)]
        if wrong:
            raise ValidationError(
                _("This is no email address: %(wrong)s. Write addresses such as ana@example.org, with commas."),
                params={"wrong": ", ".join(wrong[:5])},
            )
        return list(dict.fromkeys(found))


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= MOST_ADDRESS and text.isascii()


def _filled_in(text: str) -> str:
    """Raises ValidationError for a place that nothing fills."""
    try:
        check(text)
    except Problem as problem:
        raise ValidationError(str(problem)) from None
    return text


class EmailForm(forms.Form):
    to = Addresses(label=_("To"), help_text=_("Addresses with commas between. Each gets a copy of their own."))
    cc = Addresses(label=_("Copy to"), required=False)
    reply_to = forms.EmailField(
        label=_("Answers go to"),
        required=False,
        max_length=MOST_ADDRESS,
        help_text=_("Left empty, it is your own address."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=200, initial="{title}", help_text=PLACES_HELP)
    text = forms.CharField(
        label=_("Message"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_subject(self) -> str:
        subject = self.cleaned_data["subject"]
        if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in subject):
            raise ValidationError(_("A subject is one line. Write it without line breaks."))
        return _filled_in(subject)

    def clean_text(self) -> str:
        return _filled_in(self.cleaned_data["text"])

    def clean(self) -> dict:
        cleaned = super().clean()
        to = cleaned.get("to", [])
        cleaned["cc"] = [address for address in cleaned.get("cc", []) if address not in to]
        count = len(to) + len(cleaned["cc"])
        if count > settings.MAX_RECIPIENTS:
            self.add_error("to", str(Problem("too_many_recipients", count=count, most=settings.MAX_RECIPIENTS)))
        return cleaned

    def target(self, portal: str) -> dict:
        return {"channel": Channel.EMAIL, **self.cleaned_data, "portal": portal}


class LinkForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS, localize=True
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        min_length=6,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Tell it to them in another way than the link. Left empty, none is asked for."),
    )
    most_downloads = forms.IntegerField(
        label=_("Downloads at most"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        localize=True,
        help_text=_("Left empty, there is no limit."),
    )

    def target(self, portal: str) -> dict:
        password = self.cleaned_data["password"]
        return {"channel": "link", **self.cleaned_data, "password": make_password(password) if password else ""}


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=MOST_RECIPIENT,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    secret = forms.CharField(
        label=_("Secret"),
        min_length=16,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("16 characters or more, which the receiver knows, too: by it, it sees that the message is ours."),
    )

    def clean_url(self) -> str:
        """Where staff allow none it may not lead into the portal's own network; whether its name is known is seen when
        it is asked."""
        url = self.cleaned_data["url"]
        try:
            checked(read_address(url), LOOK_SECONDS, resolve)
        except Problem as problem:
            if problem.code not in ("http_name", "http_time"):
                raise ValidationError(str(problem)) from None
        return url

    def target(self, portal: str) -> dict:
        secret = seal(self.cleaned_data["secret"])
        return {"channel": Channel.WEBHOOK, **self.cleaned_data, "secret": secret, "portal": portal}


class FolderForm(forms.Form):
    pattern = forms.CharField(
        label=_("Name of the file"),
        max_length=MOST_PATTERN,
        initial="{title}-{date}.pdf",
        help_text=_("{title}, {date}, {pages} and {rows} are filled in. A name may be in a folder: sales/{date}.pdf."),
    )

    def clean_pattern(self) -> str:
        try:
            check_pattern(self.cleaned_data["pattern"])
        except Problem as problem:
            raise ValidationError(str(problem)) from None
        return self.cleaned_data["pattern"]

    def target(self, portal: str) -> dict:
        return {"channel": Channel.FOLDER, **self.cleaned_data}


def forms_offered() -> dict[str, type[forms.Form]]:
    """Way -> its form."""
    offered = {Channel.EMAIL: EmailForm, "link": LinkForm, Channel.WEBHOOK: WebhookForm}
    return offered | ({Channel.FOLDER: FolderForm} if settings.DELIVERY_FOLDER else {})
