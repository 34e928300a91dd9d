"""Make and edit a schedule: the definition's questions, when it comes round, and what becomes of its reports."""

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports import shared_time
from reports.kinds.parameters import ParametersForm
from reports.lifecycle.definitions import form_of, trouble_of
from reports.lifecycle.schedule import claim
from reports.lifecycle.times import next_time, times
from reports.models import Definition, Schedule, Slot
from reports.models.person import time_zone_of
from reports.models.schedule import CatchUp, Condition
from reports.web.burst_counts import burst_in_words
from reports.web.catalogue import gone
from reports.web.choice import uuid_in
from reports.web.forms.bursts import BurstForm, burst_of
from reports.web.forms.schedules import ScheduleForm, TimingForm, timing_of
from reports.web.live import see_other
from reports.web.schedules import NEXT_TIMES, schedule_or_404, words_of
from reports.web.suggestions import suggest


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`?definition=`: of which."""
    pk = uuid_in(request.GET.get("definition"))
    definition = _definition_of(request.user, pk)
    if definition is None:
        return gone(request)
    return _editor(request, definition, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk) -> HttpResponse:
    schedule = schedule_or_404(request, pk)
    definition = _definition_of(schedule.owner, schedule.definition_id)
    if definition is None:
        messages.error(request, _("Its definition has been deleted, or is not shared any more: nothing can be edited."))
        return see_other(request, "schedule", pk)
    return _editor(request, definition, schedule)


@require_POST
def times_of(request: HttpRequest) -> HttpResponse:
    """What a form that is being filled in says so far: the rule in words, and the next times."""
    return render(request, "schedules/times.html", _told(TimingForm(request.POST)))


def _definition_of(owner: AbstractBaseUser, pk) -> Definition | None:
    return Definition.objects.visible_to(owner).with_data().filter(pk=pk).first() if pk else None


def _editor(request: HttpRequest, definition: Definition, schedule: Schedule | None) -> HttpResponse:
    version, trouble = definition.current, trouble_of(definition)
    if trouble:
        messages.error(request, str(trouble))
        return see_other(request, "definition", definition.pk)
    answers = schedule.answers if schedule else None
    known = {"version": version, "owner": schedule.owner if schedule else request.user}
    if request.method != "POST":
        form = ScheduleForm(initial=_first(request, definition, schedule), version=version)
        burst = BurstForm(initial=burst_of(schedule), **known)
        return _page(request, definition, schedule, form, form_of(version, answers=answers), burst)
    form, questions = ScheduleForm(request.POST, version=version), form_of(version, request.POST, answers=answers)
    burst = BurstForm(request.POST, **known)
    is_valid = form.is_valid() & questions.is_valid() & burst.is_valid()
    if not is_valid or "look" in request.POST:
        return _page(request, definition, schedule, form, questions, burst, status=200 if is_valid else 422)
    return see_other(request, "schedule", _save(request, definition, schedule, form, questions, burst).pk)


def _first(request: HttpRequest, definition: Definition, schedule: Schedule | None) -> dict:
    if schedule:
        names = ("name", "language", "catch_up", "condition", "figure", "threshold", "most_failures")
        return timing_of(schedule) | {name: getattr(schedule, name) for name in names}
    zone = time_zone_of(request.user)
    draft = Schedule(rule="month first-working at 08:00", time_zone=zone, starts_on=timezone.localdate())
    return timing_of(draft) | {
        "name": definition.name,
        "language": get_language(),
        "weekdays": ["mon"],
        "catch_up": CatchUp.ONCE,
        "condition": Condition.ALWAYS,
        "most_failures": 3,
    }


def _page(
    request: HttpRequest,
    definition: Definition,
    schedule: Schedule | None,
    form: ScheduleForm,
    questions: ParametersForm,
    burst: BurstForm,
    status: int = 200,
) -> HttpResponse:
    suggest(questions, definition.current.dataset.current)
    form.drop_optional()
    timing = TimingForm(request.POST if form.is_bound else form.initial)
    context = {"definition": definition, "schedule": schedule, "form": form, "questions": questions, "burst": burst}
    context |= {**_told(timing), "burst_now": burst_in_words(burst, definition.current)}
    return render(request, "schedules/edit.html", context, status=status)


def _told(form: TimingForm) -> dict:
    if not form.is_valid():
        return {"wrong": [error for errors in form.errors.values() for error in errors]}
    draft = Schedule(**form.timing)
    return {"words": words_of(draft), "zone": draft.time_zone, "times": times(draft, shared_time.now(), NEXT_TIMES)}


def _save(
    request: HttpRequest,
    definition: Definition,
    schedule: Schedule | None,
    form: ScheduleForm,
    questions: ParametersForm,
    burst: BurstForm,
) -> Schedule:
    """It comes round as it says from now on, and what has come round by now is not lost; one that was paused stays
    so."""
    values = {
        **form.values,
        **burst.values,
        "definition": definition,
        "definition_name": definition.name,
        "answers": [_kept(answer, questions) for answer in questions.cleaned_data.values()],
    }
    now = shared_time.now()
    next_at = next_time(Schedule(**form.timing), now)
    if schedule is None:
        made = Schedule.objects.create(owner=request.user, next_at=next_at, **values)
        messages.success(request, _("From now on the report comes by itself."))
        return made
    if (schedule.figure, schedule.condition) != (values["figure"], values["condition"]):
        # A number of rows is not compared with a sum.
        Slot.objects.filter(schedule=schedule).update(figure="")
    claim(now)
    schedule.refresh_from_db()
    Schedule.objects.filter(pk=schedule.pk).update(next_at=next_at if schedule.is_active else None, **values)
    messages.success(request, _("The schedule has been saved."))
    return schedule


def _kept(answer: dict, questions: ParametersForm) -> dict:
    """With the type that the column has now: its answer can be read by it, whatever becomes of the column."""
    types = {column.name: column.type for column in questions.columns}
    kept = {name: text for name, text in answer.items() if name != "asked"}
    return {"label": answer["asked"], "type": types[answer["column"]], **kept}
