"""The questions of a definition: its filters whose values are asked each time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.columns import TEXT, Column
from reports.kinds.filter_rows import FilterRow, row_from_json
from reports.problems import Problem


def asked_in(options: dict) -> list[dict]:
    """The filters of a definition whose values are asked each time."""
    return [item for item in options.get("filters", []) if item.get("asked")]


class AnswerWidget(forms.Widget):
    """The controls of one value.  row: the filter that it is the value of; suggestions: values that its column has."""

    template_name = "forms/answer.html"
    row: FilterRow
    suggestions: Iterable[str] = ()

    @property
    def use_fieldset(self) -> bool:
        return bool(self.row.periods) or self.row.is_range

    def value_from_datadict(self, data, files, name) -> FilterRow:
        if isinstance(data.get(name), FilterRow):
            return data[name]
        sent = {part: data.get(f"{name}_{part}", "") for part in ("to", "period")}
        return replace(self.row, value=data.get(name, ""), **sent, canonical=False)

    def get_context(self, name, value, attrs) -> dict:
        row = value if isinstance(value, FilterRow) else self.row
        return {**super().get_context(name, None, attrs), "row": row, "suggestions": self.suggestions}


class AnswerField(forms.Field):
    """The value of a filter, or nothing: then it filters nothing."""

    widget = AnswerWidget

    def __init__(self, row: FilterRow):
        words = dict(row.tests).get(row.test, "")
        is_plain = row.label == row.column and row.test in ("equals", "between")
        super().__init__(
            label=row.label, required=False, help_text="" if is_plain else f"{row.column} {words} …", initial=row
        )
        self.widget.row = self.row = row

    def clean(self, row: FilterRow) -> dict:
        try:
            return row.parse().as_json()
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def may_suggest(self) -> bool:
        return self.row.type == TEXT and self.row.test in ("equals", "not_equals")


class ParametersForm(forms.Form):
    """`ParametersForm(data, options=..., columns=...)`: a question for each filter of a definition's options that is
    asked each time; `options()` then has the answers in place of the defaults.

    answers: what was answered before, as a report keeps it; it stands in the fields instead of the defaults.
    The columns must still be those that the filters name.
    """

    def __init__(
        self, data: Mapping | None = None, *, options: dict, columns: tuple[Column, ...], answers: Iterable[dict] = ()
    ):
        self.of_definition, self.columns = options, columns
        super().__init__(data)
        before = {answer["label"]: {**answer, "asked": answer["label"]} for answer in answers}
        for place, item in enumerate(asked_in(options)):
            row = row_from_json(item, columns)
            field = AnswerField(row)
            known = before.get(item["asked"])
            if known and (known["column"], known["test"]) == (item["column"], item["test"]):
                field.initial = row_from_json(known, columns)
            self.fields[f"answer_{place}"] = field

    @property
    def fixed_filters(self) -> list[dict]:
        """Those of the definition that nobody is asked for."""
        return [item for item in self.of_definition.get("filters", []) if not item.get("asked")]

    def options(self) -> dict:
        """Those of the definition with the answers of a valid form."""
        if not self.fields:
            return self.of_definition
        answered = iter(self.cleaned_data[name] for name in self.fields)
        filters = [next(answered) if item.get("asked") else item for item in self.of_definition["filters"]]
        return {**self.of_definition, "filters": filters}


def answers_from(form: ParametersForm, texts: Mapping[str, str]) -> dict:
    """What somebody typed, {label: text}, as data for a form like this one; what is left out has its default.

    Raises Problem `unknown_option`.
    """
    by_label = {field.label: (name, field) for name, field in form.fields.items()}
    data = {name: field.initial for name, field in form.fields.items()}
    for label, text in texts.items():
        if label not in by_label:
            raise Problem("unknown_option", option=label, known=", ".join(by_label) or str(_("none")))
        name, field = by_label[label]
        data[name] = replace(field.row.written(text), canonical=False)
    return data
