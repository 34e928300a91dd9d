"""One message to one address, as text and as HTML, in the language of whoever reads it."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


def send(template: str, address: str, language: str, context: dict) -> None:
    """`templates/mail/<template>.txt` holds the subject on its first line, and the text; `.html` is the same for
    programs that show it.  Raises OSError (of which smtplib's errors are) when the mail server did not take it."""
    with translation.override(language):
        subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
        html = render_to_string(f"mail/{template}.html", {**context, "subject": subject, "language": language})
    message = EmailMultiAlternatives(" ".join(subject.split()), text.strip() + "\n", to=[address])
    message.attach_alternative(html, "text/html")
    message.send()
