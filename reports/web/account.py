"""Signing in and out, and the password: Django's own views with the portal's pages."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import forms as auth
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from reports.lifecycle import audit
from reports.lifecycle.post import post
from reports.models.act import Did
from reports.problems import Problem
from reports.tasks import send_password_reset
from reports.web import throttle


class SignInForm(auth.AuthenticationForm):
    error_messages = auth.AuthenticationForm.error_messages | {
        "invalid_login": _("There is no such account, or the password is wrong. Capital and small letters differ."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Email or user name")

    def clean(self) -> dict:
        """Who has tried too often is told so, whatever the password is."""
        bounds = throttle.of_sign_in(self.request, self.cleaned_data.get("username", ""))
        try:
            throttle.enter(bounds)
        except Problem as problem:
            raise forms.ValidationError(str(problem)) from None
        cleaned = super().clean()
        throttle.leave(bounds)
        return cleaned


class PasswordForm(auth.PasswordChangeForm):
    error_messages = auth.PasswordChangeForm.error_messages | {
        "password_incorrect": _("The old password is wrong. Write it again."),
    }


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})
    )


class SignIn(views.LoginView):
    form_class = SignInForm
    template_name = "account/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form) -> HttpResponse:
        return throttle.know(super().form_valid(form), form.get_user())


class PasswordChange(views.PasswordChangeView):
    form_class = PasswordForm
    template_name = "account/password_change.html"
    success_url = reverse_lazy("profile")

    def form_valid(self, form):
        messages.success(self.request, _("Your password has been changed."))
        with transaction.atomic():
            audit.record(Did.CHANGED_PASSWORD, self.request.user)
            return super().form_valid(form)


class PasswordReset(FormView):
    """Does the same for every address: a worker finds out whether somebody has it."""

    form_class = AddressForm
    template_name = "account/password_reset.html"

    def form_valid(self, form) -> HttpResponse:
        context = {"address": form.cleaned_data["email"]}
        try:
            throttle.enter(throttle.of_password_reset(self.request, context["address"]))
            post(send_password_reset, context["address"], portal_of(self.request), get_language())
        except Problem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, **context))


@method_decorator([login_not_required, sensitive_post_parameters(), never_cache], name="dispatch")
class PasswordResetConfirm(views.PasswordResetConfirmView):
    template_name = "account/password_reset_confirm.html"
    success_url = reverse_lazy("sign_in")

    def dispatch(self, *args, **kwargs) -> HttpResponse:
        """A link that is none counts as a guess, and whoever has guessed too often is told of every link that it is
        none."""
        if throttle.has_guessed_too_often(self.request):
            return self.render_to_response({"validlink": False}, status=429)
        response = super().dispatch(*args, **kwargs)
        # A good one is led on to an address without its secret.
        if not self.validlink and response.status_code != 302:
            throttle.count_guess(self.request)
        return response

    def form_valid(self, form):
        messages.success(self.request, _("Your password has been changed. Sign in with the new one."))
        with transaction.atomic():
            audit.record(Did.CHANGED_PASSWORD, self.user, person=self.user)
            return throttle.know(super().form_valid(form), self.user)


def portal_of(request: HttpRequest) -> str:
    """Where links in messages lead."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")


@login_not_required
def of_admin(request: HttpRequest) -> HttpResponse:
    """Django's own administration has no door of its own, at which tries would not be counted."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.GET.get("next", ""))


sign_in = SignIn.as_view()
sign_out = views.LogoutView.as_view()
password_change = PasswordChange.as_view()
password_reset = method_decorator(login_not_required, name="dispatch")(PasswordReset).as_view()
password_reset_confirm = PasswordResetConfirm.as_view()
