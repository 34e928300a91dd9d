"""All addresses.  Those of the portal itself are in `reports.web.urls`."""

from django.contrib import admin
from django.urls import include, path

from reports.web import account

urlpatterns = [
    path("admin/login/", account.of_admin),
    path("admin/", admin.site.urls),
    path("", include("reports.web.urls")),
]
