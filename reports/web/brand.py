"""How the reports of a group look: the page where its managers say so, and its preview."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.kinds.document import LOGO_DRAWING, LOGO_PICTURE
from reports.kinds.registry import kind_named
from reports.lifecycle import brand as lifecycle
from reports.lifecycle.limits import count_upload
from reports.lifecycle.request import request_report
from reports.models import Brand, Logo, Snapshot, State
from reports.models.access import managed_groups, visible_groups
from reports.problems import Problem
from reports.web import previews
from reports.web.body_limit import takes_a_file
from reports.web.choice import usable_datasets
from reports.web.files import file_response
from reports.web.forms.brand import BrandForm
from reports.web.live import has_news, no_news, see_other
from reports.web.permission import refuse_unless

SAMPLE_KIND = "summary"
TYPES = {LOGO_DRAWING: "image/svg+xml", LOGO_PICTURE: "image/png"}


@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: HttpRequest, pk) -> HttpResponse:
    found = _brand_or_refused(request, pk)
    if request.method != "POST":
        return _page(request, found, BrandForm(instance=found))
    form = BrandForm(request.POST, request.FILES, instance=found)
    if form.is_valid() and form.cleaned_data["logo_file"]:
        try:
            count_upload(request.user)
        except Problem as problem:
            form.add_error("logo_file", str(problem))
    if form.errors:
        return _page(request, found, form, status=422)
    form.save()
    if form.cleaned_data["logo_file"]:
        file = form.cleaned_data["logo_file"]
        lifecycle.bring_logo(found, request.user, file, file.name)
    elif form.cleaned_data.get("remove_logo"):
        lifecycle.remove_logo(found)
    messages.success(request, _("Reports that are asked for from now on look like this."))
    return see_other(request, "brand", pk)


@require_safe
def logo_state(request: HttpRequest, pk) -> HttpResponse:
    """The polled fragment: what has become of the logo that was brought last."""
    found = _brand_or_refused(request, pk)
    if found.newest and found.newest.is_unfinished and not has_news(request, found.newest):
        return no_news()
    return render(request, "brand/logo.html", {"brand": found})


@require_safe
def logo(request: HttpRequest, pk, logo) -> HttpResponse:
    """The picture.  It never changes: another one is another logo."""
    found = get_object_or_404(Logo, pk=logo, brands=_brand_or_refused(request, pk), state=State.READY)
    for name, type_ in TYPES.items():
        with suppress(FileNotFoundError):
            response = file_response(f"{found.folder}/{name}", type_)
            patch_cache_control(response, private=True, max_age=3600)
            return response
    return HttpResponse(status=404)


@require_POST
def preview(request: HttpRequest, pk) -> HttpResponse:
    """Begin a preview of the looks as they are now, saved or not, with data that the person has."""
    found = _brand_or_refused(request, pk)
    form = BrandForm(request.POST, instance=found)
    sample = usable_datasets(request).first()
    if not form.is_valid() or sample is None:
        return previews.pane(request, None, form=form)
    report = request_report(
        request.user,
        SAMPLE_KIND,
        sample.current,
        _usual_options(sample.current),
        title=sample.name,
        language=get_language(),
        is_preview=True,
        brand=form.save(commit=False),
    )
    return previews.pane(request, report) if request.htmx else see_other(request, "preview", report.pk)


def _brand_or_refused(request: HttpRequest, pk) -> Brand:
    """The looks of a group, kept already or not.  Raises Http404 for those who do not know the group, and
    PermissionDenied for its members who do not manage it."""
    group = get_object_or_404(visible_groups(request.user), pk=pk)
    refuse_unless(managed_groups(request.user).filter(pk=pk).exists())
    found = Brand.objects.select_related("group", "logo", "newest").filter(group=group).first()
    return found or Brand(group=group)


def _page(request: HttpRequest, found: Brand, form: BrandForm, status: int = 200) -> HttpResponse:
    context = {"brand": found, "form": form, "has_data": usable_datasets(request).exists()}
    return render(request, "brand/brand.html", context, status=status)


def _usual_options(snapshot: Snapshot) -> dict:
    form = kind_named(SAMPLE_KIND).form({}, columns=snapshot.typed_columns)
    form.is_valid()
    return form.options()
