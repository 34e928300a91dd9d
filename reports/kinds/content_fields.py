"""The fields of the kinds' forms that say how a document is worded and ordered."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.columns import Column
from reports.kinds.fields import OptionField, refused
from reports.kinds.look_input import rows_from
from reports.kinds.look_rows import LookRow

MOST_LOOKS = 60


class LooksWidget(forms.Widget):
    """`context["rows"]` of its template is a list of LookRow, the last one empty while there is room."""

    template_name = "forms/looks.html"
    use_fieldset = True
    columns: tuple[Column, ...] = ()
    has_rules = True

    def value_from_datadict(self, data, files, name) -> list[LookRow]:
        return rows_from(data, self.columns)

    def get_context(self, name, value, attrs) -> dict:
        rows = [row for row in value or [] if row.column]
        blank = [LookRow(self.columns)] if len(rows) < MOST_LOOKS else []
        context = super().get_context(name, None, attrs)
        return {**context, "rows": rows + blank, "has_rules": self.has_rules}


class LooksField(forms.Field):
    """How columns look: at most one look each.  Where single values are not printed, none has a colour."""

    widget = LooksWidget

    def __init__(self, *, has_rules: bool = True, **kwargs):
        super().__init__(required=False, **kwargs)
        self.widget.has_rules = has_rules

    def offer(self, columns: Iterable[Column]) -> None:
        self.widget.columns = tuple(columns)

    def clean(self, rows: list[LookRow]) -> list[dict]:
        rows = [row for row in rows if row.column]
        errors = [row.error for row in rows if row.error]
        names = [row.column for row in rows]
        errors += [
            _("“%(column)s” is formatted twice. Leave one of the two out.") % {"column": name}
            for name in dict.fromkeys(names)
            if names.count(name) > 1
        ]
        if len(rows) > MOST_LOOKS:
            errors.append(_("Format at most %(most)s columns.") % {"most": MOST_LOOKS})
        if not self.widget.has_rules and any(row.rules for row in rows):
            errors.append(_("This kind of report does not print single values, so none can be coloured."))
        if errors:
            raise forms.ValidationError(errors)
        looks = [row.parse().as_json() for row in rows]
        return [look for look in looks if len(look) > 1]


class OrderWidget(forms.MultipleHiddenInput):
    """`context["items"]` of its template is a list of (code, label), in their order."""

    template_name = "forms/order.html"
    use_fieldset = True
    is_hidden = False
    choices: list = []

    def get_context(self, name, value, attrs) -> dict:
        labels = dict(self.choices)
        context = forms.Widget.get_context(self, name, None, attrs)
        return {
            **context,
            "items": [(code, labels[code]) for code in dict.fromkeys([*(value or []), *labels]) if code in labels],
        }


class OrderField(forms.MultipleChoiceField):
    """All of a few parts, in the order in which they were posted; those that were left out follow."""

    default_error_messages = OptionField.default_error_messages
    widget = OrderWidget

    def clean(self, value) -> list[str]:
        known = [code for code, _label in self.choices]
        chosen = super().clean(value or known)
        return list(dict.fromkeys([*chosen, *known]))

    def validate(self, value: list[str]) -> None:
        for code in value:
            if not self.valid_value(code):
                raise refused(self, code, [known for known, _label in self.choices])
