"""A person's own page, and the switches in the masthead that change it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.http import require_http_methods, require_POST

from reports.lifecycle.limits import use_of
from reports.models import Membership, Profile
from reports.models.person import Theme, profile_of
from reports.web.forms.profile import ProfileForm
from reports.web.live import no_news, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=profile_of(request.user))
    if request.method == "POST" and form.is_valid():
        kept = form.save()
        with translation.override(kept.language or translation.get_language()):
            messages.success(request, _("Your profile has been saved."))
        return see_other(request, "profile")
    memberships = Membership.objects.filter(person=request.user).select_related("group")
    context = {"form": form, "memberships": memberships, "use": use_of(request.user)}
    return render(request, "profile/profile.html", context, status=422 if form.errors else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme")
    if chosen in Theme.values:
        _keep(request, theme=chosen)
    if request.htmx:
        return no_news()
    return see_other(request, _next(request))


@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """For whoever has not signed in, a cookie keeps it."""
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        _keep(request, language=chosen)
    return i18n.set_language(request)


def _keep(request: HttpRequest, **values) -> None:
    Profile.objects.update_or_create(person=request.user, defaults=values)


def _next(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else reverse("home")
