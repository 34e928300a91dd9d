"""The form of options as reports and definitions show it: what its page needs, and the buttons that only change it."""

from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, QueryDict

from reports.kinds.forms import KindForm
from reports.kinds.registry import KINDS
from reports.models.person import profile_of
from reports.web.choice import Choice, usable_datasets


def questions_context(request: HttpRequest, choice: Choice, here: str) -> dict:
    """For a page that asks for a kind and a dataset; `here` is its address."""
    kinds = [(kind, [f"reports/drawings/{code}.html", "reports/drawings/other.html"]) for code, kind in KINDS.items()]
    return {"choice": choice, "here": here, "kinds": kinds, "datasets": usable_datasets(request)}


def options_context(request: HttpRequest, choice: Choice, form: KindForm, here: str) -> dict:
    return {
        "choice": choice,
        "here": here,
        "form": form,
        "tagged_rows": settings.TAGGED_ROWS,
        "may_be_untagged": choice.kind.prints_every_row and choice.dataset.current.rows > settings.TAGGED_ROWS,
        "columns": _in_order(form) if "columns" in form.fields else [],
        "client_token": request.POST.get("client_token") or uuid4(),
    }


def first_form(choice: Choice, options: dict | None, *, title: str, person: AbstractBaseUser) -> KindForm:
    """The form with options that were chosen before, else with its defaults and the paper that somebody prints on."""
    columns = choice.dataset.current.typed_columns
    if options is not None:
        return choice.kind.form(options, columns=columns)
    return choice.kind.form(None, columns=columns, initial={"title": title, "paper": profile_of(person).paper})


def _in_order(form: KindForm) -> list[tuple[str, bool]]:
    """(column, whether it is chosen): the chosen ones first, in their order."""
    known = dict.fromkeys(column.name for column in form.columns)
    chosen = {name: True for name in form["columns"].value() or [] if name in known}
    return [*chosen.items(), *((name, False) for name in known if name not in chosen)]


def unjudged(choice: Choice, data: QueryDict, *, asks: bool = False) -> KindForm:
    """The form as it was sent, but nobody has asked yet whether it is right."""
    columns = choice.dataset.current.typed_columns
    sent = choice.kind.form(data, columns=columns)
    form = choice.kind.form(None, columns=columns, initial={field.name: field.value() for field in sent})
    form.fields["filters"].widget.asks = asks
    return form


def edited(data: QueryDict) -> QueryDict | None:
    """The form after one of its buttons that only change it, as they work without a script; None when it was the
    button that asks for the report."""
    for button, step in (("up", -1), ("down", 1)):
        if button in data:
            return _moved(data, data[button], step)
    return data if "more" in data or "drop_look" in data else None


def _moved(data: QueryDict, name: str, step: int) -> QueryDict:
    moved = data.copy()
    for field in ("columns", "parts"):
        names = data.getlist(field)
        if name in names:
            place = names.index(name)
            names.insert(max(0, place + step), names.pop(place))
            moved.setlist(field, names)
    return moved
