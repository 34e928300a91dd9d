"""The preview beside the options: the first page of the real PDF, made from a sample of the rows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from reports.lifecycle.request import request_report
from reports.models import Brand, Definition, Report, State
from reports.models.brand import brand_of
from reports.models.report import SAMPLE_ROWS, ReportQuerySet
from reports.web.choice import choice_of, title_of, uuid_in
from reports.web.forms.language import language_of
from reports.web.live import has_news, no_news, see_other
from reports.web.progress import is_late


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Begin a preview of the options as they are now."""
    choice = choice_of(request)
    if not choice.is_complete:
        raise Http404
    snapshot = choice.dataset.current
    form = choice.kind.form(request.POST, columns=snapshot.typed_columns)
    if not form.is_valid():
        return pane(request, None, form=form)
    preview = request_report(
        request.user,
        choice.kind.code,
        snapshot,
        form.options(),
        title=title_of(choice, form),
        language=language_of(request.POST),
        is_preview=True,
        brand=_brand_of(request),
    )
    if not request.htmx:
        return see_other(request, "preview", preview.pk)
    return pane(request, preview)


def _brand_of(request: HttpRequest) -> Brand | None:
    """That of the definition which is edited."""
    edited = Definition.objects.visible_to(request.user).filter(pk=uuid_in(request.POST.get("definition"))).first()
    return edited and brand_of(edited.group)


@require_safe
def preview(request: HttpRequest, pk) -> HttpResponse:
    """The pane that is polled; without htmx, a page of its own that looks again by itself."""
    preview = get_object_or_404(_previews_of(request), pk=pk)
    late = request.GET.get("late") == str(int(is_late(preview)))
    if request.htmx and late and not has_news(request, preview):
        return no_news()
    return pane(request, preview)


def pane(request: HttpRequest, preview: Report | None, **context) -> HttpResponse:
    template = "reports/preview.html" if request.htmx else "reports/preview_page.html"
    return render(request, template, _context(request, preview) | context)


def _context(request: HttpRequest, preview: Report | None) -> dict:
    """`former`: the picture that stands, dimmed, until the new one is there."""
    shown = uuid_in(request.POST.get("shown") or request.GET.get("shown"))
    former = _previews_of(request).filter(pk=shown, state=State.READY).first() if shown else None
    return {
        "preview": preview,
        "former": former,
        "late": bool(preview) and is_late(preview),
        "sample_rows": SAMPLE_ROWS,
    }


def _previews_of(request: HttpRequest) -> ReportQuerySet:
    return Report.objects.visible_to(request.user).previews().select_related("snapshot")
