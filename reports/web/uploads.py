"""Bring a file: as a new dataset, or as a new version of one."""

import hashlib
import json
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from reports.lifecycle.upload import bring_file
from reports.models import Dataset
from reports.web.body_limit import takes_a_file
from reports.web.forms.datasets import DatasetForm, FileForm
from reports.web.live import see_other
from reports.web.permission import refuse_unless


@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def new_dataset(request: HttpRequest) -> HttpResponse:
    form = DatasetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        dataset = _dataset_from(request.user, form)
        if dataset:
            return see_other(request, "dataset", dataset.pk)
    return _page(request, form)


@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def new_version(request: HttpRequest, pk) -> HttpResponse:
    datasets = Dataset.objects.visible_to(request.user).with_rights_of(request.user)
    dataset = get_object_or_404(datasets, pk=pk)
    refuse_unless(dataset.may_edit)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        _bring(dataset, form, _token(form))
        return see_other(request, "dataset", dataset.pk)
    return _page(request, form, dataset)


def _page(request: HttpRequest, form: FileForm, dataset: Dataset | None = None) -> HttpResponse:
    context = {"form": form, "dataset": dataset}
    return render(request, "datasets/upload.html", context, status=422 if form.errors else 200)


def _dataset_from(owner, form: DatasetForm) -> Dataset | None:
    """The dataset that this form begins, or began when it was sent before; None when its name is taken."""
    name, token = form.cleaned_data["name"], _token(form)
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(owner=owner, name=name)
    except IntegrityError:
        # One without a snapshot is being begun by the same form at this moment, or was left by a failure.
        ours = Q(snapshots__client_token=token) | Q(snapshots=None)
        dataset = Dataset.objects.filter(ours, owner=owner, name=name).first()
    if dataset is None:
        form.refuse_name()
        return None
    _bring(dataset, form, token)
    return dataset


def _token(form: FileForm) -> UUID:
    """Sent twice, it is one request; sent again with another file or name (one went back and changed them), another."""
    file = form.cleaned_data["file"]
    content = [form.cleaned_data.get("name"), file.name, hashlib.file_digest(file, "sha256").hexdigest()]
    return uuid5(form.cleaned_data["client_token"], json.dumps(content))


def _bring(dataset: Dataset, form: FileForm, token: UUID) -> None:
    file: UploadedFile = form.cleaned_data["file"]
    try:
        bring_file(dataset, file, file.name, client_token=token)
    except Dataset.DoesNotExist:  # deleted meanwhile
        raise Http404 from None
