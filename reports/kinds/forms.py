"""The parts that the forms of the kinds are made of.

A kind's form is `form(data, columns=[Column, ...])`; `is_valid()`, then `options()`: a dict of strings, numbers and
lists that survives JSON.  `form(None, columns=...)` is unbound and shows the defaults, guessed from the columns.

Data from a browser (a QueryDict) holds one value per control, `columns=Region&columns=Total`: what it leaves out is
empty.  Data from a program or a command line (a plain dict) may leave out any option, which then has its default, and
may write a list of columns as text, `"Region, Total"` (a name with a comma in quotes: `'"Sales, net", Total'`).
What `options()` gave is such a dict, so it can be asked again.

Fields that every kind has:
    title           text; empty: the dataset's name
    filters         see below
    paper           Choice: A4, Letter; the portal offers the one of the person's profile
    introduction    text in a little of Markdown (see `introduction`), before the data
    looks           see below
    standard        Choice of STANDARDS: what the PDF claims to be
    password        text; not among the options: `cleaned_data` has it

listing:
    columns         MultipleChoice of names; the order in which they are posted is the order in print
    sort_1..sort_3  Choice: "", "Region" (ascending) or "-Region" (descending).  In options: `sort`, a list
    group           Choice: "" or a name: rows that share a value stand under a heading, with subtotals
    totals          MultipleChoice of the numeric columns
    carry           a box to tick, yes or no: totals are carried over each page; of no effect without any
    orientation     Choice: auto, portrait, landscape

summary:
    measures        MultipleChoice of the numeric columns: the key figures
    measure         Choice: "" (count the rows) or a numeric column: what series, charts and rankings add up
    date            Choice: "" (no series) or a date or date-time column
    interval        Choice: auto, day, week, month, quarter, year
    breakdowns      MultipleChoice, at most 3, of the text and boolean columns: a chart and a small table each
    rankings        MultipleChoice, at most 3, of the text columns: a table of the top values each
    top             whole number, 1 to 100: how many lines a ranking has
    parts           in which order they are printed: a list of figures, series, breakdowns, rankings

Filters are rows of controls, named `filter_column`, `filter_test` and `filter_value` (`filter_to`: the other end of a
range; `filter_period`: last month and the like): parallel lists in a QueryDict, at most 5; a row without a column is
ignored.  They are one field, `filters`, whose errors name the column.
Its widget has the template `forms/filters.html` with `widget` and `rows` in the context; `form.filter_rows()` gives the
same rows: those that were posted, and an empty one while there is room.  A FilterRow has `column`, `test`, `value`,
`error`, `columns` (choices), `tests` (the choices that fit the column's type; all of them while no column is chosen),
`needs_value` (False for `is_empty` and `is_not_empty`) and `input_type` ("text" or "date").
In text a filter is `Region = North`, `Total >= 1.234,56`, `Name ~ smith` (contains), `Name ^ Mc` (starts with),
`Region != North`, `Note is_empty`, `Total between 10..20`, `Day = last month`; several of them are a list.

Looks (see `looks`) are rows of controls, too, one row for each column that has one: `look_column`, `look_label`,
`look_decimals`, `look_thousands`, `look_currency`, `look_unit`, `look_percent`, `look_dates`, `look_empty`, each once
in every row, and `look_test`, `look_value`, `look_tone`, each three times.  They are one field, `looks`, whose errors
name the column.  In text a look is `Total: label=Net sales; currency=BRL; decimals=2; good >= 1000; bad < 0`.
"""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.columns import Column
from reports.kinds.content_fields import LooksField, OrderField
from reports.kinds.fields import ColumnField, ColumnsField, FiltersField, OptionField, PaperField, SortField, names_in
from reports.kinds.filter_rows import FilterRow
from reports.kinds.introduction import MOST_CHARACTERS
from reports.paper import NAMES, USUAL
from reports.problems import Problem

# What a PDF may claim to be, and what for.
STANDARDS = {
    "ua-1": _("Reading, by everybody (PDF/UA-1)"),
    "a-3u": _("The archive, with the data attached (PDF/A-3u)"),
}
MOST_PASSWORD_BYTES = 127
CONTENT_FIELDS = ("introduction", "looks")
FILE_FIELDS = ("paper", "standard", "password")


class KindForm(forms.Form):
    """What the forms of all kinds share.  A kind adds fields and `defaults(columns)`."""

    title = forms.CharField(
        label=_("Title"), required=False, max_length=120, help_text=_("Left empty, it is the name of the dataset.")
    )
    filters = FiltersField(
        label=_("Filters"), required=False, help_text=_("Only rows that pass every filter are in the report.")
    )

    introduction = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands before the data. **Bold**, *italic*, lists and [links](https://example.org) are Markdown."),
    )
    looks = LooksField(
        label=_("Columns in print"),
        help_text=_("What a column is called, and how its values are written and coloured."),
    )

    paper = PaperField(label=_("Paper"), choices=list(NAMES.items()))
    standard = OptionField(
        label=_("PDF for"),
        choices=list(STANDARDS.items()),
        help_text=_("An archive's PDF can be read in decades; its rows are attached as a CSV file."),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        # Kept when the form is shown again: otherwise the PDF would be open without anybody noticing.
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
        help_text=_("Whoever opens the PDF is asked for it. Left empty, anybody may open the PDF."),
    )

    def __init__(self, data: Mapping | None = None, *, columns: Iterable[Column], **kwargs):
        self.columns = tuple(columns)
        defaults = {"paper": USUAL, "standard": "ua-1", **self.defaults(self.columns)}
        kwargs["initial"] = {**defaults, **(kwargs.get("initial") or {})}
        super().__init__(data, **kwargs)
        # What concerns the PDF as a file comes last, and before it what every kind has to say.
        late = (*CONTENT_FIELDS, *FILE_FIELDS)
        self.order_fields([*(name for name in self.fields if name not in late), *late])
        for field in self.fields.values():
            if hasattr(field, "offer"):
                field.offer(self.columns)
        if data is not None and not hasattr(data, "getlist"):
            self.data = self._complete(data)

    @staticmethod
    def defaults(columns: tuple[Column, ...]) -> dict:
        """What the form holds before anybody chose."""
        raise NotImplementedError

    @classmethod
    def option_names(cls) -> list[str]:
        """The options that a program may set; a password is none of them: they are kept as they are."""
        return [name for name in cls.base_fields if name != "password"]

    def options(self) -> dict:
        """The choices of a valid form: strings, numbers and lists that survive JSON."""
        return {name: value for name, value in self.cleaned_data.items() if name != "password"}

    def named_columns(self) -> list[Column]:
        """The columns that the choices of a valid form name, in the order of the data."""
        names: set[str] = set()
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if isinstance(field, FiltersField):
                names |= {item["column"] for item in value}
            elif isinstance(field, ColumnsField):
                names |= set(value)
            elif isinstance(field, SortField):
                names |= {value, value.removeprefix("-")}
            elif isinstance(field, ColumnField):
                names.add(value)
        return [column for column in self.columns if column.name in names]

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if len(password.encode()) > MOST_PASSWORD_BYTES:
            raise forms.ValidationError(_("A PDF's password has at most 127 bytes. Choose a shorter one."))
        return password

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("password") and cleaned.get("standard") == "a-3u":
            self.add_error(
                "password",
                _("A PDF for the archive cannot have a password: the standard forbids it. Leave out one of the two."),
            )
        return cleaned

    def filter_rows(self) -> list[FilterRow]:
        """The rows of controls to draw: those that were posted, and an empty one while there is room."""
        filters = self["filters"]
        return filters.field.widget.get_context("filters", filters.value(), {})["rows"]

    def has_content(self) -> bool:
        """Whether anything is chosen of what few reports need, or wrong with it."""
        return any(self[name].value() for name in CONTENT_FIELDS) or "parts" in self.errors

    def error_lines(self) -> list[str]:
        """Every error on a line of its own, for a terminal: `columns: Choose at least one column.`"""
        return [f"{self._option_of(name)}: {message}" for name, messages in self.errors.items() for message in messages]

    def _option_of(self, field: str) -> str:
        """The option that a person typed for a field."""
        return field

    def _complete(self, options: Mapping) -> dict:
        """Plain options as a form's data: defaults for what is left out, lists where a field wants a list."""
        data = {**self.initial, **options}
        for name, field in self.fields.items():
            value = data.get(name)
            if isinstance(field, (ColumnsField, OrderField)) and isinstance(value, str):
                data[name] = names_in(value, [known for known, _label in field.choices])
        return data


def parse_settings(form: type[KindForm], settings: Iterable[str]) -> dict:
    """`option=value` texts of a command line as data for a form; a repeated option becomes a list.

    Raises Problem `setting_unclear` or `unknown_option`.
    """
    data: dict = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise Problem("setting_unclear", setting=setting)
        refuse_unknown(form, [name.strip()])
        data.setdefault(name.strip(), []).append(value.strip())
    return {name: found[0] if len(found) == 1 else found for name, found in data.items()}


def refuse_unknown(form: type[KindForm], names: Iterable[str]) -> None:
    """Raises Problem `unknown_option` for a name that is no option of the form."""
    for name in names:
        if name not in form.option_names():
            raise Problem("unknown_option", option=name, known=", ".join(form.option_names()))
