"""Signing in and out, and the password: Django's own views with the portal's pages."""

from django.contrib import messages
from django.contrib.auth import forms, views
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.AuthenticationForm):
    error_messages = forms.AuthenticationForm.error_messages | {
        "invalid_login": _("There is no such account, or the password is wrong. Capital and small letters differ."),
    }


class PasswordForm(forms.PasswordChangeForm):
    error_messages = forms.PasswordChangeForm.error_messages | {
        "password_incorrect": _("The old password is wrong. Write it again."),
    }


class PasswordChange(views.PasswordChangeView):
    form_class = PasswordForm
    template_name = "account/password_change.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form):
        messages.success(self.request, _("Your password has been changed."))
        return super().form_valid(form)


sign_in = views.LoginView.as_view(
    form_class=SignInForm, template_name="account/sign_in.html", redirect_authenticated_user=True
)
sign_out = views.LogoutView.as_view()
password_change = PasswordChange.as_view()
