"""What whoever has a share link gets: a page about one report, and its PDF.

Whatever is wrong with a link (there is none, it has ended, was withdrawn or used up) the answer is the same, and so is
the one to those who have tried too often.  Whoever has a good one is told when its report has expired.  Nothing here
leads to another report, or tells a search engine or another site of this one.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from reports.delivery.names import file_name
from reports.lifecycle import audit
from reports.models import Attempt, ShareLink
from reports.models.act import Did
from reports.web import throttle
from reports.web.files import download
from reports.web.live import see_other
from reports.web.throttle import MINUTES

# At one link's password; then nothing is answered for the rest of the time.
MOST_OF_LINK = 10


def by_secret(view: Callable) -> Callable:
    """Decorator for a page that whoever has its address may use: no cache keeps it, and no search engine lists it."""

    @never_cache
    @login_not_required
    @wraps(view)
    def unlisted(request: HttpRequest, **place) -> HttpResponse:
        response = view(request, **place)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return unlisted


def for_anybody(view: Callable) -> Callable:
    """Decorator: calls the view with the link, if it is one, and not with those who guess."""

    @by_secret
    @wraps(view)
    def guarded(request: HttpRequest, pk, token: str) -> HttpResponse:
        return _guarded(request, pk, token, view)

    return guarded


def _guarded(request: HttpRequest, pk, token: str, view: Callable) -> HttpResponse:
    if throttle.has_guessed_too_often(request):
        return _refused(request, 429)
    link = ShareLink.objects.usable().select_related("report").filter(pk=pk).first()
    if link is None or not link.is_opened_by(token):
        expired = ShareLink.objects.outlived().select_related("report").filter(pk=pk).first()
        if expired and expired.is_opened_by(token):
            return render(request, "links/expired.html", {"report": expired.report}, status=410)
        throttle.count_guess(request)
        return _refused(request, 404)
    return view(request, link)


@for_anybody
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, link: ShareLink) -> HttpResponse:
    """POST answers with the PDF, when the password is right."""
    if request.method != "POST":
        return _page(request, link)
    wrong, status = _wrong_password(request, link) if link.password else ("", 200)
    return _page(request, link, wrong, status) if wrong else _pdf(request, link)


def _wrong_password(request: HttpRequest, link: ShareLink) -> tuple[str, int]:
    """What is said of it, and a status.  A try is counted before the password is looked at, which takes long: of
    hundreds that come at once no more are looked at than of those that come one by one."""
    key = f"link {link.pk}"
    Attempt.objects.count_one(key, MINUTES)
    if Attempt.objects.blocked_until(key, MOST_OF_LINK + 1):
        return _("The password was wrong too often. Wait a quarter of an hour."), 429
    if not link.has_password(request.POST.get("password", "")):
        throttle.count_guess(request)
        return _("The password is wrong. Capital and small letters differ."), 422
    Attempt.objects.take_one_back(key)
    return "", 200


@for_anybody
@require_safe
def pdf(request: HttpRequest, link: ShareLink) -> HttpResponse:
    """For programs, and for whoever clicks: the PDF itself.  Where a password is asked for, the page asks for it."""
    if link.password:
        return see_other(request, "share_link", link.pk, link.token)
    return _page(request, link) if request.method == "HEAD" else _pdf(request, link)


def _page(request: HttpRequest, link: ShareLink, wrong: str = "", status: int = 200) -> HttpResponse:
    context = {"link": link, "report": link.report, "wrong": wrong}
    return render(request, "links/link.html", context, status=status)


def _pdf(request: HttpRequest, link: ShareLink) -> HttpResponse:
    """Only a PDF that is there is counted."""
    try:
        response = download(request, link.report.pdf, file_name(link.report), "application/pdf")
    except FileNotFoundError:
        return _refused(request, 404)
    with transaction.atomic():
        taken = link.take()
        if taken:
            audit.record(Did.USED_LINK, link.report)
    if not taken:
        response.close()
        return _refused(request, 404)
    return response


def _refused(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "links/refused.html", status=status)
