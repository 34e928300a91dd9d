"""A report by email: attached, or as a link when it is large.

A delivery's content: {"to": [addresses], "cc": [addresses], "reply_to", "subject", "text"}; each recipient has a
delivery, and so a copy, of their own.
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.urls import reverse

from reports import storage
from reports.delivery.links import link_of, unsubscribe_address
from reports.delivery.mail import Copy, copy
from reports.delivery.names import file_name, filled
from reports.delivery.smtp import in_words
from reports.models import Delivery, Unsubscribed
from reports.models.person import account_of, language_of, name_of
from reports.problems import Problem


def report_to_send(delivery: Delivery) -> Callable[[], str]:
    """What sends it and returns the mail server's answer.  Raises Problem, and so does what is returned."""
    if Unsubscribed.objects.filter(address=delivery.recipient).exists():
        raise Problem("unsubscribed", address=delivery.recipient)
    message = message_of(delivery)
    return lambda: hand_over(message)


def notice_to_send(delivery: Delivery) -> Callable[[], str]:
    """The same for the news that a report has ended."""
    report = delivery.report
    link = delivery.portal and delivery.portal + reverse("report", args=[report.pk])
    context = {"report": report, "link": link, "portal": delivery.portal}
    language = language_of(delivery.owner) or report.language
    message = copy("notice", delivery.recipient, language, context, headers=_headers(delivery))
    return lambda: hand_over(message)


def message_of(delivery: Delivery) -> Copy:
    """Raises Problem when the PDF is too large to be attached and there can be no link."""
    report, content = delivery.report, delivery.content
    account = account_of(delivery.recipient)
    language = (account and language_of(account)) or report.language
    is_attached = report.bytes <= settings.MAX_ATTACHMENT_BYTES
    end = "" if account else unsubscribe_address(delivery.recipient, delivery.portal)
    context = {
        "report": report,
        "subject_line": filled(content["subject"], report, language),
        "words": filled(content["text"], report, language),
        "link": "" if is_attached else link_of(delivery),
        "sender": name_of(delivery.owner),
        "end": end,
    }
    headers = _headers(delivery)
    if end:
        headers |= {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    answers_to = content["reply_to"] or delivery.owner.email
    head = {"to": content["to"], "cc": content["cc"], "reply_to": [answers_to] if answers_to else []}
    message = copy("report", delivery.recipient, language, context, headers=headers, **head)
    if is_attached:
        with storage.opened(report.pdf) as file:
            message.attach(file_name(report), file.read(), "application/pdf")
    return message


def _headers(delivery: Delivery) -> dict:
    """The identifier is the same in every attempt: should one arrive twice, mail programs show it once."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return {"Message-ID": f"<{delivery.pk}@{domain}>", "Auto-Submitted": "auto-generated"}


def hand_over(message: Copy) -> str:
    """The mail server's answer.  Raises Problem `mail_refused` when that is final, `mail_deferred` when it is not, and
    `receiver_silent` when there is none."""
    connection = get_connection()
    try:
        connection.open()
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*next(iter(error.recipients.values()))) from None
    except smtplib.SMTPAuthenticationError as error:  # the operator's to mend, and not the recipient's fault
        raise Problem("mail_deferred", answer=in_words(error.smtp_code, error.smtp_error)) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Problem("receiver_silent", reason=getattr(error, "strerror", None) or str(error)) from None
    server = getattr(connection, "connection", None)
    if server is None:  # there is no mail server: it is a file now
        return ""
    # It is told of our leaving, and not waited for: what it has taken shall be known here at once.
    with suppress(OSError):
        server.putcmd("quit")
    return server.reply


def _refusal(code: int, said: bytes | str) -> Problem:
    return Problem("mail_refused" if code >= 500 else "mail_deferred", answer=in_words(code, said))
