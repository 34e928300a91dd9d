"""Bring a file: as a new dataset, or as a new version of one."""

import hashlib
import json
from uuid import UUID, uuid5

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from reports.lifecycle.limits import count_upload, refuse_bytes
from reports.lifecycle.upload import bring_file
from reports.models import Dataset, Snapshot
from reports.problems import Problem
from reports.web.body_limit import takes_a_file
from reports.web.forms.datasets import DatasetForm, FileForm
from reports.web.live import see_other
from reports.web.permission import refuse_unless


@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def new_dataset(request: HttpRequest) -> HttpResponse:
    form = DatasetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        token = _token(form)
        dataset = None if _is_too_much(request, request.user, form, token) else _dataset_from(request.user, form, token)
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
        token = _token(form)
        if not _is_too_much(request, dataset.owner, form, token):
            _bring(dataset, form, token)
            return see_other(request, "dataset", dataset.pk)
    return _page(request, form, dataset)


def _is_too_much(request: HttpRequest, owner: AbstractBaseUser, form: FileForm, token: UUID) -> bool:
    """Whether it is more than the owner of the dataset may have, or than this person may upload: the form says so.
    What has come in before is no more."""
    if Snapshot.objects.filter(owner=owner, client_token=token).exists():
        return False
    try:
        refuse_bytes(owner, form.cleaned_data["file"].size)
        count_upload(request.user)
    except Problem as problem:
        form.add_error("file", str(problem))
        return True
    return False


def _page(request: HttpRequest, form: FileForm, dataset: Dataset | None = None) -> HttpResponse:
    context = {"form": form, "dataset": dataset}
    return render(request, "datasets/upload.html", context, status=422 if form.errors else 200)


def _dataset_from(owner, form: DatasetForm, token: UUID) -> Dataset | None:
    """The dataset that this form begins, or began when it was sent before; None when its name is taken."""
    name = form.cleaned_data["name"]
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
