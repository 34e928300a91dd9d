"""Invitations: taken up by whoever has the link, sent again and withdrawn by those who invite."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from reports.delivery.letters import link_to
from reports.lifecycle import invite as lifecycle
from reports.models import Invitation
from reports.models.access import managed_invitations
from reports.models.person import account_of
from reports.problems import Problem
from reports.web import throttle
from reports.web.account import portal_of
from reports.web.forms.people import JoinForm
from reports.web.live import see_other


@never_cache
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, pk, token: str) -> HttpResponse:
    if throttle.has_guessed_too_often(request):
        return render(request, "people/join_refused.html", status=429)
    invitation = Invitation.objects.select_related("group", "invited_by").filter(pk=pk).first()
    if invitation is None or not invitation.is_opened_by(token):
        throttle.count_guess(request)
        return render(request, "people/join_refused.html", status=404)
    try:
        lifecycle.refuse_unusable(invitation)
        return _join(request, invitation)
    except Problem as problem:
        return render(request, "people/join_refused.html", {"problem": problem}, status=410)


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Whoever has an account signs in first; for whoever has none it begins here.  Raises Problem."""
    account = account_of(invitation.email)
    context = {"invitation": invitation, "account": account}
    if account and not account.is_active:
        raise Problem("account_inactive", email=invitation.email)
    if account or request.user.is_authenticated:
        context["is_theirs"] = account == request.user
        if request.method == "POST" and account == request.user:
            lifecycle.accept(invitation, account)
            return _welcome(request, invitation)
        return render(request, "people/join.html", context)
    form = JoinForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        person = form.save(commit=False)
        lifecycle.accept_with_new_account(invitation, person, get_language())
        login(request, person)
        return throttle.know(_welcome(request, invitation), person)
    return render(request, "people/join.html", {**context, "form": form}, status=422 if form.errors else 200)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if invitation.group:
        messages.success(request, _("You are now in “%(group)s”.") % {"group": invitation.group})
        return see_other(request, "group", invitation.group_id)
    messages.success(request, _("Your account is ready."))
    return see_other(request, "home")


@require_POST
def send_again(request: HttpRequest, pk) -> HttpResponse:
    invitation = _invitation_or_404(request, pk)
    try:
        lifecycle.send(invitation, request.user, portal=portal_of(request), language=get_language())
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        words = _("The invitation of %(email)s is sent again. The link that was sent before no longer works.")
        messages.success(request, words % {"email": invitation.email})
    return _back(request, invitation)


@require_POST
def withdraw(request: HttpRequest, pk) -> HttpResponse:
    invitation = _invitation_or_404(request, pk)
    lifecycle.withdraw(invitation)
    messages.success(request, _("The invitation of %(email)s has been withdrawn.") % {"email": invitation.email})
    return _back(request, invitation)


def with_links(request: HttpRequest, invitations: Iterable[Invitation]) -> list[tuple[Invitation, str]]:
    """Each with its link, for staff to hand on where no mail server does; otherwise it is the invited one's alone."""
    shown = request.user.is_staff and not settings.MAIL_SERVER.host
    return [(invitation, link_to(invitation, portal_of(request)) if shown else "") for invitation in invitations]


def _invitation_or_404(request: HttpRequest, pk) -> Invitation:
    return get_object_or_404(managed_invitations(request.user).select_related("group"), pk=pk)


def _back(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """To the page on which the button was."""
    if request.POST.get("from") == "people":
        return see_other(request, resolve_url("people"))
    return see_other(request, "group", invitation.group_id) if invitation.group_id else see_other(request, "people")
