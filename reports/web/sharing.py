"""Share a dataset with a group, end that, and give it another name."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.models import Dataset
from reports.web.forms.people import RenameForm, ShareForm
from reports.web.live import see_other
from reports.web.permission import refuse_unless


@require_POST
def share_dataset(request: HttpRequest, pk) -> HttpResponse:
    dataset = _dataset_or_404(request, pk)
    refuse_unless(dataset.may_own)
    form = ShareForm(request.POST, person=request.user, thing=dataset)
    if not form.is_valid():
        messages.error(request, _("You cannot share with that group. Nothing was changed."))
        return see_other(request, "dataset", pk)
    group = form.cleaned_data["group"]
    Dataset.objects.filter(pk=pk).update(group=group, group_may=form.cleaned_data["group_may"])
    if group:
        messages.success(request, _("It is now shared with “%(group)s”.") % {"group": group})
    else:
        messages.success(request, _("It is now private."))
    return see_other(request, "dataset", pk)


@require_POST
def unshare_dataset(request: HttpRequest, pk) -> HttpResponse:
    dataset = _dataset_or_404(request, pk)
    refuse_unless(dataset.may_unshare)
    Dataset.objects.filter(pk=pk, group=dataset.group_id).update(group=None)
    messages.success(request, _("“%(name)s” is no longer shared.") % {"name": dataset.name})
    still = Dataset.objects.visible_to(request.user).filter(pk=pk).exists()
    return see_other(request, "dataset", pk) if still else see_other(request, "datasets")


@require_http_methods(["GET", "HEAD", "POST"])
def rename_dataset(request: HttpRequest, pk) -> HttpResponse:
    dataset = _dataset_or_404(request, pk)
    refuse_unless(dataset.may_own)
    form = RenameForm(request.POST or None, initial={"name": dataset.name})
    if request.method == "POST" and form.is_valid() and _renamed(dataset, form):
        return see_other(request, "dataset", pk)
    context = {"form": form, "dataset": dataset}
    return render(request, "datasets/rename.html", context, status=422 if form.errors else 200)


def _renamed(dataset: Dataset, form: RenameForm) -> bool:
    try:
        with transaction.atomic():
            Dataset.objects.filter(pk=dataset.pk).update(name=form.cleaned_data["name"])
    except IntegrityError:
        words = _("There is a dataset called “%(name)s” already. Choose another name.")
        form.add_error("name", words % form.cleaned_data)
        return False
    return True


def _dataset_or_404(request: HttpRequest, pk) -> Dataset:
    rows = Dataset.objects.visible_to(request.user).with_rights_of(request.user)
    return get_object_or_404(rows, pk=pk)
