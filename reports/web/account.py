"""Signing in and out, and the password: Django's own views with the portal's pages."""

from django.contrib import messages
from django.contrib.auth import views
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


class PasswordChange(views.PasswordChangeView):
    template_name = "account/password_change.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form):
        messages.success(self.request, _("Your password has been changed."))
        return super().form_valid(form)


sign_in = views.LoginView.as_view(template_name="account/sign_in.html", redirect_authenticated_user=True)
sign_out = views.LogoutView.as_view()
password_change = PasswordChange.as_view()
