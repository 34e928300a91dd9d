"""All addresses.  Those of the portal itself are in `reports.web.urls`."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("reports.web.urls")),
]
