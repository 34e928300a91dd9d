"""The form of a dataset that is read by a query."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.columns import BOOLEAN, DATE, DECIMAL, INTEGER, TEXT
from reports.kinds.periods import PERIODS, period_named
from reports.kinds.values import canonical
from reports.models import Connection
from reports.models.dataset import Code
from reports.pipeline.given import PERIOD, url_to, values_of
from reports.problems import Problem
from reports.sources import query
from reports.sources.statement import checked, names_in
from reports.web.forms.sources import FIRST_ROWS, FIRST_SECONDS, ROWS, SourceForm

TYPES = {
    TEXT: _("Text"),
    INTEGER: _("Whole number"),
    DECIMAL: _("Number"),
    DATE: _("Date"),
    PERIOD: _("Period"),
    BOOLEAN: _("Yes or no"),
}
MOST_PARAMETERS = 20
# What all databases take for a whole number.
LARGEST = 2**63 - 1
EMPTY_ROWS = 2
NAME = re.compile(r"[a-zA-Z_]\w{0,59}")


@dataclass(frozen=True)
class Parameter:
    """A parameter as somebody wrote it, right or wrong."""

    name: str = ""
    type: str = TEXT
    value: str = ""

    types = tuple(TYPES.items())

    @property
    def shown(self) -> str:
        """Its value for the control: a period in words."""
        return str(PERIODS.get(self.value, self.value)) if self.type in (DATE, PERIOD) else self.value

    def parse(self) -> dict:
        """As the settings of a query keep it; ValueError with a sentence that says what is wrong."""
        if not NAME.fullmatch(self.name):
            raise ValueError(
                gettext("“%(name)s” is no name of a parameter. Use letters, digits and _.") % {"name": self.name}
            )
        if self.type not in TYPES:
            raise ValueError(gettext("Choose the type of “%(name)s”.") % {"name": self.name})
        return {"name": self.name, "type": self.type, "value": self._canonical()}

    def _canonical(self) -> str:
        period = period_named(self.value) if self.type in (DATE, PERIOD) else ""
        if period or self.type == PERIOD:
            if not period:
                raise ValueError(
                    gettext("There is no period “%(value)s”. There is: %(known)s.")
                    % {"value": self.value, "known": ", ".join(map(str, PERIODS.values()))}
                )
            return period
        value = canonical(self.type, self.value)
        if self.type == INTEGER and ("." in value or abs(int(value)) > LARGEST):
            raise ValueError(gettext("“%(value)s” is not a whole number.") % {"value": self.value})
        return value


class ParametersWidget(forms.Widget):
    """Rows of three controls, with lists that stay parallel: each row sends each control."""

    template_name = "forms/query_parameters.html"
    use_fieldset = True

    def value_from_datadict(self, data, files, name) -> list[Parameter]:
        sent = (data.getlist(f"{name}_{part}") for part in ("name", "type", "value"))
        rows = [Parameter(*(part.replace("\0", "").strip() for part in row)) for row in zip(*sent, strict=False)]
        return [row for row in rows if row.name or row.value][:MOST_PARAMETERS]

    def get_context(self, name, value, attrs) -> dict:
        rows = [*(value or ()), *[Parameter()] * EMPTY_ROWS]
        return {**super().get_context(name, None, attrs), "rows": rows, "periods": PERIODS.values()}


class ParametersField(forms.Field):
    widget = ParametersWidget

    def clean(self, rows: list[Parameter]) -> list[dict]:
        found, errors = [], []
        for row in rows:
            try:
                found.append(row.parse())
            except ValueError as error:
                errors.append(str(error))
        if errors:
            raise forms.ValidationError(errors)
        return found


class QueryForm(SourceForm):
    code = Code.QUERY
    own = ("connection", "sql", "parameters")

    connection = forms.ModelChoiceField(
        Connection.objects.none(), label=_("Database"), empty_label=_("Choose a database")
    )
    sql = forms.CharField(
        label=_("Query"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"class": "mono", "rows": 10, "spellcheck": "false"}),
        help_text=_("One SELECT. It can only read. What is different each time is a parameter, such as :region."),
    )
    parameters = ParametersField(
        label=_("Parameters"),
        required=False,
        help_text=_(
            "They are never pasted into the query. A period such as last month is two of them: :month_from and "
            ":month_to are its first and its last day."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["connection"].queryset = Connection.objects.queryable_by(self.person)

    def initial_of(self, source) -> dict:
        written = [Parameter(**parameter) for parameter in source.settings.get("parameters", [])]
        return {**super().initial_of(source), "connection": source.connection_id, "parameters": written}

    def clean_sql(self) -> str:
        try:
            checked(self.cleaned_data["sql"])
        except Problem as problem:
            raise forms.ValidationError(str(problem)) from None
        return self.cleaned_data["sql"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if "sql" in cleaned and "parameters" in cleaned:
            known = self._values()
            missing = [f":{name}" for name in names_in(cleaned["sql"]) if name not in known]
            if missing:
                self.add_error("parameters", str(Problem("query_parameters", names=", ".join(missing))))
        return cleaned

    def settings(self) -> dict:
        return {"sql": self.cleaned_data["sql"], "parameters": self.cleaned_data["parameters"]}

    def chosen_connection(self) -> Connection:
        return self.cleaned_data["connection"]

    def looking(self, folder: Path) -> Callable[[], list[dict]]:
        return partial(
            query.first_rows,
            self.settings(),
            target=folder / ROWS,
            url=url_to(self.chosen_connection()),
            values=self._values(),
            count=FIRST_ROWS,
            seconds=FIRST_SECONDS,
            time_zone=timezone.get_default_timezone_name(),
        )

    def _values(self) -> dict:
        return values_of(self.cleaned_data["parameters"], timezone.localdate())
