"""One message to one address, as text and as HTML, in the language of whoever reads it."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

# Says in the head of a message which letter it is.
KIND = "Prelo-Letter"


class Copy(EmailMultiAlternatives):
    """One of the copies of a message: its head names all who get one, and it goes to one of them."""

    def __init__(self, *args, recipient: str, html: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.recipient = recipient
        self.attach_alternative(html, "text/html")

    def recipients(self) -> list[str]:
        return [self.recipient]


def send(template: str, address: str, language: str, context: dict) -> None:
    """Raises OSError (of which smtplib's errors are) when the mail server did not take it."""
    copy(template, address, language, context).send()


def copy(template: str, address: str, language: str, context: dict, **head) -> Copy:
    """`templates/mail/<template>.txt` holds the subject on its first line, and the text; `.html` is the same for
    programs that show it.  `head` is what its head says besides; without a `to` that is the address."""
    with translation.override(language):
        subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
        html = render_to_string(f"mail/{template}.html", {**context, "subject": subject, "language": language})
    head = {"to": [address]} | head
    head["headers"] = {KIND: template} | head.get("headers", {})
    return Copy(" ".join(subject.split()), text.strip() + "\n", recipient=address, html=html, **head)
