"""The addresses of the portal, grouped by resource."""

from django.urls import path
from django.views.generic import RedirectView

from reports.web import account, datasets, uploads

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="reports"), name="home"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("password/", account.password_change, name="password_change"),
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/new/", uploads.new_dataset, name="dataset_new"),
    path("datasets/<uuid:pk>/", datasets.dataset, name="dataset"),
    path("datasets/<uuid:pk>/new/", uploads.new_version, name="dataset_new_version"),
    path("datasets/<uuid:pk>/progress/", datasets.progress, name="dataset_progress"),
    path("datasets/<uuid:pk>/delete/", datasets.delete_dataset, name="dataset_delete"),
    path("datasets/<uuid:pk>/<int:number>/types/", datasets.correct_types, name="dataset_types"),
    path("datasets/<uuid:pk>/<int:number>/sheet/", datasets.choose_sheet, name="dataset_sheet"),
    path("datasets/<uuid:pk>/<int:number>/retry/", datasets.retry_reading, name="dataset_retry"),
    path("datasets/<uuid:pk>/<int:number>/cancel/", datasets.cancel_reading, name="dataset_cancel"),
]
