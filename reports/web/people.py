"""Everybody who has an account, and who has been invited: for staff."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.lifecycle import audit
from reports.lifecycle.invite import invite
from reports.models.access import managed_invitations
from reports.models.act import Did
from reports.models.person import name_of
from reports.models.sorting import by_words
from reports.problems import Problem
from reports.web.account import portal_of
from reports.web.forms.people import InviteAnybodyForm
from reports.web.invitations import with_links
from reports.web.live import see_other
from reports.web.permission import refuse_unless
from reports.web.staff import staff_only

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def people(request: HttpRequest) -> HttpResponse:
    """The page; and the invitation that is asked for on it."""
    form = InviteAnybodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invited(request, form):
        return see_other(request, "people")
    sought = request.GET.get("q", "").replace("\0", "").strip()
    page = Paginator(_accounts(sought), PER_PAGE).get_page(request.GET.get("page"))
    invitations = managed_invitations(request.user).select_related("group", "invited_by")
    context = {"form": form, "page": page, "sought": sought, "invitations": with_links(request, invitations)}
    return render(request, "people/people.html", context, status=422 if form.errors else 200)


@require_POST
@staff_only
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate an account, or let it in again.  Nobody locks themselves out, nor, without being one, a superuser."""
    person = get_object_or_404(get_user_model(), pk=pk)
    refuse_unless(person != request.user and (request.user.is_superuser or not person.is_superuser))
    person.is_active = "activate" in request.POST
    with transaction.atomic():
        person.save(update_fields=["is_active"])
        audit.record(Did.ACTIVATED if person.is_active else Did.DEACTIVATED, person)
    words = _("%(name)s can sign in again.") if person.is_active else _("%(name)s can no longer sign in.")
    messages.success(request, words % {"name": name_of(person)})
    return see_other(request, "people")


def _accounts(sought: str):
    accounts = get_user_model().objects.order_by("-is_active", *by_words("first_name", "username"))
    if sought:
        names = [Q(**{f"{field}__icontains": sought}) for field in ("username", "first_name", "last_name", "email")]
        accounts = accounts.filter(names[0] | names[1] | names[2] | names[3])
    return accounts.prefetch_related("memberships__group")


def _invited(request: HttpRequest, form: InviteAnybodyForm) -> bool:
    email, group, role = (form.cleaned_data[name] for name in ("email", "group", "role"))
    try:
        invite(request.user, email, group, role, portal=portal_of(request), language=get_language())
    except Problem as problem:
        form.add_error("email", str(problem))
        return False
    messages.success(request, _("%(email)s has been invited.") % {"email": email})
    return True
