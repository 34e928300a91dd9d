"""Bring a file: as a new dataset, or as a new version of one."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from reports.lifecycle.upload import bring_file
from reports.models import Dataset
from reports.web.forms.datasets import DatasetForm, FileForm
from reports.web.live import see_other

MEGABYTE = 1024 * 1024


def of_bearable_length(view: Callable) -> Callable:
    """Refuse a request that is longer than a file may be, before anything of it is stored.

    The CSRF check reads the form and with it the whole file, so the length is looked at before.
    """
    protected = csrf_protect(view)

    @wraps(view)
    def measured(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_UPLOAD_BYTES + MEGABYTE:
            _read_past(request)
            return render(request, "413.html", {"limit": settings.MAX_UPLOAD_BYTES}, status=413)
        return protected(request, *args, **kwargs)

    return csrf_exempt(measured)


def _read_past(request: HttpRequest) -> None:
    """A browser shows no answer before it has sent all; what is far beyond the limit is cut off nevertheless."""
    for _ in range(2 * settings.MAX_UPLOAD_BYTES // MEGABYTE):
        if not request.read(MEGABYTE):
            return


@of_bearable_length
@require_http_methods(["GET", "HEAD", "POST"])
def new_dataset(request: HttpRequest) -> HttpResponse:
    form = DatasetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        dataset = _dataset_from(request.user, form)
        if dataset:
            return see_other(request, "dataset", dataset.pk)
    return _page(request, form)


@of_bearable_length
@require_http_methods(["GET", "HEAD", "POST"])
def new_version(request: HttpRequest, pk) -> HttpResponse:
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=pk)
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
