"""The messages that are kept as files while no mail server is set up: for staff, to be read in the browser."""

import email
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.delivery.mail import KIND
from reports.web.staff import staff_only

MOST_SHOWN = 100
# Django writes this line below each message of a file.
RULE = b"-" * 79


class Letter(NamedTuple):
    """name: the file's."""

    name: str
    message: EmailMessage
    at: datetime

    @property
    def subject(self) -> str:
        return self.message["Subject"] or self.name

    @property
    def to(self) -> str:
        return self.message["To"] or ""


@require_safe
@staff_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    letters = [_letter(path, _head) for path in _files()[:MOST_SHOWN]]
    letters = [letter for letter in letters if _may_read(request, letter)]
    return render(request, "operations/mailbox.html", {"letters": letters, "server": settings.MAIL_SERVER.host})


@require_safe
@staff_only
def message(request: HttpRequest, name: str) -> HttpResponse:
    """As text: what a stranger's HTML would do in a page of the portal, nobody has to find out."""
    letter = next((_letter(path, _whole) for path in _files() if path.name == name), None)
    if letter is None or not _may_read(request, letter):
        raise Http404
    body = letter.message.get_body(("plain",))
    files = [part.get_filename() for part in letter.message.iter_attachments()]
    head = [(key, letter.message[key]) for key in ("From", "To", "Cc", "Reply-To") if letter.message[key]]
    context = {"letter": letter, "head": head, "text": body.get_content() if body else "", "files": files}
    return render(request, "operations/mailbox_message.html", context)


def _may_read(request: HttpRequest, letter: Letter) -> bool:
    """With the link in a letter about a forgotten password, staff could become a superuser."""
    return request.user.is_superuser or letter.message[KIND] != "password_reset"


def _files() -> list[Path]:
    """Their names begin with when they were written."""
    return sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), reverse=True)


def _head(path: Path) -> bytes:
    """Up to the first empty line: what comes below may be a PDF of many megabytes."""
    with path.open("rb") as file:
        return b"".join(takewhile(bytes.strip, file))


def _whole(path: Path) -> bytes:
    return path.read_bytes().partition(b"\n" + RULE)[0]


def _letter(path: Path, read: Callable[[Path], bytes]) -> Letter:
    message = email.message_from_bytes(read(path), policy=policy.default)
    return Letter(path.name, message, datetime.fromtimestamp(path.stat().st_mtime, UTC))
