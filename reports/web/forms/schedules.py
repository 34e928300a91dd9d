"""The form of a schedule: when it comes round, in plain words or as cron, and what becomes of its reports."""

from datetime import date

from babel import Locale
from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from reports import shared_time
from reports.columns import NUMERIC
from reports.lifecycle.times import next_time
from reports.models import DefinitionVersion, Schedule
from reports.models.schedule import MOST_RULE, CatchUp, Condition
from reports.rules import RuleError, parse
from reports.rules.rule import WEEKDAYS, WORDS_FOR_DAYS
from reports.web.forms.language import LanguageForm
from reports.web.forms.profile import Suggestions, cities, time_zone_named

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
EVERY = {
    "day": _("Every day"),
    "weekday": _("From Monday to Friday"),
    "week": _("Every week"),
    "month": _("Every month"),
    "quarter": _("Every quarter"),
    "year": _("Every year"),
    "cron": _("By a cron expression"),
}
DAYS = dict(
    zip(WORDS_FOR_DAYS, (_("The last day"), _("The first working day"), _("The last working day")), strict=True)
)
NUMBERS = [(str(day), str(day)) for day in range(1, 32)]
# Those that are asked only with some choices, and then must be filled in.
SOMETIMES = ("weekdays", "day", "month_of_year", "day_of_year", "times", "cron", "threshold")
# A rule's part that is wrong -> what is said of it.
WRONG = {
    "times": _("Write times of day such as 08:00, up to 24 of them with commas between."),
    "on": _("There is no such day. Choose another."),
    "cron": _(
        "This is no cron expression that ever comes round. Write minute, hour, day, month and weekday, such as "
        "0 8 * * MON."
    ),
    "every": _("Choose how often it comes round."),
}


def _babel() -> Locale:
    return Locale.parse(to_locale(get_language()))


def _weekday(place: int) -> str:
    return _babel().days["format"]["wide"][place]


def _month(number: int) -> str:
    return _babel().months["stand-alone"]["wide"][number]


_weekday_lazy, _month_lazy = lazy(_weekday, str), lazy(_month, str)


def _date_field(**more) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class TimingForm(forms.Form):
    """When a schedule comes round; `timing` of a valid one has the values of its fields."""

    every = forms.ChoiceField(label=_("How often"), choices=EVERY.items())
    weekdays = forms.MultipleChoiceField(
        label=_("Days of the week"),
        required=False,
        choices=[(code, _weekday_lazy(place)) for place, code in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
    )
    day = forms.ChoiceField(
        label=_("Day"),
        required=False,
        choices=[*DAYS.items(), *NUMBERS],
        help_text=_("A month that is shorter has it on its last day. Holidays count as working days."),
    )
    month_of_year = forms.ChoiceField(
        label=_("Month"), required=False, choices=[(f"{number:02}", _month_lazy(number)) for number in range(1, 13)]
    )
    day_of_year = forms.ChoiceField(label=_("Day"), required=False, choices=NUMBERS)
    times = forms.CharField(
        label=_("At"),
        required=False,
        max_length=MOST_RULE // 2,
        help_text=_("Several times of day with commas: 08:00, 12:30."),
    )
    cron = forms.CharField(
        label=_("Cron expression"),
        required=False,
        max_length=MOST_RULE // 2,
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Minute, hour, day of the month, month, day of the week: 0 8 * * MON-FRI."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        widget=Suggestions(cities),
        help_text=_(
            "Where clocks are changed, a time that does not exist comes at the change, and one that there is "
            "twice comes once."
        ),
    )
    starts_on = _date_field(label=_("First day"))
    ends_on = _date_field(label=_("Last day"), required=False)

    def clean_time_zone(self) -> str:
        return time_zone_named(self.cleaned_data["time_zone"])

    def clean(self) -> dict:
        cleaned = super().clean()
        if "every" in cleaned:
            self._clean_rule(cleaned)
        for name in ("starts_on", "ends_on"):
            if cleaned.get(name) and not EARLIEST <= cleaned[name] <= LATEST:
                self.add_error(name, _("Choose a day between the years 1900 and 2200."))
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("The last day is before the first one. Choose a later one, or none."))
        elif not self.errors and next_time(Schedule(**self.timing), shared_time.now()) is None:
            self.add_error("ends_on", _("Until then it does not come round any more. Choose a later day, or none."))
        return cleaned

    def _clean_rule(self, cleaned: dict) -> None:
        try:
            cleaned["rule"] = str(parse(self._written(cleaned)))
        except RuleError as wrong:
            fields = {"week": "weekdays", "year": "day_of_year"}
            field = fields.get(cleaned["every"], "day") if wrong.part == "on" else wrong.part
            self.add_error(field, _("Choose at least one day.") if field == "weekdays" else WRONG[wrong.part])

    def _written(self, cleaned: dict) -> str:
        every = cleaned["every"]
        if every == "cron":
            return f"cron {cleaned.get('cron', '')}"
        on = {
            "week": ",".join(cleaned.get("weekdays", [])),
            "month": cleaned.get("day", ""),
            "quarter": cleaned.get("day", ""),
            "year": f"{cleaned.get('month_of_year', '')}-{cleaned.get('day_of_year', '').zfill(2)}",
        }.get(every, "")
        return f"{every} {on} at {cleaned.get('times', '')}"

    @property
    def timing(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("rule", "time_zone", "starts_on", "ends_on")}


class ScheduleForm(TimingForm):
    """All of a schedule but the answers to the definition's questions."""

    name = forms.CharField(label=_("Name"), max_length=Schedule._meta.get_field("name").max_length)
    language = LanguageForm.base_fields["language"]
    catch_up = forms.ChoiceField(
        label=_("Times that were missed"),
        choices=CatchUp,
        help_text=_("What becomes of the times that came round while the portal did not run."),
    )
    condition = forms.ChoiceField(
        label=_("When you are told of it"),
        choices=Condition,
        help_text=_("It is made every time. One that you are not told of stands in the history, with the reason."),
    )
    figure = forms.ChoiceField(label=_("Key figure"), required=False)
    threshold = forms.DecimalField(label=_("Threshold"), required=False, max_digits=30, decimal_places=6)
    most_failures = forms.IntegerField(
        label=_("Pause it after so many failures"),
        min_value=1,
        max_value=100,
        help_text=_("One after the other. You are told, here and by email."),
    )

    def __init__(self, *args, version: DefinitionVersion | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = [("", _("Number of rows")), *figures_of(version)]

    def clean(self) -> dict:
        cleaned = super().clean()
        is_compared = cleaned.get("condition") in (Condition.ABOVE, Condition.BELOW, Condition.CHANGED)
        if is_compared and cleaned.get("threshold") is None and "threshold" not in self.errors:
            self.add_error("threshold", _("Write the number that the key figure is compared with."))
        return cleaned

    def drop_optional(self) -> None:
        """Once it has been judged: where SOMETIMES are shown, nothing says that they could be left empty."""
        for name in SOMETIMES:
            self.fields[name].required = True

    @property
    def values(self) -> dict:
        """Of the fields of a schedule."""
        names = ("name", "language", "catch_up", "condition", "figure", "threshold", "most_failures")
        return self.timing | {name: self.cleaned_data[name] for name in names}


def figures_of(version: DefinitionVersion | None) -> list[tuple[str, str]]:
    """The columns whose sums a report of a definition has."""
    if version is None:
        return []
    numeric = {column["name"] for column in version.columns if column["type"] in NUMERIC}
    return [
        (name, _("Sum of %(column)s") % {"column": name})
        for name in version.options.get("columns", [])
        if name in numeric
    ]


def timing_of(schedule: Schedule) -> dict:
    """What stands in the fields of TimingForm for a schedule; no rule where its own cannot be read."""
    try:
        rule = parse(schedule.rule)
    except RuleError:
        return {"time_zone": schedule.time_zone, "starts_on": schedule.starts_on, "ends_on": schedule.ends_on}
    values = {
        "every": rule.every,
        "time_zone": schedule.time_zone,
        "starts_on": schedule.starts_on,
        "ends_on": schedule.ends_on,
        "day": "1",
    }
    if rule.every == "cron":
        return {**values, "cron": rule.expression}
    month, _dash, number = rule.on.partition("-") if rule.every == "year" else ("01", "", "1")
    on = {"week": {"weekdays": rule.on.split(",")}, "month": {"day": rule.on}, "quarter": {"day": rule.on}}
    return {
        **values,
        "times": ", ".join(format(moment, "%H:%M") for moment in rule.times),
        "month_of_year": month,
        "day_of_year": str(int(number)),
        **on.get(rule.every, {}),
    }
