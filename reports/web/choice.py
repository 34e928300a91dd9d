"""What somebody has chosen so far of a report or a definition: a kind and a dataset, or a report to make one like it.

It is in the address: `?kind=&dataset=`, or `?from=`.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from reports.kinds import Kind
from reports.kinds.forms import KindForm
from reports.kinds.registry import KINDS, kind_named
from reports.models import Dataset, Report
from reports.problems import Problem


@dataclass
class Choice:
    """What has been chosen so far.  `problem` says what of it does not exist."""

    kind: Kind | None = None
    dataset: Dataset | None = None
    like: Report | None = None
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.kind and self.dataset)

    @property
    def query(self) -> str:
        """The address's parameters that lead back here."""
        query = QueryDict(mutable=True)
        if self.kind:
            query["kind"] = self.kind.code
        if self.dataset:
            query["dataset"] = str(self.dataset.pk)
        return query.urlencode()


def choice_of(request: HttpRequest) -> Choice:
    if "from" in request.GET:
        return _choice_of_another(request)
    choice = Choice()
    code, dataset = request.GET.get("kind"), request.GET.get("dataset")
    try:
        choice.kind = kind_named(code) if code else None
    except Problem as problem:
        choice.problem = str(problem)
    if dataset:
        choice.dataset = usable_datasets(request).filter(pk=uuid_in(dataset)).first()
        if choice.dataset is None:
            choice.problem = _("There is no such dataset, or its file has not been read yet. Choose another.")
    return choice


def _choice_of_another(request: HttpRequest) -> Choice:
    """What was chosen for a report, if its data is still there."""
    reports = Report.objects.visible_to(request.user).listed().select_related("snapshot")
    like = reports.filter(pk=uuid_in(request.GET["from"])).first()
    kept = like and like.snapshot and usable_datasets(request).filter(pk=like.snapshot.dataset_id).first()
    if kept:
        return Choice(KINDS.get(like.kind), kept, like)
    return Choice(problem=_("The data of that report has been deleted. Choose another dataset."))


def usable_datasets(request: HttpRequest) -> QuerySet:
    usable = Dataset.objects.visible_to(request.user).exclude(current=None)
    return usable.select_related("current", "owner", "group").order_by("-current__requested_at")


def title_of(choice: Choice, form: KindForm) -> str:
    return form.cleaned_data["title"] or choice.dataset.name


def uuid_in(text: str | None) -> UUID | None:
    try:
        return UUID(text)
    except (TypeError, ValueError):
        return None
