"""Signing in and out, and the password: Django's own views with the portal's pages."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import forms as auth
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from reports.lifecycle import audit
from reports.lifecycle.post import post
from reports.models.act import Did
from reports.problems import Problem
from reports.tasks import send_password_reset


class SignInForm(auth.AuthenticationForm):
    error_messages = auth.AuthenticationForm.error_messages | {
        "invalid_login": _("There is no such account, or the password is wrong. Capital and small letters differ."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Email or user name")


class PasswordForm(auth.PasswordChangeForm):
    error_messages = auth.PasswordChangeForm.error_messages | {
        "password_incorrect": _("The old password is wrong. Write it again."),
    }


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})
    )


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
            post(send_password_reset, context["address"], portal_of(self.request), get_language())
        except Problem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, **context))


class PasswordResetConfirm(views.PasswordResetConfirmView):
    template_name = "account/password_reset_confirm.html"
    success_url = reverse_lazy("sign_in")

    def form_valid(self, form):
        messages.success(self.request, _("Your password has been changed. Sign in with the new one."))
        with transaction.atomic():
            audit.record(Did.CHANGED_PASSWORD, self.user, person=self.user)
            return super().form_valid(form)


def portal_of(request: HttpRequest) -> str:
    """Where links in messages lead."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")


sign_in = views.LoginView.as_view(
    form_class=SignInForm, template_name="account/sign_in.html", redirect_authenticated_user=True
)
sign_out = views.LogoutView.as_view()
password_change = PasswordChange.as_view()
password_reset = method_decorator(login_not_required, name="dispatch")(PasswordReset).as_view()
password_reset_confirm = PasswordResetConfirm.as_view()
