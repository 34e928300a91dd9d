"""What ended while somebody was elsewhere: a badge at the top of every page, and the list behind it."""

from django import template
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.models import Report
from reports.models.report import TOLD

register = template.Library()

MOST_SHOWN = 25
# A badge has room for two digits.
MOST_COUNTED = 99


@register.simple_tag
def news_of(person: AbstractBaseUser) -> int:
    """How many reports have ended that their owner has not seen; MOST_COUNTED + 1 stands for more."""
    return Report.objects.news_for(person).order_by()[: MOST_COUNTED + 1].count()


@require_safe
def finished(request: HttpRequest) -> HttpResponse:
    """The newest that have ended; those that are new are marked this once."""
    own = Report.objects.filter(owner=request.user, is_preview__in=[False], state__in=TOLD)
    reports = list(
        own.defer("options", "timeline", "artifacts", "receipt", "engine").order_by("-finished_at")[:MOST_SHOWN]
    )
    context = {"reports": [(report, report.seen_at is None) for report in reports]}
    Report.objects.news_for(request.user).see()
    return render(request, "reports/finished_list.html", context)


def see(request: HttpRequest, report: Report) -> None:
    """Whoever looks at the page of their report that has ended has seen it."""
    if report.owner_id == request.user.pk and report.state in TOLD and report.seen_at is None:
        Report.objects.filter(pk=report.pk).see()
