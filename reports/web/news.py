"""What ended while somebody was elsewhere, and what has stopped: a badge at the top of every page, and the list
behind it."""

from django import template
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.models import Burst, Dataset, Delivery, Report, Schedule
from reports.models.report import TOLD

register = template.Library()

MOST_SHOWN = 25
# A badge has room for two digits.
MOST_COUNTED = 99


@register.simple_tag
def news_of(person: AbstractBaseUser) -> int:
    """How many reports and bursts have ended that their owner has not seen, how many schedules have paused by
    themselves, how many datasets wait for a decision, and how much could not be delivered; MOST_COUNTED + 1 stands for
    more."""
    newest = Report.objects.news_for(person).order_by().values("pk")[: MOST_COUNTED + 1]
    reports = Report.objects.filter(pk__in=newest).order_by().values("pk")
    bursts = Burst.objects.news_for(person).order_by().values("pk")
    stopped = Schedule.objects.stopped_for(person).order_by().values("pk")
    held = Dataset.objects.held_for(person).order_by().values("pk")
    unsent = Delivery.objects.news_for(person).order_by().values("pk")[: MOST_COUNTED + 1]
    unsent = Delivery.objects.filter(pk__in=unsent).order_by().values("pk")
    return min(reports.union(bursts, stopped, held, unsent, all=True).count(), MOST_COUNTED + 1)


@require_safe
def finished(request: HttpRequest) -> HttpResponse:
    """The newest that have ended, and bursts as a whole; those that are new are marked this once."""
    own = Report.objects.filter(owner=request.user, is_preview__in=[False], state__in=TOLD, burst=None)
    reports = list(
        own.defer("options", "timeline", "artifacts", "receipt", "engine").order_by("-finished_at")[:MOST_SHOWN]
    )
    stopped = Schedule.objects.stopped_for(request.user)[:MOST_SHOWN]
    held = Dataset.objects.held_for(request.user)[:MOST_SHOWN]
    unsent = list(Delivery.objects.news_for(request.user).select_related("report")[:MOST_SHOWN])
    Delivery.objects.filter(pk__in=[found.pk for found in unsent]).see()
    bursts = Burst.objects.ended().filter(owner=request.user, state__in=TOLD).order_by("-requested_at")
    bursts = list(bursts.defer("options", "parameters", "artifacts", "timeline")[:MOST_SHOWN])
    newest = sorted([*reports, *bursts], key=lambda found: found.finished_at, reverse=True)[:MOST_SHOWN]
    marked = [(found, found.seen_at is None) for found in newest]
    context = {"stopped": stopped, "held": held, "unsent": unsent, "ended": marked}
    Report.objects.news_for(request.user).see()
    Burst.objects.news_for(request.user).see()
    return render(request, "reports/finished_list.html", context)


def see(request: HttpRequest, report: Report) -> None:
    """Whoever looks at the page of their report that has ended has seen it."""
    if report.owner_id == request.user.pk and report.state in TOLD and report.seen_at is None:
        Report.objects.filter(pk=report.pk).see()
