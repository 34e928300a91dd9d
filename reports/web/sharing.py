"""Share a dataset or a definition with a group, end that, and give a dataset another name."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.lifecycle import audit
from reports.models import Dataset, Definition
from reports.models.access import Shared
from reports.models.act import Did
from reports.web.forms.people import RenameForm, ShareForm
from reports.web.live import see_other
from reports.web.permission import refuse_unless

# What can be shared -> its page, and the list of all.
PAGES = {Dataset: ("dataset", "datasets"), Definition: ("definition", "catalogue")}


@require_POST
def share(request: HttpRequest, model: type[Shared], pk) -> HttpResponse:
    thing = _thing_or_404(request, model, pk)
    refuse_unless(thing.may_own)
    form = ShareForm(request.POST, person=request.user, thing=thing)
    if not form.is_valid():
        messages.error(request, _("You cannot share with that group. Nothing was changed."))
        return see_other(request, PAGES[model][0], pk)
    group = form.cleaned_data["group"]
    with transaction.atomic():
        model.objects.filter(pk=pk).update(group=group, group_may=form.cleaned_data["group_may"])
        audit.record(Did.SHARED if group else Did.UNSHARED, thing, detail=group.name if group else "")
    if group:
        messages.success(request, _("It is now shared with “%(group)s”.") % {"group": group})
    else:
        messages.success(request, _("It is now private."))
    return see_other(request, PAGES[model][0], pk)


@require_POST
def unshare(request: HttpRequest, model: type[Shared], pk) -> HttpResponse:
    thing = _thing_or_404(request, model, pk)
    refuse_unless(thing.may_unshare)
    with transaction.atomic():
        model.objects.filter(pk=pk, group=thing.group_id).update(group=None)
        audit.record(Did.UNSHARED, thing)
    messages.success(request, _("“%(name)s” is no longer shared.") % {"name": thing.name})
    page, list_of_all = PAGES[model]
    still = model.objects.visible_to(request.user).filter(pk=pk).exists()
    return see_other(request, page, pk) if still else see_other(request, list_of_all)


@require_http_methods(["GET", "HEAD", "POST"])
def rename_dataset(request: HttpRequest, pk) -> HttpResponse:
    dataset = _thing_or_404(request, Dataset, pk)
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


def _thing_or_404(request: HttpRequest, model: type[Shared], pk) -> Shared:
    return get_object_or_404(model.objects.visible_to(request.user).with_rights_of(request.user), pk=pk)
