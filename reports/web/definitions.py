"""Make and edit definitions: the same form as a request, with a name, and filters that are asked each time."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.kinds.forms import KindForm
from reports.kinds.registry import KINDS
from reports.lifecycle.definitions import Content, NameTakenError, OvertakenError, define, restore, revise
from reports.models import Definition, DefinitionVersion
from reports.web.catalogue import definition_of, folders_of, gone
from reports.web.choice import Choice, choice_of, usable_datasets, uuid_in
from reports.web.forms.definitions import AboutForm
from reports.web.live import see_other
from reports.web.options import differences, version_in_words
from reports.web.options_form import edited, first_form, options_context, questions_context, unjudged
from reports.web.permission import refuse_unless

VERSIONS_PER_PAGE = 25


@dataclass
class Draft:
    """What is being edited: a definition, or a new one (None)."""

    definition: Definition | None
    choice: Choice
    here: str

    @property
    def version(self) -> DefinitionVersion | None:
        return self.definition and self.definition.current


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _editor(request, Draft(None, choice_of(request), reverse("definition_new")))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk) -> HttpResponse:
    definition = definition_of(request, pk)
    if definition is None:
        return gone(request)
    refuse_unless(definition.may_edit)
    return _editor(request, Draft(definition, _choice_of(request, definition), reverse("definition_edit", args=[pk])))


def _choice_of(request: HttpRequest, definition: Definition) -> Choice:
    """Its kind, and its dataset or another one that was chosen instead; none when it is not there any more."""
    version = definition.current
    pk = uuid_in(request.GET["dataset"]) if "dataset" in request.GET else version.dataset_id
    choice = Choice(KINDS.get(version.kind), usable_datasets(request).filter(pk=pk).first() if pk else None)
    if pk and choice.dataset is None:
        choice.problem = _("There is no such dataset, or its file has not been read yet. Choose another.")
    elif version.dataset_id is None:
        choice.problem = _("The dataset “%(name)s” has been deleted. Choose another.") % {"name": version.dataset_name}
    return choice


def _editor(request: HttpRequest, draft: Draft) -> HttpResponse:
    choice = draft.choice
    if choice.kind is None and draft.definition:
        raise Http404
    if not choice.is_complete:
        context = questions_context(request, choice, draft.here) | {"draft": draft}
        return render(request, "catalogue/edit.html", context, status=404 if choice.problem else 200)
    if request.method != "POST":
        return _page(request, draft, _first_options(draft, request.user), _first_about(draft))
    changed = edited(request.POST)
    if changed or "draft" in request.POST:
        about = AboutForm(initial=_said(request, draft), is_new=draft.definition is None)
        changed = changed or _untitled(request.POST, draft)
        return _page(request, draft, _of_definition(unjudged(choice, changed, asks=True)), about)
    form = _of_definition(choice.kind.form(request.POST, columns=choice.dataset.current.typed_columns))
    about = AboutForm(request.POST, is_new=draft.definition is None)
    if form.is_valid() & about.is_valid():
        return _save(request, draft, form, about)
    return _page(request, draft, form, about, status=422)


def _first_options(draft: Draft, person: AbstractBaseUser) -> KindForm:
    options = draft.version.options if draft.version else draft.choice.like and draft.choice.like.options
    return _of_definition(first_form(draft.choice, options, title="", person=person))


def _of_definition(form: KindForm) -> KindForm:
    """The form of a kind as a definition has it: a password belongs to one PDF alone."""
    del form.fields["password"]
    form.fields["filters"].widget.asks = True
    form.fields["title"].help_text = _("Left empty, it is the name of the definition.")
    return form


def _first_about(draft: Draft) -> AboutForm:
    if draft.version is None:
        like = draft.choice.like
        return AboutForm(initial={"name": like.title if like else ""}, is_new=True)
    version = draft.version
    initial = {"name": version.name, "description": version.description, "folder": version.folder}
    return AboutForm(initial={**initial, "began": version.number}, is_new=False)


def _said(request: HttpRequest, draft: Draft) -> dict:
    """What stands in the fields about a definition; the form of a request, which becomes one, has a title instead."""
    said = {name: request.POST.get(name, "") for name in ("name", "description", "folder", "note", "began")}
    return {**said, "name": said["name"] or request.POST.get("title", "") or draft.choice.dataset.name}


def _untitled(data: QueryDict, draft: Draft) -> QueryDict:
    """A request has the name of its dataset for a title; a definition has a name of its own."""
    data = data.copy()
    if data.get("title") == draft.choice.dataset.name:
        data["title"] = ""
    return data


def _save(request: HttpRequest, draft: Draft, form: KindForm, about: AboutForm) -> HttpResponse:
    content = _content(draft, form, about)
    try:
        if draft.definition is None:
            definition = define(request.user, content)
            messages.success(request, _("“%(name)s” is in the catalogue.") % {"name": definition.name})
            return see_other(request, "definition", definition.pk)
        began, note = about.cleaned_data["began"] or 0, about.cleaned_data["note"]
        version = revise(draft.definition, content, request.user, began=began, note=note)
    except NameTakenError:
        about.refuse_name()
        return _page(request, draft, form, about, status=422)
    except OvertakenError:
        return _overtaken(request, draft, form, about)
    except Definition.DoesNotExist:
        return gone(request)
    same = version.number == began
    line = _("Nothing was changed.") if same else _("Saved as version %(number)s.") % {"number": version.number}
    messages.success(request, line)
    return see_other(request, "definition", draft.definition.pk)


def _content(draft: Draft, form: KindForm, about: AboutForm) -> Content:
    dataset = draft.choice.dataset
    return Content(
        kind=draft.choice.kind.code,
        dataset=dataset,
        dataset_name=dataset.name,
        options=form.options(),
        columns=[{"name": column.name, "type": column.type} for column in form.named_columns()],
        **{name: about.cleaned_data[name] for name in ("name", "description", "folder")},
    )


def _overtaken(request: HttpRequest, draft: Draft, form: KindForm, about: AboutForm) -> HttpResponse:
    """Somebody was faster: what they changed, with one's own entries kept.  Whoever saves now has seen it."""
    versions = draft.definition.versions.select_related("author")
    newest = versions[0]
    began = versions.filter(number=about.cleaned_data["began"] or 0).first() or versions.last()
    data = request.POST.copy()
    data["began"] = str(newest.number)
    mine = AboutForm(data, is_new=False)
    mine.is_valid()
    context = {"newest": newest, "theirs": differences(began, newest)}
    return _page(request, draft, form, mine, status=409, **context)


def _page(
    request: HttpRequest, draft: Draft, form: KindForm, about: AboutForm, status: int = 200, **more
) -> HttpResponse:
    context = {
        **options_context(request, draft.choice, form, draft.here),
        "draft": draft,
        "about": about,
        "asks": True,
        "folders": folders_of(request),
        "lost": draft.version.lost if draft.version else None,
    }
    return render(request, "catalogue/edit.html", context | more, status=status)


@require_safe
def versions(request: HttpRequest, pk) -> HttpResponse:
    definition = definition_of(request, pk)
    if definition is None:
        return gone(request)
    found = definition.versions.select_related("author").defer("options", "columns")
    context = {
        "definition": definition,
        "page": Paginator(found, VERSIONS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "catalogue/versions.html", context)


@require_safe
def version(request: HttpRequest, pk, number: int) -> HttpResponse:
    """One version in words, and what makes it different from another: `?with=`, else the one before it."""
    definition = definition_of(request, pk)
    if definition is None:
        return gone(request)
    every = definition.versions.select_related("author")
    shown = get_object_or_404(every, number=number)
    wanted = request.GET.get("with", "")
    other = every.filter(
        number=int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else number - 1
    )
    other = other.exclude(number=number).first()
    old, new_ = sorted((other, shown), key=lambda one: one.number) if other else (None, shown)
    context = {
        "definition": definition,
        "version": shown,
        "old": old,
        "new": new_,
        "differences": differences(old, new_) if old else [],
        "words": version_in_words(shown),
    }
    return render(request, "catalogue/version.html", context)


@require_POST
def restore_version(request: HttpRequest, pk, number: int) -> HttpResponse:
    definition = definition_of(request, pk)
    if definition is None:
        return gone(request)
    refuse_unless(definition.may_edit)
    old = get_object_or_404(definition.versions.select_related("dataset"), number=number)
    try:
        found = restore(definition, old, request.user, _("Version %(number)s again") % {"number": number})
    except OvertakenError:
        messages.error(request, _("Somebody has just saved another version. Look at it first."))
    else:
        messages.success(request, _("Version %(number)s is in use.") % {"number": found.number})
    return see_other(request, "definition", pk)
