"""What the waiting pages of reports and datasets share: polling that stays quiet, and clocks."""

from datetime import datetime, timedelta

from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from django import template
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale
from django_htmx.http import HttpResponseClientRedirect

from reports import shared_time
from reports.models.delivery import place_of
from reports.models.job import Job
from reports.models.person import name_of

register = template.Library()

# (a job younger than this many seconds, is asked after every so many seconds)
PACE = ((10, 1), (60, 2), (300, 5), (float("inf"), 10))


register.filter("name", name_of)
register.filter("place", place_of)


@register.filter
def poll_seconds(job: Job) -> int:
    """The longer one has waited, the less a second matters."""
    age = job.elapsed.total_seconds()
    return next(seconds for limit, seconds in PACE if age < limit)


@register.filter
def clock(duration: timedelta) -> str:
    """0:07, 12:30, 1:05:09: as the scripts write it, in every language."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def since(moment: datetime, earlier: datetime) -> timedelta:
    return moment - earlier


@register.filter
def ago(moment: datetime) -> str:
    """5 minutes ago, há 2 dias: in one unit."""
    passed = max(shared_time.now() - moment, timedelta(seconds=1))
    return format_timedelta(-passed, add_direction=True, locale=to_locale(get_language()))


@register.filter
def exactly(moment: datetime) -> str:
    return format_datetime(timezone.localtime(moment), "long", locale=to_locale(get_language()))


@register.filter
def on_day(moment: datetime) -> str:
    """March 5, 2027: in the active time zone."""
    return format_date(timezone.localtime(moment), "long", locale=to_locale(get_language()))


@register.filter
def at_clock(moment: datetime) -> str:
    """Mon, Nov 30, 2026, 08:00: in the active time zone."""
    local, locale = timezone.localtime(moment), to_locale(get_language())
    return f"{format_skeleton('yMMMEd', local, locale=locale)}, {local:%H:%M}"


@register.simple_tag
def ticking(duration: timedelta) -> SafeString:
    """A clock that goes on in the browser."""
    return format_html('<time data-elapsed="{}">{}</time>', str(int(duration.total_seconds())), clock(duration))


def has_news(request: HttpRequest, job: Job) -> bool:
    """Whether the page that polls with `?seen=<revision>&every=<seconds>` shows something else by now."""
    shown = (request.GET.get("seen"), request.GET.get("every"))
    return shown != (job.revision, str(poll_seconds(job)))


def has_new_state(request: HttpRequest, job: Job) -> bool:
    """Whether this is more than another number: what is read out to people who cannot see it."""
    return request.GET.get("seen", "").split(".")[1:3] != [job.state, job.step]


def no_news() -> HttpResponse:
    """htmx swaps nothing on a 204."""
    return HttpResponse(status=204)


def see_other(request: HttpRequest, to, *args) -> HttpResponse:
    """After a POST: to the page of what it made.  `to` is a view's name, as for `redirect`."""
    url = resolve_url(to, *args)
    if request.htmx:
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url, status=303)
