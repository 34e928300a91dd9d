"""The addresses of the portal, grouped by resource."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
