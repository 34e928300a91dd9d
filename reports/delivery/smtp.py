"""Django's way to a mail server, which also keeps what the server says of a message."""

import smtplib

from django.core.mail.backends import smtp


class _Kept:
    """reply: what was said when a message had been handed over."""

    reply = ""

    def data(self, msg):
        code, said = super().data(msg)
        self.reply = in_words(code, said)
        return code, said


class _Smtp(_Kept, smtplib.SMTP):
    pass


class _SmtpOverTls(_Kept, smtplib.SMTP_SSL):
    pass


class Smtp(smtp.EmailBackend):
    @property
    def connection_class(self):
        return _SmtpOverTls if self.use_ssl else _Smtp


def in_words(code: int, said: bytes | str) -> str:
    """`250 2.0.0 Ok: queued as 8F3A`"""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(f"{code} {text}".split())[:500]
