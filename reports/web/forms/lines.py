"""Fields of texts that are written for a program: names with values, and paths."""

import jmespath
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from jmespath.exceptions import JMESPathError

MOST_LINES = 50


class PairsField(forms.CharField):
    """Names and values, one pair on each line: [[name, value]]."""

    widget = forms.Textarea

    def __init__(self, *, sign: str, **options):
        attributes = {"class": "mono", "rows": 3, "spellcheck": "false"}
        super().__init__(required=False, max_length=10_000, widget=forms.Textarea(attrs=attributes), **options)
        self.sign = sign

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else "\n".join(self.sign.join(pair) for pair in value)

    def clean(self, value) -> list[list[str]]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("There are more than %(limit)s lines.") % {"limit": MOST_LINES})
        return [self._pair(line) for line in lines]

    def _pair(self, line: str) -> list[str]:
        name, sign, value = line.partition(self.sign.strip())
        if not sign or not name.strip():
            raise forms.ValidationError(
                gettext("“%(line)s” is no name and value. Write name%(sign)svalue.") % {"line": line, "sign": self.sign}
            )
        return [name.strip(), value.strip()]


class PathField(forms.CharField):
    """A JMESPath."""

    def __init__(self, **options):
        widget = forms.TextInput(attrs={"class": "mono", "spellcheck": "false"})
        super().__init__(required=False, max_length=500, widget=widget, **options)

    def clean(self, value) -> str:
        path = super().clean(value)
        try:
            if path:
                jmespath.compile(path)
        except (JMESPathError, RecursionError):
            raise forms.ValidationError(
                gettext("“%(path)s” is no JMESPath. Write names with points between them, such as data.items.")
                % {"path": path}
            ) from None
        return path
