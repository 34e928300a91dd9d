"""What whoever has a share link gets: a page about one report, and its PDF.

Whatever is wrong with a link (there is none, it has ended, was withdrawn or used up) the answer is the same, and so is
the one to those who have tried too often.  Nothing here leads to another report, or tells a search engine or another
site of this one.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from reports.delivery.names import file_name
from reports.models import FailedTry, ShareLink
from reports.web.files import download
from reports.web.live import see_other

# From one address, and at one link's password; then nothing is answered for the rest of the time.
MOST_OF_ADDRESS, MOST_OF_LINK = 20, 10
MINUTES = 15


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
    if FailedTry.objects.are_too_many(_address(request), MOST_OF_ADDRESS):
        return _refused(request, 429)
    link = ShareLink.objects.usable().select_related("report").filter(pk=pk).first()
    if link is None or not link.is_opened_by(token):
        FailedTry.objects.count_one(_address(request), MINUTES)
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
    FailedTry.objects.count_one(key, MINUTES)
    if FailedTry.objects.are_too_many(key, MOST_OF_LINK + 1):
        return _("The password was wrong too often. Wait a quarter of an hour."), 429
    if not link.has_password(request.POST.get("password", "")):
        FailedTry.objects.count_one(_address(request), MINUTES)
        return _("The password is wrong. Capital and small letters differ."), 422
    FailedTry.objects.take_one_back(key)
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
    if not link.take():
        response.close()
        return _refused(request, 404)
    return response


def _refused(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "links/refused.html", status=status)


def _address(request: HttpRequest) -> str:
    """Whose tries are counted.  Behind a proxy, it is what the proxy has added last."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return f"from {forwarded.rpartition(',')[2].strip() or request.META.get('REMOTE_ADDR', '')}"[:80]
