"""The fields that the forms of the kinds are made of."""

import csv
from collections.abc import Iterable

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.columns import BOOLEAN, NUMERIC, TEMPORAL, TYPES, Column
from reports.kinds.filter_rows import FilterRow, rows_from
from reports.kinds.filters import MOST_FILTERS, listed
from reports.kinds.values import canonical
from reports.paper import USUAL


def names_in(text: str, known: Iterable[str]) -> list[str]:
    """The names in a text such as `Region, "Sales, net"`; a text that is itself a known name is that name."""
    if text in known:
        return [text]
    try:
        names = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error:
        return [text]
    return [name.strip() for name in names if name.strip()]


class OptionField(forms.ChoiceField):
    """One of a fixed list; an error names what there is."""

    default_error_messages = {"invalid_choice": _("There is no choice “%(value)s”. There is: %(known)s.")}

    def validate(self, value: str) -> None:
        forms.Field.validate(self, value)
        if value and not self.valid_value(value):
            raise refused(self, value, [code for code, _label in self.choices])


class PaperField(OptionField):
    """A program, or a form of before there was a choice, may leave it out."""

    def clean(self, value: str | None) -> str:
        return super().clean(value or USUAL)


class Checkbox(forms.CheckboxInput):
    """Leaves what was sent to its field: in text, `no` ticks nothing."""

    def value_from_datadict(self, data, files, name):
        return data.get(name)


class YesNoField(forms.BooleanField):
    """A box to tick; in text `yes` or `no`, in any of the words that a column of booleans knows."""

    widget = Checkbox
    choices = ((True, _("Yes")), (False, ""))  # for who reads what was chosen: an empty box says nothing

    def to_python(self, value) -> bool:
        if isinstance(value, bool) or value in (None, "", "on"):  # what browsers send: "on" or nothing
            return bool(value)
        try:
            return canonical(BOOLEAN, str(value)) == "true"
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class _OfColumns:
    """A choice among the columns that have one of `types`."""

    default_error_messages = {
        "invalid_choice": _("There is no column “%(value)s” to choose here. There is: %(known)s.")
    }

    def __init__(self, *, types: Iterable[str] = TYPES, **kwargs):
        self.types = tuple(types)
        super().__init__(**kwargs)

    def offer(self, columns: Iterable[Column]) -> None:
        self.offered = [column for column in columns if column.type in self.types]
        self.choices = [*self.before(), *self.choices_of(self.offered)]

    def before(self) -> list:
        return []

    def choices_of(self, columns: list[Column]) -> list:
        return [(column.name, column.name) for column in columns]

    def refused(self, value: str) -> forms.ValidationError:
        return refused(self, value, [column.name for column in self.offered])


def refused(field: forms.Field, value: str, known: list[str]) -> forms.ValidationError:
    """The error for a value that the field does not know, naming those that it does."""
    message = field.error_messages["invalid_choice"]
    return forms.ValidationError(message, code="invalid_choice", params={"value": value, "known": listed(known)})


class ColumnField(_OfColumns, forms.ChoiceField):
    """One column, or none."""

    def __init__(self, *, none: str | Promise, **kwargs):
        self.none = none
        super().__init__(required=False, **kwargs)

    def before(self) -> list:
        return [("", self.none)]

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise self.refused(value)


_DIRECTIONS = (
    (NUMERIC, _("%(name)s, smallest first"), _("%(name)s, largest first")),
    (TEMPORAL, _("%(name)s, oldest first"), _("%(name)s, newest first")),
    ((BOOLEAN,), _("%(name)s, no first"), _("%(name)s, yes first")),
    (TYPES, _("%(name)s, A to Z"), _("%(name)s, Z to A")),
)


def directions_of(column: Column) -> tuple[str, str]:
    """Both ways to sort by a column, in words: ascending, descending."""
    up, down = next((up, down) for types, up, down in _DIRECTIONS if column.type in types)
    return up % {"name": column.name}, down % {"name": column.name}


class SortField(ColumnField):
    """A column and a direction: `Region` or `-Region`."""

    def choices_of(self, columns: list[Column]) -> list:
        return [
            (sign + column.name, label)
            for column in columns
            for sign, label in zip(("", "-"), directions_of(column), strict=True)
        ]


class ColumnsField(_OfColumns, forms.MultipleChoiceField):
    """Columns in the order in which they were posted, each once."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int | None = None, **kwargs):
        self.most = most
        super().__init__(**kwargs)

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise forms.ValidationError(_("Choose at least one column."), code="required")
        for name in value:
            if not self.valid_value(name):
                raise self.refused(name)
        if self.most and len(set(value)) > self.most:
            raise forms.ValidationError(_("Choose at most %(most)s columns."), code="most", params={"most": self.most})

    def clean(self, value) -> list[str]:
        return list(dict.fromkeys(super().clean(value)))


class FiltersWidget(forms.Widget):
    """The rows of controls; `context["rows"]` of its template is a list of FilterRow.

    asks: whether a filter can be marked as one whose value is asked each time.
    """

    template_name = "forms/filters.html"
    use_fieldset = True
    columns: tuple[Column, ...] = ()
    asks = False

    def value_from_datadict(self, data, files, name) -> list[FilterRow]:
        return rows_from(data, self.columns)

    def get_context(self, name, value, attrs) -> dict:
        rows = [row for row in value or [] if row.column]
        blank = [FilterRow(self.columns)] if len(rows) < MOST_FILTERS else []
        return {**super().get_context(name, None, attrs), "rows": rows + blank, "asks": self.asks}


class FiltersField(forms.Field):
    """Filters, all of which a row must pass."""

    widget = FiltersWidget

    def offer(self, columns: Iterable[Column]) -> None:
        self.widget.columns = tuple(columns)

    def clean(self, rows: list[FilterRow]) -> list[dict]:
        rows = [row for row in rows if row.column]
        errors = [row.error for row in rows if row.error]
        if len(rows) > MOST_FILTERS:
            errors.append(_("Use at most %(most)s filters.") % {"most": MOST_FILTERS})
        if errors:
            raise forms.ValidationError(errors)
        filters = [row.parse().as_json() for row in rows]
        asked = [item["asked"] for item in filters if "asked" in item]
        for label in {label for label in asked if asked.count(label) > 1}:
            raise forms.ValidationError(
                _("Two filters are asked for as “%(label)s”. Give one of them another name."), params={"label": label}
            )
        return filters
