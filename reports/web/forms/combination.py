"""The form of a dataset that is combined of others."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.models import Dataset
from reports.models.dataset import Code
from reports.pipeline.given import datasets_in, files_of
from reports.problems import Problem
from reports.sources import combination
from reports.web.forms.sources import FIRST_ROWS, FIRST_SECONDS, ROWS, SourceForm

# So many names are shown to choose from.
MOST_NAMES = 50


class CombinationForm(SourceForm):
    code = Code.COMBINATION
    own = ("sql",)

    sql = forms.CharField(
        label=_("Query"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"class": "mono", "rows": 10, "spellcheck": "false"}),
        help_text=_(
            "One SELECT over your datasets, in the SQL of DuckDB. Each dataset is a table of its name, in double "
            "quotation marks when it has spaces."
        ),
    )

    def clean_sql(self) -> str:
        """Whoever edits it must see the data, and so must its owner: what it means is kept with it."""
        owner = self.source.dataset.owner if self.source else self.person
        try:
            self.datasets = datasets_in(self.cleaned_data["sql"], owner, written_by=self.person)
            self.files = files_of(self.datasets)
        except Problem as problem:
            raise forms.ValidationError(str(problem)) from None
        return self.cleaned_data["sql"]

    def settings(self) -> dict:
        datasets = {name: str(dataset.pk) for name, dataset in self.datasets.items()}
        return {"sql": self.cleaned_data["sql"], "datasets": datasets}

    def looking(self, folder: Path) -> Callable[[], list[dict]]:
        return partial(
            combination.first_rows,
            self.settings(),
            target=folder / ROWS,
            files=self.files,
            count=FIRST_ROWS,
            seconds=FIRST_SECONDS,
            time_zone=timezone.get_default_timezone_name(),
        )

    @property
    def tables(self) -> list[Dataset]:
        """What can be combined, with its columns."""
        seen = Dataset.objects.visible_to(self.person).exclude(current=None).select_related("current")
        return list(seen.order_by("name")[:MOST_NAMES])
