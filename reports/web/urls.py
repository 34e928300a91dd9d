"""The addresses of the portal, grouped by resource."""

from django.urls import path
from django.views.generic import RedirectView

from reports.web import account

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="reports"), name="home"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("password/", account.password_change, name="password_change"),
]
